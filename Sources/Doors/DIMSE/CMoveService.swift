import ArchiveCore
import DICOM
import DIMSE
import Logging

extension DIMSEDoor {
  /// C-MOVE (PS3.4 §C.4.2): the instances go to a third application entity that we know by its title.
  func move(
    _ command: QueryCommand, to destination: AETitle, _ request: DIMSERequest, over association: ServerAssociation,
    as session: AssociationSession
  ) async throws {
    do {
      let identifier = try await RetrieveIdentifier(
        reading: request, model: ServiceContexts.move[command.sopClass] ?? .studyRoot)
      guard let node = try await nodes.node(aeTitle: destination.rawValue) else {
        try await association.send(request.response(.moveDestinationUnknown))
        return
      }
      let instances = try await instances(of: identifier, as: session.principal)
      var retrieval = Retrieval(instances: instances.count)
      var cancelled = false
      let outgoing = instances.outgoing(through: transcoder, preferred: node.transferSyntaxes)
      for group in outgoing.groupedByContexts where !cancelled {
        let target = await Destination(
          node: node, door: self, for: group.contexts,
          originator: MoveOriginator(
            aeTitle: association.request.callingAETitle, messageID: request.messageID))
        for outgoing in group.instances {
          if association.isCancelled(request) {
            cancelled = true
            break
          }
          retrieval.note(await target.send(outgoing), of: outgoing.reference.instance)
          if retrieval.counts.remaining > 0 {
            try await association.send(request.response(.pending, subOperations: retrieval.counts))
          }
        }
        await target.release()
      }
      try await association.send(try retrieval.finalResponse(to: request, cancelled: cancelled))
    } catch let error as ArchiveError {
      try await association.send(request.response(DIMSEStatus(querying: error), errorComment: error.message))
    }
  }
}

/// An association to a move destination. When it cannot be had, every sub-operation fails.
private struct Destination {
  private let association: ClientAssociation?
  private let originator: MoveOriginator
  private let door: DIMSEDoor

  init(node: Node, door: DIMSEDoor, for contexts: OutgoingContexts, originator: MoveOriginator) async {
    self.originator = originator
    self.door = door
    guard let called = AETitle(node.aeTitle) else {
      association = nil
      return
    }
    do {
      var configuration = DIMSEClient.Configuration(
        host: node.host, port: node.port, callingAETitle: door.aeTitle, calledAETitle: called,
        presentationContexts: DIMSEClient.proposals(contexts.contexts))
      configuration.security = try door.security.security(for: node)
      association = try await DIMSEClient.connect(configuration)
    } catch {
      door.logger.notice(
        "the move destination cannot be reached", metadata: ["destination": "\(node.aeTitle)", "error": "\(error)"])
      association = nil
    }
  }

  func send(_ outgoing: OutgoingInstance) async -> DIMSEStatus.Category {
    guard let association else { return .failure }
    do {
      for syntax in outgoing.syntaxes {
        guard let context = association.presentationContext(for: outgoing.sopClass, in: [syntax]) else { continue }
        let dataSet = try await outgoing.dataSet(in: syntax)
        return try await association.cStore(
          CStoreCommand(
            sopClass: outgoing.sopClass, sopInstance: UID(rawValue: outgoing.reference.instance.value),
            moveOriginator: originator),
          in: context, dataSet: dataSet
        ).status.category
      }
      door.noteNoContext(outgoing)
    } catch {
      door.noteFailure(error, of: outgoing)
    }
    return .failure
  }

  func release() async {
    do {
      try await association?.release()
    } catch {
      association?.abort()
    }
  }
}
