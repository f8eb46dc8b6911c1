import DICOM
import Foundation
import Testing

/// Programs that judge what we read and write: highdicom and pydicom through `Oracle/objects.py`, `dciodvfy`, DCMTK.
enum Oracle {
  static let python = ProcessInfo.processInfo.environment["ISOCENTER_PYTHON"]
  static let hasPython = python.map { FileManager.default.isExecutableFile(atPath: $0) } ?? false
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Oracle")
  static let script = folder.appending(path: "objects.py").path

  /// Runs `objects.py` and returns its lines.
  static func ask(_ arguments: [String]) throws -> [String] {
    let (status, text) = try run(try #require(python), [script] + arguments)
    try #require(status == 0, "\(text.suffix(2000))")
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).filter { !$0.isEmpty }
  }

  /// Runs `objects.py` over files and returns the lines of each: a process of Python begins slowly.
  static func answers(_ verb: String, _ files: [String]) throws -> [String: [String]] {
    var answers: [String: [String]] = [:]
    var current = ""
    for line in try ask([verb] + files) {
      if line.hasPrefix("file\t") {
        current = String(line.dropFirst("file\t".count))
        answers[current] = []
      } else {
        answers[current]?.append(line)
      }
    }
    return answers
  }

  static func path(of tool: String) -> String? {
    ["/usr/bin/\(tool)", "/usr/local/bin/\(tool)"].first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program to its end: its status, and what it printed to either stream.
  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// What `dciodvfy` calls an error in a file we wrote; nothing where it is not installed.
  static func errors(in file: URL) throws -> [String] {
    guard let dciodvfy = path(of: "dciodvfy") else { return [] }
    return try run(dciodvfy, [file.path]).text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("Error") }
  }

  /// A folder for the duration of `body`.
  static func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "isocenter-objects-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  /// A folder for the duration of `body`.
  static func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "isocenter-objects-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
  }

  /// Writes a data set as a Part 10 file.
  static func write(_ dataSet: DataSet, to file: URL) throws {
    try Data(try Part10.write(dataSet, in: .explicitVRLittleEndian)).write(to: file)
  }
}
