import ArchiveCore
import DICOM
import DIMSE

extension DIMSEDoor {
  /// C-STORE (PS3.4 Annex B): success is said once the object is on stable storage and in the catalog.
  func store(
    _ command: CStoreCommand, _ request: DIMSERequest, over association: ServerAssociation,
    as session: AssociationSession
  ) async throws {
    let response: DIMSEResponse
    do {
      let delivery = try await session.delivery(into: archive, issuer: issuer)
      _ = try await delivery.stage(
        request.dataSet,
        as: .dataSet(
          transferSyntax: request.presentationContext.transferSyntax.uid.rawValue,
          sopClass: command.sopClass.rawValue, instance: command.sopInstance.rawValue,
          callingAETitle: session.callingAETitle))
      let outcomes = try await delivery.settle()
      metrics.stored(outcomes)
      response = request.response(.success)
    } catch {
      metrics.refused()
      response = request.response(DIMSEStatus(storing: error), errorComment: errorComment(error))
    }
    try await association.send(response)
  }
}
