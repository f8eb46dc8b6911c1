import ArchiveCore
public import DICOM
import DIMSE
public import Workflow

/// Modality Performed Procedure Step and its retrieval as SCP (PS3.4 §F.7, §F.8).
public struct PerformedStepProvider: ServiceClassProvider {
  /// "Performed Procedure Step Object may no longer be updated" (PS3.4 Table F.7.2-2).
  static let mayNoLongerBeUpdated: UInt16 = 0xA710

  private let steps: PerformedSteps

  public init(steps: PerformedSteps) { self.steps = steps }

  public let sopClasses: Set<UID> = [.modalityPerformedProcedureStep, .modalityPerformedProcedureStepRetrieve]

  public func perform(_ request: ServiceRequest) async throws -> ServiceAnswer {
    let command = request.command
    let caller = request.caller
    do {
      switch (command.sopClass, command.field) {
      case (.modalityPerformedProcedureStep, .nCreate):
        let asked = try command.sopInstance.map(Self.instance)
        let made = try await steps.create(
          asked, request.attributes, at: caller.site, from: caller.aeTitle, as: caller.principal)
        return ServiceAnswer(sopInstance: UID(rawValue: made.item.value))
      case (.modalityPerformedProcedureStep, .nSet):
        _ = try await steps.change(
          try Self.required(command), by: request.attributes, from: caller.aeTitle, as: caller.principal)
        return ServiceAnswer()
      case (.modalityPerformedProcedureStepRetrieve, .nGet):
        let record = try await steps.step(try Self.required(command), as: caller.principal)
        return ServiceAnswer(attributes: record.attributes.only(command.attributes))
      default:
        throw ServiceRefusal(.unrecognizedOperation)
      }
    } catch let refusal as PerformedStepRefusal {
      throw ServiceRefusal(refusal)
    }
  }

  private static func required(_ command: NormalizedCommand) throws(ServiceRefusal) -> WorkUID {
    guard let uid = command.sopInstance else { throw ServiceRefusal(.invalidObjectInstance, "no SOP Instance UID") }
    return try instance(uid)
  }

  private static func instance(_ uid: UID) throws(ServiceRefusal) -> WorkUID {
    guard let item = WorkUID(uid.rawValue) else {
      throw ServiceRefusal(.invalidObjectInstance, "this is no UID (PS3.5 9.1)")
    }
    return item
  }
}

extension ServiceRefusal {
  /// As PS3.4 §F.7.2 and PS3.7 Annex C have it.
  init(_ refusal: PerformedStepRefusal) {
    switch refusal {
    case .duplicate: self.init(.duplicateSOPInstance)
    case .unknown: self.init(.noSuchObjectInstance)
    case .missing(let tags): self.init(.missingAttribute, offending: tags)
    case .missingValue(let tags): self.init(.missingAttributeValue, offending: tags)
    case .invalidValue(let tags): self.init(.invalidAttributeValue, offending: tags)
    case .noLongerInProgress:
      self.init(.processingFailure, "Performed Procedure Step Object may no longer be updated")
      errorID = PerformedStepProvider.mayNoLongerBeUpdated
    }
  }
}

extension DataSet {
  /// Attributes of an N-GET (PS3.7 §10.1.2.1.5): all of them when none is named.
  fileprivate func only(_ tags: [UInt32]) -> DataSet {
    guard !tags.isEmpty else { return self }
    let wanted = Set(tags.map { Tag(rawValue: $0) }).union([.specificCharacterSet])
    return DataSet(filter { wanted.contains($0.tag) })
  }
}
