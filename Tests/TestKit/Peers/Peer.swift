import Foundation
import Synchronization

/// A program that we did not write, run as a child process.
public enum Peer {
  public struct Outcome: Sendable {
    public var status: Int32
    /// Standard output and standard error, as they came.
    public var output: String
  }

  /// Where a program is, or `nil` when it is not installed.
  public static func path(of program: String) -> String? {
    if program.hasPrefix("/") { return FileManager.default.isExecutableFile(atPath: program) ? program : nil }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  public static func has(_ program: String) -> Bool { path(of: program) != nil }

  /// The Python interpreter with the oracles, if there is one.
  public static var python: String? {
    ProcessInfo.processInfo.environment["ISOCENTER_PYTHON"].flatMap { path(of: $0) }
  }

  /// Runs a program to its end, off the cooperative pool.
  public static func run(
    _ program: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
  ) async throws -> Outcome {
    guard let executable = path(of: program) else { throw PeerMissing(program: program) }
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.environment = ProcessInfo.processInfo.environment.merging(
          ["TCP_NODELAY": "1"].merging(environment) { $1 }
        ) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        do {
          try process.run()
          let output = pipe.fileHandleForReading.readDataToEndOfFile()
          process.waitUntilExit()
          continuation.resume(
            returning: Outcome(
              status: process.terminationStatus, output: String(decoding: output, as: UTF8.self)))
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
  }
}

/// A program that runs until the test has done with it: a server, a receiver.
public final class RunningPeer: Sendable {
  private let process: Mutex<Process>

  /// - Parameter output: the file that gets what it says; nowhere when left out.
  public init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], output: String? = nil
  ) throws {
    guard let executable = Peer.path(of: program) else { throw PeerMissing(program: program) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["TCP_NODELAY": "1"].merging(environment) { $1 }
    ) { $1 }
    process.standardInput = FileHandle.nullDevice
    if let output {
      _ = FileManager.default.createFile(atPath: output, contents: nil)
      process.standardOutput = FileHandle(forWritingAtPath: output)
      process.standardError = FileHandle(forWritingAtPath: output)
    } else {
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
    }
    try process.run()
    self.process = Mutex(process)
  }

  public var processIdentifier: Int32 { process.withLock { $0.processIdentifier } }
  public var isRunning: Bool { process.withLock { $0.isRunning } }

  public func signal(_ number: Int32) { kill(processIdentifier, number) }

  /// Ends it and waits until it has ended. A child started from a thread that blocks signals never hears of SIGTERM.
  public func stop(with number: Int32 = 9) async {
    signal(number)
    await waitUntilExit()
  }

  public func waitUntilExit() async {
    while isRunning { try? await Task.sleep(for: .milliseconds(10)) }
  }

  deinit { if process.withLock({ $0.isRunning }) { kill(process.withLock { $0.processIdentifier }, SIGKILL) } }
}

public struct PeerMissing: Error { public var program: String }

/// A folder that is gone with the value.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() throws {
    path = FileManager.default.temporaryDirectory.path + "/isocenter-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  public func write(_ bytes: [UInt8], as name: String) throws -> String {
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  public func contents(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  public func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
