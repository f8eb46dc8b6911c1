import ArgumentParser
import DICOM
import DIMSE
import NIOCore

struct FindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Ask a DICOM node what it has (C-FIND).",
    discussion: """
      Keys are attributes by keyword or tag, with what they must match: PatientName='Doe*', StudyDate=20260101-,
      ModalitiesInStudy=CT. A key without = asks for the attribute only. With --json each match is one line of DICOM JSON.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var query: QueryOptions
  @OptionGroup var options: PeerOptions
  @Option(
    name: .long, parsing: .singleValue, help: "Ask for this attribute instead of the usual ones; may be repeated.")
  var returning: [String] = []
  @Option(name: .long, help: "Stop after so many matches.")
  var limit: Int?
  @Flag(name: .long, help: "Ask for matching of names that sound or begin alike (fuzzy semantic matching).")
  var fuzzy = false
  @Argument(help: "Keys.")
  var keys: [String] = []

  func validate() throws {
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit takes 1 or more") }
  }

  func run() async throws {
    let keys = try QueryKeys(keys, level: query.levelName, returning: returning)
    let sopClass = query.model.sopClass(.find)
    // Relational, combined date and time, fuzzy (PS3.4 §C.5.1.1.3.1); who does not know it answers without.
    let extended = ExtendedNegotiation(sopClass: sopClass, applicationInformation: [1, 1, fuzzy ? 1 : 0])
    let association = try await options.connect(
      [(sopClass, PeerSyntaxes.native.map(\.uid))], extended: [extended])
    var table = MatchTable(keys.shown)
    do {
      guard let context = association.presentationContext(for: sopClass) else {
        throw AssociationError.noPresentationContext
      }
      let syntax = context.transferSyntax
      let identifier = ByteBuffer(bytes: try DataSetWriter.encode(keys.dataSet, in: syntax))
      let responses = try await association.cFind(QueryCommand(sopClass: sopClass), in: context, identifier: identifier)
      var status = DIMSEStatus.success
      var isCancelled = false
      for try await response in responses {
        status = response.status
        guard let bytes = response.identifier, !isCancelled else { continue }
        let match = try Part10.readDataSet(Array(bytes.readableBytesView), in: syntax)
        if output.json {
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
      try await association.release()
      if !output.json { table.show() }
      guard status == .success || isCancelled else {
        throw CommandFailure("\(options.peer): the query ended with \(status)")
      }
    } catch {
      association.abort()
      throw PeerFailure.failure(error, options.peer, calling: options.calling.title)
    }
  }
}
