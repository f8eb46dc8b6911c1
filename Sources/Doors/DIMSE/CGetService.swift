import ArchiveCore
import DICOM
import DICOMPixels
import DIMSE
import Logging

extension DIMSEDoor {
  /// C-GET (PS3.4 §C.4.3): the instances come back on the association that asked.
  func get(
    _ command: QueryCommand, _ request: DIMSERequest, over association: ServerAssociation,
    as session: AssociationSession
  ) async throws {
    do {
      let identifier = try await RetrieveIdentifier(
        reading: request, model: ServiceContexts.get[command.sopClass] ?? .studyRoot)
      let instances = try await instances(
        of: identifier, isRelational: isRelational(retrieval: command.sopClass, over: association, as: session),
        as: session.principal
      ).instances
      var retrieval = Retrieval(instances: instances.count)
      for reference in instances {
        if association.isCancelled(request) {
          try await association.send(try retrieval.finalResponse(to: request, cancelled: true))
          return
        }
        retrieval.note(await send(reference, over: association), of: reference.instance)
        if retrieval.remaining > 0 {
          try await association.send(request.response(.pending, subOperations: retrieval.counts))
        }
      }
      try await association.send(try retrieval.finalResponse(to: request, cancelled: false))
    } catch let error where error is ArchiveError || error is IdentifierRefusal {
      try await association.send(request.refusal(DIMSEStatus(retrieving: error), because: error))
    }
  }

  private func send(_ reference: InstanceReference, over association: ServerAssociation) async -> DIMSEStatus.Category {
    let outgoing = OutgoingInstance(transcoder: transcoder, reference: reference)
    do {
      guard let context = outgoing.context(among: association.contextsForStoring(outgoing.sopClass)) else {
        noteNoContext(outgoing)
        return .failure
      }
      let dataSet = try await outgoing.dataSet(in: context.transferSyntax)
      return try await association.store(
        CStoreCommand(sopClass: outgoing.sopClass, sopInstance: UID(rawValue: reference.instance.value)),
        in: context, dataSet: dataSet
      ).status.category
    } catch {
      noteFailure(error, of: outgoing)
    }
    return .failure
  }

  func noteNoContext(_ outgoing: OutgoingInstance) {
    logger.notice(
      "the receiver takes no transfer syntax we could send",
      metadata: ["instance": "\(outgoing.reference.instance)", "stored": "\(outgoing.stored.uid)"])
  }

  /// What failed, and why as far as we know it ourselves: what a peer wrote stays out of logs.
  func noteFailure(_ error: any Error, of outgoing: OutgoingInstance) {
    let reason: String =
      switch error {
      case let error as PixelError: "\(error)"
      case let error as ArchiveError: "\(error)"
      case let error as DICOMError: "\(error.code)"
      default: "\(type(of: error))"
      }
    logger.notice(
      "a sub-operation failed", metadata: ["instance": "\(outgoing.reference.instance)", "error": "\(reason)"])
  }
}
