import ArchiveCore

/// Where an exported file lies: `StudyInstanceUID/SeriesInstanceUID/SOPInstanceUID.dcm`.
///
/// Names hold UIDs only, never a patient. A DICOMDIR needs file names of eight characters (PS3.10 §8.5) and is written by
/// `FileSetExporter`.
enum ExportLayout {
  static let suffix = ".dcm"
  /// Marks a file that is still being written.
  static let partSuffix = ".part"

  /// The two folders, the outer one first; `nil` when a UID cannot be a file name.
  static func folders(of instance: ExportedInstance) -> [String]? {
    guard isName(instance.study.value), isName(instance.series.value) else { return nil }
    return [instance.study.value, instance.series.value]
  }

  static func fileName(of instance: ExportedInstance) -> String? {
    isName(instance.instance.value) ? instance.instance.value + suffix : nil
  }

  /// UIDs are digits and dots; of these only names that begin with a dot mean something to the system.
  private static func isName(_ uid: String) -> Bool {
    uid.utf8.first != UInt8(ascii: ".") && !uid.isEmpty
  }
}
