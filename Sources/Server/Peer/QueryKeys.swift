import ArgumentParser
import DICOM

/// Keys of a query as a person writes them: `PatientName=Doe*`, `StudyDate=20260101-`, `00100020=123`,
/// `ScheduledProcedureStepSequence/0/Modality=CT`. A key without `=` asks for the attribute.
struct QueryKeys {
  /// What each level asks for when nothing is named (PS3.4 §C.6.1.1, §C.6.2.1).
  private static let usual: [String: [Tag]] = [
    "PATIENT": [.patientName, .patientID, .patientBirthDate, .patientSex],
    "STUDY": [
      .patientName, .patientID, .studyDate, .studyTime, .accessionNumber, .modalitiesInStudy, .studyDescription,
      .numberOfStudyRelatedInstances, .studyInstanceUID,
    ],
    "SERIES": [
      .modality, .seriesNumber, .seriesDescription, .numberOfSeriesRelatedInstances, .seriesInstanceUID,
      .studyInstanceUID,
    ],
    "IMAGE": [.instanceNumber, .sopClassUID, .sopInstanceUID, .seriesInstanceUID, .studyInstanceUID],
  ]

  /// The identifier, and in which order its attributes are shown.
  private(set) var dataSet = DataSet()
  private(set) var shown: [TagPath] = []

  /// - Parameters:
  ///   - level: PATIENT, STUDY, SERIES or IMAGE.
  ///   - returning: attributes asked for beside the keys: the usual ones when empty, none when nil.
  /// - Throws: `ValidationError` that says which key is none.
  init(_ keys: [String], level: String, returning: [String]? = nil) throws {
    dataSet.set(.queryRetrieveLevel, .cs, level)
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 192")
    if returning?.isEmpty == true { for tag in QueryKeys.usual[level] ?? [] { try add(TagPath(tag), "") } }
    for key in returning ?? [] { try add(try QueryKeys.path(key), "") }
    for key in keys {
      let parts = key.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try add(try QueryKeys.path(String(parts[0])), parts.count == 2 ? String(parts[1]) : "")
    }
  }

  /// Says the zone that dates and times are in (Timezone Offset From UTC).
  mutating func ask(inZone offset: String) { dataSet.set(.timezoneOffsetFromUTC, .sh, offset) }

  private static func path(_ text: String) throws -> TagPath {
    guard let path = TagPath(selector: text), path.steps.allSatisfy({ $0.item == 0 }) else {
      throw ValidationError("\(text) is no attribute: use keywords or tags, and /0/ for the item of a sequence")
    }
    return path
  }

  private mutating func add(_ path: TagPath, _ value: String) throws {
    dataSet = try QueryKeys.setting(value, at: path.steps[...], path.tag, in: dataSet)
    if !shown.contains(path) { shown.append(path) }
  }

  private static func setting(
    _ value: String, at steps: ArraySlice<TagPath.Step>, _ tag: Tag, in dataSet: DataSet
  ) throws -> DataSet {
    var dataSet = dataSet
    if let step = steps.first {
      let item = try setting(value, at: steps.dropFirst(), tag, in: dataSet.items(step.sequence).first ?? DataSet())
      dataSet.set(DataElement(tag: step.sequence, vr: .sq, value: .sequence([item])))
      return dataSet
    }
    let vr = DataDictionary.vr(tag) ?? .lo
    if vr == .sq {
      guard value.isEmpty else { throw ValidationError("\(tag) is a sequence; name an attribute of its item") }
      dataSet.set(DataElement(tag: tag, vr: .sq, value: .sequence([])))
    } else if value.isEmpty {
      dataSet.set(DataElement(tag: tag, vr: vr, value: .empty))
    } else if vr.isText {
      dataSet.set(tag, vr, strings: value.split(separator: "\\", omittingEmptySubsequences: false).map(String.init))
    } else {
      throw ValidationError("\(tag) is binary and cannot be matched")
    }
    return dataSet
  }
}
