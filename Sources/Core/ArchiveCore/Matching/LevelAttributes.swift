public import DICOM

/// Which attributes belong to a patient, a study, a series, an instance (PS3.4 §C.6.1.1, PS3.18 §10.6.3): they are
/// kept in the catalog, can be matched, and are returned.
public enum LevelAttributes {
  /// Kept as they arrive, in ascending order of tag.
  public static func kept(at level: Query.Level) -> [Tag] {
    switch level {
    case .patient: patient
    case .study: study
    case .series: series
    case .instance: instance
    }
  }

  /// Maintained by the archive.
  public static func computed(at level: Query.Level) -> [Tag] {
    switch level {
    case .patient:
      [.numberOfPatientRelatedStudies, .numberOfPatientRelatedSeries, .numberOfPatientRelatedInstances]
    case .study:
      [.modalitiesInStudy, .sopClassesInStudy, .numberOfStudyRelatedSeries, .numberOfStudyRelatedInstances]
    case .series: [.numberOfSeriesRelatedInstances]
    case .instance: []
    }
  }

  /// The level an attribute belongs to; `nil` when the catalog does not keep it.
  public static func level(of tag: Tag) -> Query.Level? { levels[tag] }

  /// Whether a query at the level can match the attribute: it belongs to the level or to one above.
  public static func isKnown(_ tag: Tag, at level: Query.Level) -> Bool {
    levels[tag].map { $0 <= level } ?? false
  }

  /// Attributes of an identifier that steer the request and match nothing.
  public static let steering: Set<Tag> = [
    .specificCharacterSet, .queryRetrieveLevel, .queryRetrieveView, .retrieveAETitle, .instanceAvailability,
    .timezoneOffsetFromUTC, .storageMediaFileSetID, .storageMediaFileSetUID,
  ]

  /// Longest value kept of one attribute; a longer one stays in the object and is not searchable.
  public static let maximumValueLength = 4096

  private static let levels: [Tag: Query.Level] = {
    var levels: [Tag: Query.Level] = [:]
    for level in Query.Level.allCases {
      for tag in kept(at: level) + computed(at: level) { levels[tag] = level }
    }
    return levels
  }()

  private static let patient: [Tag] = [
    .patientName, .patientID, .issuerOfPatientID, .patientBirthDate, .patientBirthTime, .patientSex,
    .otherPatientIDs, .otherPatientNames, .otherPatientIDsSequence, .patientSpeciesDescription,
    .patientBreedDescription,
    .ethnicGroup, .responsiblePerson, .patientComments,
  ].sorted()

  private static let study: [Tag] = [
    .studyDate, .studyTime, .accessionNumber, .issuerOfAccessionNumberSequence, .timezoneOffsetFromUTC,
    .referringPhysicianName, .studyDescription, .procedureCodeSequence, .physiciansOfRecord,
    .nameOfPhysiciansReadingStudy, .admittingDiagnosesDescription, .patientAge, .patientSize, .patientWeight,
    .occupation, .additionalPatientHistory, .studyInstanceUID, .studyID, .requestedProcedureDescription,
    .studyComments, .admissionID,
  ].sorted()

  private static let series: [Tag] = [
    .seriesDate, .seriesTime, .modality, .manufacturer, .institutionName, .stationName, .seriesDescription,
    .seriesDescriptionCodeSequence, .institutionalDepartmentName, .performingPhysicianName, .operatorsName,
    .manufacturerModelName, .bodyPartExamined, .deviceSerialNumber, .protocolName, .patientPosition,
    .seriesInstanceUID, .seriesNumber, .frameOfReferenceUID, .laterality, .performedProcedureStepStartDate,
    .performedProcedureStepStartTime, .performedProcedureStepID, .performedProcedureStepDescription,
    .requestAttributesSequence,
  ].sorted()

  private static let instance: [Tag] = [
    .imageType, .sopClassUID, .sopInstanceUID, .contentDate, .contentTime, .acquisitionDateTime, .instanceNumber,
    .samplesPerPixel, .photometricInterpretation, .numberOfFrames, .rows, .columns, .bitsAllocated,
    .conceptNameCodeSequence, .completionFlag, .verificationFlag, .documentTitle, .contentLabel, .contentDescription,
  ].sorted()
}
