import DICOM

/// What is required of an attribute of a performed step (PS3.4 Table F.7.2-1).
struct PerformedStepRequirement: Sendable {
  enum Kind: Sendable {
    /// Type 1: there, with a value.
    case value
    /// Type 2: there, empty when not known.
    case presence
  }

  var tag: Tag
  var kind: Kind
  /// Of the items of a sequence.
  var items: [PerformedStepRequirement] = []

  private static func values(_ tags: Tag...) -> [Self] { tags.map { Self(tag: $0, kind: .value) } }
  private static func present(_ tags: Tag...) -> [Self] { tags.map { Self(tag: $0, kind: .presence) } }

  private static let series: [Self] =
    values(.seriesInstanceUID, .protocolName)
    + present(
      .performingPhysicianName, .operatorsName, .seriesDescription, .retrieveAETitle, .referencedImageSequence,
      .referencedNonImageCompositeSOPInstanceSequence)

  /// When it is made.
  static let creation: [Self] =
    [
      Self(
        tag: .scheduledStepAttributesSequence, kind: .value,
        items: values(.studyInstanceUID)
          + present(
            .referencedStudySequence, .accessionNumber, .requestedProcedureID, .requestedProcedureDescription,
            .scheduledProcedureStepID, .scheduledProcedureStepDescription, .scheduledProtocolCodeSequence))
    ]
    + present(.patientName, .patientID, .patientBirthDate, .patientSex, .referencedPatientSequence)
    + values(
      .performedProcedureStepID, .performedStationAETitle, .performedProcedureStepStartDate,
      .performedProcedureStepStartTime, .performedProcedureStepStatus, .modality)
    + present(
      .performedStationName, .performedLocation, .performedProcedureStepDescription, .performedProcedureTypeDescription,
      .procedureCodeSequence, .performedProcedureStepEndDate, .performedProcedureStepEndTime, .studyID,
      .performedProtocolCodeSequence)
    + [Self(tag: .performedSeriesSequence, kind: .presence, items: series)]

  /// When it is completed: at least one series was made. Of a discontinued step there may be none.
  static let completion: [Self] =
    values(.performedProcedureStepEndDate, .performedProcedureStepEndTime)
    + [Self(tag: .performedSeriesSequence, kind: .value, items: series)]

  static let discontinuation: [Self] =
    values(.performedProcedureStepEndDate, .performedProcedureStepEndTime)
    + [Self(tag: .performedSeriesSequence, kind: .presence, items: series)]

  /// What is said once and for all when it is made: "not allowed" in N-SET.
  static let fixed: Set<Tag> = [
    .scheduledStepAttributesSequence, .patientName, .patientID, .issuerOfPatientID, .patientBirthDate, .patientSex,
    .referencedPatientSequence, .performedProcedureStepID, .performedStationAETitle, .performedStationName,
    .performedLocation, .performedProcedureStepStartDate, .performedProcedureStepStartTime, .modality, .studyID,
  ]

  /// - Throws: `PerformedStepRefusal` `.missing` or `.missingValue`, with every such attribute.
  static func check(_ dataSet: DataSet, _ requirements: [Self]) throws(PerformedStepRefusal) {
    var missing: [Tag] = []
    var empty: [Tag] = []
    look(dataSet, requirements, &missing, &empty)
    if !missing.isEmpty { throw .missing(Array(Set(missing)).sorted()) }
    if !empty.isEmpty { throw .missingValue(Array(Set(empty)).sorted()) }
  }

  private static func look(_ dataSet: DataSet, _ requirements: [Self], _ missing: inout [Tag], _ empty: inout [Tag]) {
    for requirement in requirements {
      guard let element = dataSet[requirement.tag] else {
        missing.append(requirement.tag)
        continue
      }
      if element.interpretedVR == .sq {
        let items = dataSet.items(requirement.tag)
        if requirement.kind == .value, items.isEmpty { empty.append(requirement.tag) }
        for item in items { look(item, requirement.items, &missing, &empty) }
      } else if requirement.kind == .value, (dataSet.string(requirement.tag) ?? "").allSatisfy({ $0 == " " }) {
        empty.append(requirement.tag)
      }
    }
  }
}
