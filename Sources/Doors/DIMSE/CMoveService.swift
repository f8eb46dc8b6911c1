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
      if let allowed = session.caller.exchange.moveDestinations, !allowed.contains(node.aeTitle) {
        logger.notice(
          "a retrieval to a destination that the caller may not use",
          metadata: ["calling": "\(session.callingAETitle)", "destination": "\(node.aeTitle)"])
        try await association.send(
          request.response(.notAuthorized, errorComment: "the destination is not one of this AE title's"))
        return
      }
      let found = try await instances(
        of: identifier, isRelational: isRelational(retrieval: command.sopClass, over: association, as: session),
        as: session.principal)
      var retrieval = Retrieval(instances: found.instances.count)
      let originator = MoveOriginator(aeTitle: association.request.callingAETitle, messageID: request.messageID)
      let outgoing = found.instances.outgoing(through: transcoder, preferred: node.transferSyntaxes)
      let lanes = MoveLane.lanes(for: outgoing, to: node, through: self, originator: originator)
      var isCancelled = try await send(lanes, request, over: association, counting: &retrieval)
      if let missing = found.missing, !isCancelled {
        for other in try await archivesAskedToo(for: session, over: association, to: .retrieve) where !isCancelled {
          let handedOn = ForwardedRetrieval(
            door: self, node: other, sopClass: command.sopClass, identifier: missing, destination: destination)
          isCancelled = try await handedOn.perform(for: request, over: association, counting: &retrieval)
        }
      }
      try await association.send(try retrieval.finalResponse(to: request, cancelled: isCancelled))
    } catch let error where error is ArchiveError || error is IdentifierRefusal {
      try await association.send(request.refusal(DIMSEStatus(retrieving: error), because: error))
    }
  }

  /// Sends what is in the lanes, all of them at the same time, with a pending response for each instance.
  ///
  /// - Returns: whether it was cancelled.
  private func send(
    _ lanes: [MoveLane], _ request: DIMSERequest, over association: ServerAssociation,
    counting retrieval: inout Retrieval
  ) async throws -> Bool {
    var cancelled = false
    try await withThrowingTaskGroup(of: (lane: MoveLane, outcome: MoveLane.Outcome?).self) { group in
      for lane in lanes { group.addTask { await lane.step() } }
      while let (lane, outcome) = try await group.next() {
        guard let outcome else { continue }
        guard !association.hasEnded else {
          // Nobody is there any more who wants to know.
          cancelled = true
          lane.abort()
          continue
        }
        retrieval.note(outcome.category, of: outcome.instance)
        cancelled = cancelled || association.isCancelled(request)
        guard !cancelled else {
          group.addTask {
            await lane.release()
            return (lane, nil)
          }
          continue
        }
        // The lane goes on when whoever asked has taken the news: a slow reader slows the sending.
        if retrieval.remaining > 0 {
          do {
            try await association.send(request.response(.pending, subOperations: retrieval.counts))
          } catch {
            for lane in lanes { lane.abort() }
            throw error
          }
        }
        group.addTask { await lane.step() }
      }
    }
    return cancelled
  }
}
