import DICOM
import Glibc

/// The folder of real sample files, named by the environment variable `ISOCENTER_SAMPLES`.
enum Samples {
  static let folder: String? = getenv("ISOCENTER_SAMPLES").map { String(cString: $0) }
  static var arePresent: Bool { folder != nil }

  /// A row of `INDEX.tsv`, which pydicom made: column name to text.
  typealias Row = [String: String]

  static let rows: [Row] = {
    guard let text = folder.flatMap({ bytes(at: "\($0)/INDEX.tsv") }) else { return [] }
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    guard let names = lines.first?.split(separator: "\t", omittingEmptySubsequences: false) else { return [] }
    return lines.dropFirst().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      return Row(zip(names.map(String.init), fields.map(String.init))) { first, _ in first }
    }
  }()

  /// The rows of DICOM files.
  static let dicom: [Row] = rows.filter { $0["file"]?.hasPrefix("dicom/") == true }

  static func bytes(of row: Row) -> [UInt8]? {
    guard let folder, let file = row["file"] else { return nil }
    return bytes(at: "\(folder)/\(file)")
  }

  static func bytes(at path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let length = ftell(file)
    rewind(file)
    guard length >= 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      count = fread(buffer.baseAddress, 1, length, file)
    }
  }
}
