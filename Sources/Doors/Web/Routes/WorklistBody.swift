import ArchiveCore
import DICOM
import Foundation
import Workflow

/// A scheduled step as the API writes it: what is needed most by name, everything else as DICOM JSON in `attributes`.
struct WorklistBody: Codable, Sendable {
  struct Code: Codable, Sendable {
    var value: String
    var scheme: String
    var meaning: String
  }

  /// Ours to give; may be there in what is asked for and does not count.
  var id: String?
  var version: Int64?
  /// "main" when a new one has none.
  var site: String?
  var status: String?
  /// As DICOM writes names: `Family^Given`.
  var patientName: String?
  var patientID: String?
  var issuerOfPatientID: String?
  /// `YYYY-MM-DD`.
  var patientBirthDate: String?
  var patientSex: String?
  var accessionNumber: String?
  var referringPhysician: String?
  var requestedProcedureID: String?
  var requestedProcedureDescription: String?
  var requestedProcedureCode: Code?
  var studyInstanceUID: String?
  var stepID: String?
  var stepDescription: String?
  var stationAETitles: [String]?
  var modality: String?
  /// `YYYY-MM-DDThh:mm[:ss]`, where the scanner stands.
  var start: String?
  var performingPhysician: String?
  /// The whole item (PS3.18 Annex F).
  var attributes: JSONValue?

  init(_ record: WorkRecord, withAttributes: Bool) throws {
    let item = record.attributes
    let step = item.items(.scheduledProcedureStepSequence).first ?? DataSet()
    func text(_ tag: Tag, _ part: DataSet? = nil) -> String? {
      (part ?? item).string(tag).flatMap { $0.isEmpty ? nil : $0 }
    }
    id = record.item.value
    version = record.version
    site = record.site.value
    status = record.state.description
    patientName = text(.patientName)
    patientID = text(.patientID)
    issuerOfPatientID = text(.issuerOfPatientID)
    patientBirthDate = text(.patientBirthDate).flatMap(DateText.written)
    patientSex = text(.patientSex)
    accessionNumber = text(.accessionNumber)
    referringPhysician = text(.referringPhysicianName)
    requestedProcedureID = text(.requestedProcedureID)
    requestedProcedureDescription = text(.requestedProcedureDescription)
    requestedProcedureCode = item.items(.requestedProcedureCodeSequence).first.map {
      Code(
        value: $0.string(.codeValue) ?? "", scheme: $0.string(.codingSchemeDesignator) ?? "",
        meaning: $0.string(.codeMeaning) ?? "")
    }
    studyInstanceUID = text(.studyInstanceUID)
    stepID = text(.scheduledProcedureStepID, step)
    stepDescription = text(.scheduledProcedureStepDescription, step)
    stationAETitles = step.strings(.scheduledStationAETitle).filter { !$0.isEmpty }
    modality = text(.modality, step)
    start = text(.scheduledProcedureStepStartDate, step).flatMap {
      DateText.written($0, time: text(.scheduledProcedureStepStartTime, step))
    }
    performingPhysician = text(.scheduledPerformingPhysicianName, step)
    if withAttributes {
      attributes = try JSONDecoder().decode(JSONValue.self, from: Data(DICOMJSON.encode(item)))
    }
  }

