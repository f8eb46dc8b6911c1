import ArchiveCore
import DICOM

/// One line of the list of studies as the API writes it. What is not known is absent.
struct StudyBody: Encodable, Sendable {
  struct Name: Encodable, Sendable {
    var alphabetic: String?
    var ideographic: String?
    var phonetic: String?
  }

  var study: String
  /// Component groups as DICOM writes them: `Family^Given^Middle^Prefix^Suffix` (PS3.5 §6.2.1.1).
  var patientName: Name
  var patientID: String
  /// `YYYY-MM-DD`.
  var birthDate: String?
  var sex: String?
  var accessionNumber: String?
  var description: String?
  /// `YYYY-MM-DD`, and `HH:MM:SS` by the clock of the place where it was made.
  var date: String?
  var time: String?
  var modalities: [String]
  var series: Int
  var instances: Int
  var bytes: UInt64
  var sites: [String]
  var receivedAt: String

  init(_ summary: StudySummary) {
    study = summary.study.value
    patientName = Name(
      alphabetic: Self.known(summary.patientName.alphabetic), ideographic: Self.known(summary.patientName.ideographic),
      phonetic: Self.known(summary.patientName.phonetic))
    patientID = summary.patientID
    birthDate = summary.birthDate.map(Self.date)
    sex = Self.known(summary.sex)
    accessionNumber = Self.known(summary.accessionNumber)
    description = Self.known(summary.description)
    date = summary.date.map(Self.date)
    time = summary.time.map(Self.time)
    modalities = summary.modalities
    series = summary.series
    instances = summary.instances
    bytes = summary.bytes
    sites = summary.sites.map(\.value)
    receivedAt = summary.changedAt.rfc3339
  }

  private static func known(_ text: String) -> String? { text.isEmpty ? nil : text }

  private static func date(_ number: Int64) -> String {
    "\(digits(number / 10_000, 4))-\(digits(number / 100 % 100, 2))-\(digits(number % 100, 2))"
  }

  private static func time(_ microseconds: Int64) -> String {
    let seconds = microseconds / 1_000_000
    return "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
  }

  private static func digits(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
