/// The types of directory records that refer to an instance of a series, and the keys they need (PS3.3 §F.4, §F.5).
struct DirectoryRecordType: Sendable {
  /// A key and what stands for it when the instance has none (type 1), or `nil` when it may be empty (type 2).
  struct Key: Sendable {
    var tag: Tag
    var substitute: String?
  }

  /// Directory Record Type (0004,1430).
  var name: String
  var keys: [Key] = []
  /// Keys taken over where the instance has them.
  var optional: [Tag] = []

  /// The type for a SOP class; IMAGE for everything that has no other.
  static func of(_ sopClass: UID) -> DirectoryRecordType {
    if let known = byClass[sopClass] { return known }
    let keyword = UIDRegistry.entry(sopClass)?.keyword ?? ""
    return byEnding.first { keyword.hasSuffix($0.ending) }?.type ?? image
  }

  private static let number = Key(tag: .instanceNumber, substitute: "1")
  private static let date = Key(tag: .contentDate, substitute: unknownDate)
  private static let time = Key(tag: .contentTime, substitute: unknownTime)
  static let unknownDate = "19000101"
  static let unknownTime = "000000"

  private static let image = DirectoryRecordType(
    name: "IMAGE", keys: [number],
    optional: [.imageType, .numberOfFrames, .rows, .columns, .imagePositionPatient, .imageOrientationPatient])
  private static let report = DirectoryRecordType(
    name: "SR DOCUMENT",
    keys: [
      number, Key(tag: .completionFlag, substitute: "PARTIAL"), Key(tag: .verificationFlag, substitute: "UNVERIFIED"),
      date, time,
    ], optional: [.verificationDateTime, .conceptNameCodeSequence])
  private static let presentation = DirectoryRecordType(
    name: "PRESENTATION",
    keys: [
      Key(tag: .presentationCreationDate, substitute: unknownDate),
      Key(tag: .presentationCreationTime, substitute: unknownTime), number,
      Key(tag: .contentLabel, substitute: "UNNAMED"), Key(tag: .contentDescription),
      Key(tag: .contentCreatorName),
    ], optional: [.referencedSeriesSequence, .blendingSequence])
  private static let waveform = DirectoryRecordType(name: "WAVEFORM", keys: [number, date, time])
  private static let encapsulated = DirectoryRecordType(
    name: "ENCAP DOC",
    keys: [
      Key(tag: .contentDate), Key(tag: .contentTime), number, Key(tag: .documentTitle),
      Key(tag: .conceptNameCodeSequence),
      Key(tag: .mimeTypeOfEncapsulatedDocument, substitute: "application/octet-stream"),
    ], optional: [.hl7InstanceIdentifier])
  private static let treatment = DirectoryRecordType(
    name: "RT TREAT RECORD", keys: [number, Key(tag: .treatmentDate), Key(tag: .treatmentTime)])

  private static func labelled(_ name: String) -> DirectoryRecordType {
    DirectoryRecordType(
      name: name,
      keys: [
        date, time, number, Key(tag: .contentLabel, substitute: "UNNAMED"), Key(tag: .contentDescription),
        Key(tag: .contentCreatorName),
      ])
  }

  private static func plan(_ name: String) -> DirectoryRecordType {
    DirectoryRecordType(
      name: name,
      keys: [number, Key(tag: .rtPlanLabel, substitute: "UNNAMED"), Key(tag: .rtPlanDate), Key(tag: .rtPlanTime)])
  }

  private static let byClass: [UID: DirectoryRecordType] = [
    .keyObjectSelectionDocumentStorage: DirectoryRecordType(
      name: "KEY OBJECT DOC", keys: [number, date, time], optional: [.conceptNameCodeSequence]),
    .rtDoseStorage: DirectoryRecordType(
      name: "RT DOSE", keys: [number, Key(tag: .doseSummationType, substitute: "PLAN")]),
    .rtStructureSetStorage: DirectoryRecordType(
      name: "RT STRUCTURE SET",
      keys: [
        number, Key(tag: .structureSetLabel, substitute: "UNNAMED"), Key(tag: .structureSetDate),
        Key(tag: .structureSetTime),
      ]),
    .rtPlanStorage: plan("RT PLAN"), .rtIonPlanStorage: plan("RT PLAN"),
    .spatialRegistrationStorage: labelled("REGISTRATION"),
    .deformableSpatialRegistrationStorage: labelled("REGISTRATION"),
    .spatialFiducialsStorage: labelled("FIDUCIAL"), .realWorldValueMappingStorage: labelled("VALUE MAP"),
    .surfaceSegmentationStorage: labelled("SURFACE"), .tractographyResultsStorage: labelled("TRACT"),
    .rawDataStorage: DirectoryRecordType(name: "RAW DATA", keys: [date, time, Key(tag: .instanceNumber)]),
    .mrSpectroscopyStorage: DirectoryRecordType(
      name: "SPECTROSCOPY", keys: [date, time, number],
      optional: [.imageType, .numberOfFrames, .rows, .columns, .dataPointRows, .dataPointColumns]),
    .stereometricRelationshipStorage: DirectoryRecordType(name: "STEREOMETRIC"),
    .procedureLogStorage: report,
    .contentAssessmentResultsStorage: DirectoryRecordType(name: "ASSESSMENT", keys: [number, date, time]),
    .microscopyBulkSimpleAnnotationsStorage: labelled("ANNOTATION"),
  ]

  /// By the end of the SOP class' keyword (PS3.6 Annex A).
  private static let byEnding: [(ending: String, type: DirectoryRecordType)] = [
    ("WaveformPresentationStateStorage", presentation), ("PresentationStateStorage", presentation),
    ("WaveformStorage", waveform), ("SRStorage", report), ("TreatmentRecordStorage", treatment),
    ("TreatmentSummaryRecordStorage", treatment),
    (
      "MeasurementsStorage",
      DirectoryRecordType(
        name: "MEASUREMENT", keys: [number, date, time])
    ),
    ("ProcedureProtocolStorage", DirectoryRecordType(name: "PLAN", keys: [number])),
    ("ReportStorage", report), ("EncapsulatedPDFStorage", encapsulated), ("EncapsulatedCDAStorage", encapsulated),
    ("EncapsulatedSTLStorage", encapsulated), ("EncapsulatedOBJStorage", encapsulated),
    ("EncapsulatedMTLStorage", encapsulated),
  ]
}
