import DICOM
import DICOMPixels
import Foundation
import Testing

/// pydicom, run once over all natively encoded samples (`render.py`).
///
/// `ISOCENTER_SAMPLES` is the folder of samples, `ISOCENTER_PYTHON` a Python with pydicom, numpy and Pillow.
struct Oracle: Sendable {
  static let samples = ProcessInfo.processInfo.environment["ISOCENTER_SAMPLES"].map { URL(filePath: $0) }
  static let python = ProcessInfo.processInfo.environment["ISOCENTER_PYTHON"]
  static let isAvailable = samples != nil && python != nil
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// A frame and what pydicom makes of it.
  struct Case: Sendable {
    let name: String
    let frameNumber: Int
    let byteOrder: ByteOrder
    fileprivate let header: (offset: Int, length: Int)
    fileprivate let stored: (file: String, offset: Int, length: Int)
    /// Rows, columns, components and offset; nil where pydicom refuses.
    fileprivate let rendered: (height: Int, width: Int, components: Int, offset: Int)?

    /// Whether the frame lies in the file as it is: the data set is not deflated.
    var isInFile: Bool { stored.file != "-" }

    fileprivate init(_ line: Substring) throws {
      let fields = line.split(separator: "\t").map(String.init)
      func number(_ index: Int) throws -> Int { try #require(Int(fields[index])) }
      try #require(fields.count >= 10)
      name = fields[0]
      frameNumber = try number(1)
      byteOrder = fields[2] == "big" ? .bigEndian : .littleEndian
      header = try (number(3), number(4))
      stored = try (fields[5], number(6), number(7))
      rendered = fields[8] == "refused" ? nil : try (number(8), number(9), number(10), number(11))
    }
  }

  let cases: [Case]
  private let data: Data

  init(output: URL) throws {
    let samples = try #require(Self.samples)
    try Self.run("render.py", samples.path, output.path)
    cases = try String(contentsOf: output.appending(path: "index.tsv"), encoding: .utf8)
      .split(separator: "\n").map(Case.init)
    data = try Data(contentsOf: output.appending(path: "oracle.bin"))
  }

  func header(_ one: Case) throws -> DataSet {
    try ExplicitDataSet.read(Array(data[one.header.offset..<one.header.offset + one.header.length]))
  }

  func storedFrame(_ one: Case) throws -> [UInt8] {
    guard one.isInFile else {
      return Array(data[one.stored.offset..<one.stored.offset + one.stored.length])
    }
    let file = try FileHandle(forReadingFrom: #require(Self.samples).appending(path: one.stored.file))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(one.stored.offset))
    return try Array(file.read(upToCount: one.stored.length) ?? Data())
  }

  /// The bytes of the file the frame is in.
  func file(_ one: Case) throws -> [UInt8] {
    try Array(Data(contentsOf: #require(Self.samples).appending(path: one.stored.file)))
  }

  func expected(_ one: Case) -> RenderedImage? {
    guard let rendered = one.rendered, let model = RenderedImage.ColorModel(rawValue: rendered.components) else {
      return nil
    }
    let count = rendered.height * rendered.width * rendered.components
    return RenderedImage(
      width: rendered.width, height: rendered.height, colorModel: model,
      pixels: Array(data[rendered.offset..<rendered.offset + count]))
  }

  /// Runs a script of this folder and returns what it prints.
  @discardableResult
  static func run(_ script: String, _ arguments: String...) throws -> String {
    try run(script, arguments: arguments)
  }

  @discardableResult
  static func run(_ script: String, arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: try #require(python))
    process.arguments = [folder.appending(path: script).path] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: text, as: UTF8.self)
  }

  /// A folder for the duration of `body`.
  static func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "isocenter-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
