import ArchiveCore
import DICOM

/// What a performed step means for the worklist.
///
/// Several scheduled steps may be performed at once (the group case) and one scheduled step in several performed ones
/// (the append case; IHE RAD TF-1 §3.3): a scheduled step goes on while any of them is in progress, and is completed
/// when one of them was.
struct Consequences: Sendable {
  let store: any WorkflowStore

  /// Scheduled steps of a performed one, other than those that stay as they are.
  func scheduledSteps(after record: WorkRecord, within sites: Principal.Sites) async throws -> [WorkRecord] {
    var changed: [WorkUID: WorkRecord] = [:]
    for reference in PerformedStep(record).references {
      guard var scheduled = try await scheduledStep(reference, within: sites), changed[scheduled.item] == nil else {
        continue
      }
      let states = try await states(of: reference, after: record)
      let wanted = Self.state(performed: states)
      guard wanted != scheduled.state else { continue }
      var step = try ScheduledStep(scheduled.attributes)
      step.set(wanted)
      scheduled.state = wanted
      scheduled.attributes = step.attributes
      changed[scheduled.item] = scheduled
    }
    return changed.values.sorted { $0.item.value < $1.item.value }
  }

  /// The state of a scheduled step that is performed by steps in these states.
  static func state(performed: Set<WorkState>) -> WorkState {
    if performed.contains(.inProgress) { return .started }
    return performed.contains(.completed) ? .completed : .discontinued
  }

  /// By Study Instance UID and step ID; by accession number and step ID when a modality has made a study UID of its
  /// own.
  private func scheduledStep(
    _ reference: PerformedStep.Reference, within sites: Principal.Sites
  ) async throws -> WorkRecord? {
    guard let stepID = reference.stepID else { return nil }
    let named = WorkUID(naming: ScheduledStep.names(study: reference.study, stepID: stepID))
    if let record = try await store.work(.scheduledStep, named), sites.includes(record.site) { return record }
    guard let accession = reference.accessionNumber else { return nil }
    var question = WorkQuestion(.scheduledStep, within: sites)
    question.accessionNumber = accession
    var found: [WorkRecord] = []
    for try await record in WorkSearch(question, in: store)
    where try ScheduledStep(record.attributes).text(.scheduledProcedureStepID, inStep: true) == stepID {
      found.append(record)
    }
    // Two that fit are no answer.
    return found.count == 1 ? found.first : nil
  }

  /// The states of all that perform the same scheduled step, this one included.
  private func states(of reference: PerformedStep.Reference, after record: WorkRecord) async throws -> Set<WorkState> {
    var question = WorkQuestion(.performedStep, within: .only([record.site]))
    question.study = reference.study
    var states: Set<WorkState> = [record.state]
    for try await other in WorkSearch(question, in: store) where other.item != record.item {
      let isSame = PerformedStep(other).references.contains {
        $0.study == reference.study && $0.stepID == reference.stepID
      }
      if isSame { states.insert(other.state) }
    }
    return states
  }
}
