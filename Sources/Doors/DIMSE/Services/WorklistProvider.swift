import ArchiveCore
public import DICOM
import DIMSE
public import Workflow

/// Modality Worklist as SCP (PS3.4 Annex K).
public struct WorklistProvider: ServiceClassProvider {
  private let worklist: Worklist

  public init(worklist: Worklist) { self.worklist = worklist }

  public let sopClasses: Set<UID> = [.modalityWorklistInformationModelFind]

  public func find(
    _ identifier: DataSet, in sopClass: UID, as caller: ServiceCaller, answer: (DataSet) async throws -> Bool
  ) async throws {
    let unreadable = Query(level: .study, identifier: identifier).keys.flatMap(\.unreadable)
    guard unreadable.isEmpty else {
      throw ServiceRefusal(
        .dataSetDoesNotMatchSOPClass, "a date, time or number that is asked for cannot be read", offending: unreadable)
    }
    try await worklist.search(identifier, as: caller.principal) { step in
      try await answer(RequestedAttributes.of(step.attributes, asked: identifier))
    }
  }
}

extension MatchingKey {
  /// Keys, of any item, whose values cannot be read.
  fileprivate var unreadable: [Tag] {
    if case .sequence(let keys) = condition { return keys.flatMap(\.unreadable) }
    return isWellFormed ? [] : [tag]
  }
}
