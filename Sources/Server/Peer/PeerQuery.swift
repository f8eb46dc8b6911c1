import DICOM
import DIMSE
import NIOCore

/// A C-FIND from the command line: matches as they come, as lines of DICOM JSON or as a table.
struct PeerQuery {
  var options: PeerOptions
  var json: Bool
  /// Matches after which it is cancelled.
  var limit: Int?

  /// - Throws: `CommandFailure` that says what to do.
  func run(
    _ sopClass: UID, _ identifier: DataSet, showing columns: [TagPath], extended: [ExtendedNegotiation] = []
  ) async throws {
    let association = try await options.connect([(sopClass, PeerSyntaxes.native.map(\.uid))], extended: extended)
    do {
      var table = MatchTable(columns)
      let status = try await find(sopClass, identifier, over: association, into: &table)
      try await association.release()
      if !json { table.show() }
      if let status, status != .success { throw CommandFailure("\(options.peer): the query ended with \(status)") }
    } catch {
      association.abort()
      throw PeerFailure.failure(error, options.peer, calling: options.calling.title)
    }
  }

  /// - Returns: how it ended; `nil` when there was enough.
  private func find(
    _ sopClass: UID, _ identifier: DataSet, over association: ClientAssociation, into table: inout MatchTable
  ) async throws -> DIMSEStatus? {
    guard let context = association.presentationContext(for: sopClass) else {
      throw AssociationError.noPresentationContext
    }
    let syntax = context.transferSyntax
    let responses = try await association.cFind(
      QueryCommand(sopClass: sopClass), in: context,
      identifier: ByteBuffer(bytes: try DataSetWriter.encode(identifier, in: syntax)))
    var status = DIMSEStatus.success
    var isCancelled = false
    for try await response in responses {
      status = response.status
      guard let bytes = response.identifier, !isCancelled else { continue }
      let match = try Part10.readDataSet(Array(bytes.readableBytesView), in: syntax)
      if json {
        Output.line(String(decoding: DICOMJSON.encode(match), as: UTF8.self))
        table.count += 1
      } else {
        table.add(match)
      }
      if let limit, table.count >= limit {
        isCancelled = true
        try await association.cancel(responses)
      }
    }
    return isCancelled ? nil : status
  }
}
