import ArchiveCore
import DICOM

/// Which attributes a Unified Procedure Step is made with, and which may be set later (PS3.4 Table CC.2.5-3).
enum UnifiedStepRequirements {
  /// Type 1 in N-CREATE, and never empty afterwards.
  static let valued: [Tag] = [
    .procedureStepState, .scheduledProcedureStepPriority, .procedureStepLabel, .scheduledProcedureStepStartDateTime,
    .inputReadinessState,
  ]

  /// Type 2 in N-CREATE. Those that are left out are taken as empty.
  static let present: [Tag] = [
    .transactionUID, .worklistLabel, .scheduledProcessingParametersSequence, .scheduledStationNameCodeSequence,
    .scheduledStationClassCodeSequence, .scheduledStationGeographicLocationCodeSequence, .scheduledWorkitemCodeSequence,
    .commentsOnTheScheduledProcedureStep, .inputInformationSequence, .patientName, .patientID, .patientBirthDate,
    .patientSex, .issuerOfPatientID, .admissionID, .issuerOfAdmissionIDSequence, .admittingDiagnosesDescription,
    .admittingDiagnosesCodeSequence, .referencedRequestSequence, .procedureStepProgressInformationSequence,
    .unifiedProcedureStepPerformedProcedureSequence,
  ]

  /// Empty in N-CREATE: what a performer says, and the lock.
  static let empty: [Tag] = [
    .transactionUID, .procedureStepProgressInformationSequence, .unifiedProcedureStepPerformedProcedureSequence,
  ]

  static let enumerated: [Tag: Set<String>] = [
    .scheduledProcedureStepPriority: ["HIGH", "MEDIUM", "LOW"],
    .inputReadinessState: ["INCOMPLETE", "UNAVAILABLE", "READY"],
  ]

  /// Not allowed in N-SET: identity, state, and whom and what for.
  static let fixed: Set<Tag> = [
    .sopClassUID, .sopInstanceUID, .procedureStepState, .scheduledProcedureStepModificationDateTime, .patientName,
    .patientID, .issuerOfPatientID, .issuerOfPatientIDQualifiersSequence, .patientBirthDate, .patientSex, .admissionID,
    .issuerOfAdmissionIDSequence, .admittingDiagnosesDescription, .admittingDiagnosesCodeSequence,
    .referencedRequestSequence, .replacedProcedureStepSequence, .performedStationAETitle,
  ]

  /// What a Worklist Label is when nobody gives one; it must have a value.
  static let standardLabel = "DEFAULT"

  /// The attributes of a step that is to be made, as they are kept.
  ///
  /// - Returns: the attributes, and whether something had to be added that the requestor ought to have sent.
  static func checkCreation(
    _ asked: DataSet, item: String, at moment: String
  ) throws(UnifiedStepRefusal) -> (attributes: DataSet, isModified: Bool) {
    try UnifiedStepBounds.check(asked)
    var attributes = asked
    let missing = valued.filter { !attributes.contains($0) }
    guard missing.isEmpty else { throw UnifiedStepRefusal(.missingAttribute, missing) }
    let unvalued = valued.filter { attributes.string($0) == nil }
    guard unvalued.isEmpty else { throw UnifiedStepRefusal(.missingValue, unvalued) }
    guard attributes.string(.procedureStepState) == "SCHEDULED" else {
      throw UnifiedStepRefusal(.notScheduled, [.procedureStepState])
    }
    try checkValues(attributes)
    let filled = empty.filter { attributes[$0].map { !$0.value.isEmpty } ?? false }
    guard filled.isEmpty else { throw UnifiedStepRefusal(.invalidValue, filled) }
    for (tag, wanted) in [(Tag.sopClassUID, UnifiedStep.sopClass.rawValue), (.sopInstanceUID, item)] {
      guard attributes.string(tag) ?? wanted == wanted else { throw UnifiedStepRefusal(.invalidValue, [tag]) }
      attributes.set(tag, .ui, wanted)
    }
    let left = present.filter { !attributes.contains($0) }
    for tag in left {
      let vr = DataDictionary.vr(tag) ?? .lo
      attributes[tag] = DataElement(tag: tag, vr: vr, value: vr == .sq ? .sequence([]) : .empty)
    }
    if attributes.string(.worklistLabel) == nil { attributes.set(.worklistLabel, .lo, standardLabel) }
    attributes[.performedStationAETitle] = nil
    attributes.set(.scheduledProcedureStepModificationDateTime, .dt, moment)
    return (attributes, !left.isEmpty)
  }

  /// What is to be set of a step.
  static func checkSetting(_ asked: DataSet) throws(UnifiedStepRefusal) {
    try UnifiedStepBounds.check(asked)
    let forbidden = asked.map(\.tag).filter(fixed.contains)
    guard forbidden.isEmpty else { throw UnifiedStepRefusal(.attributeNotAllowed, forbidden) }
    let unvalued = (valued + [.worklistLabel]).filter { asked.contains($0) && asked.string($0) == nil }
    guard unvalued.isEmpty else { throw UnifiedStepRefusal(.missingValue, unvalued) }
    try checkValues(asked)
  }

  private static func checkValues(_ attributes: DataSet) throws(UnifiedStepRefusal) {
    let wrong = enumerated.filter { tag, allowed in attributes.string(tag).map { !allowed.contains($0) } ?? false }
    guard wrong.isEmpty else { throw UnifiedStepRefusal(.invalidValue, wrong.keys.sorted()) }
    let start = MatchingKey.parse(
      tag: .scheduledProcedureStepStartDateTime, vr: .dt,
      text: attributes.string(.scheduledProcedureStepStartDateTime) ?? "")
    guard start.isWellFormed else { throw UnifiedStepRefusal(.invalidValue, [start.tag]) }
  }
}
