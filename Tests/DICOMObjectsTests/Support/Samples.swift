import DICOM
import Glibc
import Testing

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

extension Samples {
  /// The files below folders of `dicom/` whose SOP class a condition holds for, with their data sets.
  static func files(where matches: (UID) -> Bool) -> [String] {
    dicom.compactMap { row in
      guard row["pydicom_read"] == "ok", let file = row["file"], let header = header(file),
        let sopClass = header.uid(.sopClassUID), matches(sopClass)
      else { return nil }
      return file
    }
  }

  /// The data set of a file, pixel data not held.
  static func header(_ file: String) -> DataSet? {
    guard let folder, let bytes = bytes(at: "\(folder)/\(file)") else { return nil }
    var reader = HeaderReader()
    guard (try? reader.consume(bytes)) != nil else { return nil }
    return (try? reader.finish(acceptingTruncation: true))?.dataSet
  }

  /// The data set of a file, everything held.
  static func dataSet(_ file: String) throws -> DataSet {
    try Part10.read(try #require(bytes(at: "\(folder ?? "")/\(file)"))).dataSet
  }
}

typealias Tag = DICOM.Tag