  /// The item that this says something of: attributes first, what has a name over them.
  ///
  /// - Parameter item: what there is already.
  /// - Throws: `ProblemDetails` 400 for what cannot be read.
  func applied(to item: DataSet) throws -> DataSet {
    var item = item
    item.transcodeToUTF8()
    if let attributes {
      let bytes = Array(try JSONEncoder().encode(attributes))
      do {
        item = item.merging(try DICOMJSON.decode(bytes))
      } catch {
        throw ProblemDetails.badRequest("attributes are not DICOM JSON (PS3.18 Annex F)")
      }
    }
    var step = item.items(.scheduledProcedureStepSequence).first ?? DataSet()
    step.transcodeToUTF8()
    func set(_ tag: Tag, _ text: String?, in part: inout DataSet) {
      if let text { part.set(tag, text) }
    }
    set(.patientName, patientName, in: &item)
    set(.patientID, patientID, in: &item)
    set(.issuerOfPatientID, issuerOfPatientID, in: &item)
    set(.patientBirthDate, try patientBirthDate.map { try DateText.date($0, "patientBirthDate") }, in: &item)
    set(.patientSex, patientSex, in: &item)
    set(.accessionNumber, accessionNumber, in: &item)
    set(.referringPhysicianName, referringPhysician, in: &item)
    set(.requestedProcedureID, requestedProcedureID, in: &item)
    set(.requestedProcedureDescription, requestedProcedureDescription, in: &item)
    if let code = requestedProcedureCode {
      var coded = DataSet()
      coded.set(.codeValue, code.value)
      coded.set(.codingSchemeDesignator, code.scheme)
      coded.set(.codeMeaning, code.meaning)
      item.set(.requestedProcedureCodeSequence, items: [coded])
    }
    set(.studyInstanceUID, studyInstanceUID, in: &item)
    set(.scheduledProcedureStepStatus, status, in: &step)
    set(.scheduledProcedureStepID, stepID, in: &step)
    set(.scheduledProcedureStepDescription, stepDescription, in: &step)
    if let stationAETitles { step.set(.scheduledStationAETitle, .ae, strings: stationAETitles) }
    set(.modality, modality, in: &step)
    if let start {
      let (day, time) = try DateText.moment(start, "start")
      step.set(.scheduledProcedureStepStartDate, day)
      step.set(.scheduledProcedureStepStartTime, time)
    }
    set(.scheduledPerformingPhysicianName, performingPhysician, in: &step)
    step[.specificCharacterSet] = nil
    item.set(.scheduledProcedureStepSequence, items: [step])
    item.transcodeToUTF8()
    return item
  }
}

extension DataSet {
  /// With the elements of another in place of its own; of the scheduled step, element by element too.
  func merging(_ other: DataSet) -> DataSet {
    var merged = self
    var other = other
    merged.transcodeToUTF8()
    other.transcodeToUTF8()
    for element in other {
      guard element.tag == .scheduledProcedureStepSequence, let own = items(element.tag).first,
        other.items(element.tag).count == 1, let new = other.items(element.tag).first
      else {
        merged.set(element)
        continue
      }
      var step = own
      step.transcodeToUTF8()
      for inner in new { step.set(inner) }
      step[.specificCharacterSet] = nil
      merged.set(element.tag, items: [step])
    }
    return merged
  }
}

/// Dates and times as the API writes them, and as DICOM does (PS3.5 §6.2).
enum DateText {
  /// `YYYYMMDD` as `YYYY-MM-DD`; with a time `YYYY-MM-DDThh:mm:ss`, as much of it as there is. What is no date stays.
  static func written(_ date: String, time: String?) -> String? {
    guard let day = written(date) else { return nil }
    let digits = Array((time ?? "").filter { $0 != ":" }.prefix { $0 != "." })
    guard digits.count >= 2 else { return day }
    let parts = stride(from: 0, to: min(digits.count, 6) - 1, by: 2).map { String(digits[$0..<$0 + 2]) }
    return day + "T" + parts.joined(separator: ":")
  }

  static func written(_ date: String) -> String? {
    let digits = Array(date.filter { $0 != "." && $0 != " " })
    guard digits.count == 8 else { return date.isEmpty ? nil : date }
    return String(digits[..<4]) + "-" + String(digits[4..<6]) + "-" + String(digits[6...])
  }

  /// - Throws: `ProblemDetails` 400 for what is neither `YYYY-MM-DD` nor empty.
  static func date(_ text: String, _ name: String) throws(ProblemDetails) -> String {
    if text.isEmpty { return "" }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .badRequest("\(name) is a date, YYYY-MM-DD")
    }
    return parts.joined()
  }

  /// - Throws: `ProblemDetails` 400 for what is not `YYYY-MM-DDThh:mm[:ss]`.
  static func moment(_ text: String, _ name: String) throws(ProblemDetails) -> (date: String, time: String) {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    let time = parts.count == 2 ? parts[1].split(separator: ":", omittingEmptySubsequences: false) : []
    guard time.count == 2 || time.count == 3, time.allSatisfy({ $0.utf8.count == 2 }),
      time.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { throw .badRequest("\(name) is a local date and time, YYYY-MM-DDThh:mm or with :ss, without offset") }
    return (try date(String(parts[0]), name), time.joined() + (time.count == 2 ? "00" : ""))
  }
}
