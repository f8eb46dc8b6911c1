import Foundation

/// The folder of real files that `ISOCENTER_SAMPLES` names, if there is one.
enum Samples {
  static let folder = ProcessInfo.processInfo.environment["ISOCENTER_SAMPLES"]
  static var areThere: Bool { folder != nil }

  static func path(_ name: String) -> String {
    "\(folder ?? "")/\(name)"
  }
}

/// A program that we did not write, as an oracle.
enum Oracle {
  /// The interpreter that has pydicom: `ISOCENTER_PYTHON`, or the one on the path.
  static let python = ProcessInfo.processInfo.environment["ISOCENTER_PYTHON"] ?? "python3"
  /// Whether it can import pydicom.
  static let hasPydicom = (try? run(python, "-c", "import pydicom"))?.status == 0
  static let hasDciodvfy = (try? run("sh", "-c", "command -v dciodvfy"))?.status == 0

  struct Answer: Sendable {
    var status: Int32
    /// Standard output and standard error.
    var text: String
  }

  static func run(_ program: String, _ arguments: String...) throws -> Answer {
    try run(program, arguments)
  }

  static func run(_ program: String, _ arguments: [String]) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Answer(status: process.terminationStatus, text: text)
  }
}
