import ArchiveCore
import DICOM
import DIMSE
import Logging

extension DIMSEDoor {
  /// SOP classes proposed to a destination on one association: each takes at most two of 128 contexts.
  static let classesPerAssociation = 60

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
      for group in instances.groupedByClass(of: Self.classesPerAssociation) where !cancelled {
        let target = await Destination(
          node: node, as: aeTitle, for: group, logger: logger,
          originator: MoveOriginator(
            aeTitle: association.request.callingAETitle, messageID: request.messageID))
        for reference in group {
          if association.isCancelled(request) {
            cancelled = true
            break
          }
          retrieval.note(
            await target.send(OutgoingInstance(archive: archive, reference: reference)), of: reference.instance)
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
  private let logger: Logger

  init(
    node: Node, as ourTitle: AETitle, for instances: [InstanceReference], logger: Logger, originator: MoveOriginator
  ) async {
    self.originator = originator
    self.logger = logger
    guard let called = AETitle(node.aeTitle) else {
      association = nil
      return
    }
    do {
      association = try await DIMSEClient.connect(
        DIMSEClient.Configuration(
          host: node.host, port: node.port, callingAETitle: ourTitle, calledAETitle: called,
          presentationContexts: DIMSEClient.proposals(instances.proposedContexts)))
    } catch {
      logger.notice(
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
      logger.notice(
        "the move destination takes no transfer syntax we could send",
        metadata: ["instance": "\(outgoing.reference.instance)", "stored": "\(outgoing.stored.uid)"])
    } catch {
      logger.notice(
        "a sub-operation failed", metadata: ["instance": "\(outgoing.reference.instance)", "error": "\(error)"])
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

extension [InstanceReference] {
  /// The instances in runs of at most so many SOP classes, order kept within a class.
  func groupedByClass(of limit: Int) -> [[InstanceReference]] {
    var order: [String] = []
    for reference in self where !order.contains(reference.sopClass) { order.append(reference.sopClass) }
    guard order.count > limit else { return isEmpty ? [] : [self] }
    return stride(from: 0, to: order.count, by: limit).map { start in
      let classes = Set(order[start..<Swift.min(start + limit, order.count)])
      return filter { classes.contains($0.sopClass) }
    }
  }

  /// One context per SOP class for each stored syntax, and one for the uncompressed ones.
  var proposedContexts: [(abstractSyntax: UID, transferSyntaxes: [UID])] {
    var seen: Set<[String]> = []
    var contexts: [(abstractSyntax: UID, transferSyntaxes: [UID])] = []
    for reference in self {
      let syntax = TransferSyntax(uid: UID(rawValue: reference.transferSyntax))
      let isNative = OutgoingInstance.native.contains(syntax)
      guard seen.insert([reference.sopClass, isNative ? "" : reference.transferSyntax]).inserted else { continue }
      // One context per syntax: an acceptor picks one of several, and we could not tell it which one we hold.
      let syntaxes = isNative ? OutgoingInstance.native.map { [$0.uid] } : [[syntax.uid]]
      for each in syntaxes { contexts.append((UID(rawValue: reference.sopClass), each)) }
    }
    return contexts
  }
}
