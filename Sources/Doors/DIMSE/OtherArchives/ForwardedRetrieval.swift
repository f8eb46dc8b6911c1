import ArchiveCore
import DICOM
import DIMSE
import Logging
import NIOCore

/// A retrieval of what we do not hold, handed on to another archive, which sends it to the same destination. We are its mover.
struct ForwardedRetrieval {
  let door: DIMSEDoor
  let node: Node
  let sopClass: UID
  let identifier: DataSet
  let destination: AETitle

  /// - Returns: whether it was cancelled; the other archive is told then.
  func perform(
    for request: DIMSERequest, over association: ServerAssociation, counting retrieval: inout Retrieval
  ) async throws -> Bool {
    var cancelled = false
    let other: ClientAssociation
    let responses: ResponseStream
    let syntax: TransferSyntax
    do {
      // Identifiers may lack what stands above their level.
      other = try await door.connect(to: node, for: sopClass, [1], patience: DIMSEDoor.otherArchiveSends)
    } catch {
      note(error)
      retrieval.lacksAnother = true
      return false
    }
    do {
      guard let context = other.presentationContext(for: sopClass) else { throw AssociationError.noPresentationContext }
      syntax = context.transferSyntax
      let bytes = try DataSetWriter.encode(identifier, in: syntax)
      responses = try await other.cMove(
        QueryCommand(sopClass: sopClass), to: destination, in: context, identifier: ByteBuffer(bytes: bytes))
      var iterator = responses.makeAsyncIterator()
      while let response = try await iterator.next() {
        guard response.status.isPending else {
          retrieval.settle(elsewhere: response.subOperations, failed: failed(response, syntax))
          // A cancellation that we did not ask for, and failures that are not counted, are missing images.
          let isFine = response.status == .success || cancelled && response.status.category == .cancel
          if !isFine, response.subOperations.failed == 0 { retrieval.lacksAnother = true }
          break
        }
        retrieval.elsewhere = response.subOperations
        if !cancelled, association.isCancelled(request) {
          cancelled = true
          try await other.cancel(responses)
        }
        if !cancelled {
          try await association.send(request.response(.pending, subOperations: retrieval.counts))
        }
      }
      // What was sent was sent, however the association ends.
      if (try? await other.release()) == nil { other.abort() }
    } catch {
      other.abort()
      if association.hasEnded { throw error }
      note(error)
      if let counts = retrieval.elsewhere { retrieval.settle(elsewhere: counts.withoutRemaining, failed: []) }
      retrieval.lacksAnother = true
    }
    return cancelled
  }

  private func failed(_ response: ResponseStream.Element, _ syntax: TransferSyntax) -> [InstanceUID] {
    guard let bytes = response.identifier,
      let list = try? Part10.readDataSet(Array(bytes.readableBytesView), in: syntax)
    else { return [] }
    return list.strings(.failedSOPInstanceUIDList).compactMap { InstanceUID($0) }
  }

  private func note(_ error: any Error) {
    door.logger.warning(
      "an archive that is asked too does not answer",
      metadata: ["archive": "\(node.aeTitle)", "error": "\(type(of: error))"])
  }
}

extension SubOperationCounts {
  fileprivate var withoutRemaining: SubOperationCounts {
    SubOperationCounts(remaining: 0, completed: completed, failed: failed, warning: warning)
  }
}

extension DIMSEDoor {
  /// The Implementation Version Name under which another archive is asked too: whoever is asked so asks nobody else, under
  /// whatever title it was called, so that no ring of archives asks itself for ever.
  static let askedToo = "ISOCENTER_ASKED"
  /// How long another archive may take to be reached.
  static let otherArchiveConnects = Duration.seconds(5)
  /// How long it may owe an answer.
  static let otherArchiveAnswers = Duration.seconds(30)
  /// How long it may be silent while it sends: pending responses are optional, and large objects take their time.
  static let otherArchiveSends = Duration.seconds(600)

  /// The archives that are asked too. One of them that asks us is answered from what we hold: two that ask each other would
  /// never end.
  ///
  /// What another archive has is its site's: only who may know of that site's images hears of it.
  func archivesAskedToo(
    for session: AssociationSession, over association: ServerAssociation, to operation: Operation
  ) async throws -> [Node] {
    guard association.request.userInformation.implementationVersionName != Self.askedToo else { return [] }
    let others = nodes.archivesAskedToo()
    let caller = ApplicationEntityTitle.normalized(session.callingAETitle)
    guard !others.isEmpty, !others.contains(where: { $0.aeTitle == caller }) else { return [] }
    try await archive.authorize(operation, of: session.principal, object: "other archives")
    return others.filter { session.principal.sites.includes($0.site) }
  }

  func connect(
    to node: Node, for sopClass: UID, _ information: [UInt8], patience: Duration = otherArchiveAnswers
  ) async throws -> ClientAssociation {
    guard let called = AETitle(node.aeTitle) else { throw AssociationError.unusableRequest }
    var configuration = DIMSEClient.Configuration(
      host: node.host, port: node.port, callingAETitle: aeTitle, calledAETitle: called,
      presentationContexts: DIMSEClient.proposals([(sopClass, OutgoingInstance.native.map(\.uid))]))
    configuration.security = try security.security(for: node)
    configuration.connectTimeout = Self.otherArchiveConnects
    configuration.idleTimeout = patience
    configuration.implementation.versionName = Self.askedToo
    configuration.extendedNegotiations = [ExtendedNegotiation(sopClass: sopClass, applicationInformation: information)]
    return try await DIMSEClient.connect(configuration)
  }
}
