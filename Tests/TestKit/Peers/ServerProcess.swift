import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// The program `isocenter` itself, as a child process on ports of its own: what is examined is what will be run.
public final class ServerProcess: Sendable {
  /// What a finished command said, with the two streams apart.
  public struct Outcome: Sendable {
    public var status: Int32
    public var output: String
    public var errors: String
  }

  public struct Failure: Error, CustomStringConvertible {
    public var description: String
  }

  /// Who may come in.
  public enum Entrance: Sendable {
    /// `--open`: no sign-in, any AE title.
    case open
    /// With sign-in, and with the nodes that the configuration or the archive knows.
    case guarded
  }

  /// The longest a server may take to open its doors, recovery included.
  public static let startTimeout = Duration.seconds(60)

  public let data: String
  public let httpPort: Int
  public let dicomPort: Int
  private let process: Mutex<Process>
  private let outputFile: String
  private let errorsFile: String
  /// Keeps the folder for as long as the server needs it.
  private let folder: TemporaryFolder

  /// The program beside the tests, or `nil` when only the tests were built.
  public static let executable: String? = {
    let itself = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let folders = [itself, URL(fileURLWithPath: CommandLine.arguments[0])].map { $0.deletingLastPathComponent().path }
    return (folders + [FileManager.default.currentDirectoryPath + "/.build/debug"]).map { "\($0)/isocenter" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  public static var isBuilt: Bool { executable != nil }

  private init(
    data: String, httpPort: Int, dicomPort: Int, process: Process, output: String, errors: String,
    folder: TemporaryFolder
  ) {
    self.data = data
    self.httpPort = httpPort
    self.dicomPort = dicomPort
    self.process = Mutex(process)
    outputFile = output
    errorsFile = errors
    self.folder = folder
  }

  /// Starts a server and waits until its doors are open.
  ///
  /// - Parameters:
  ///   - data: the data directory; one that goes with the server when left out.
  ///   - configuration: text of a YAML file to start it with.
  ///   - arguments: more options of `isocenter serve`.
  ///   - wrapper: a program and its arguments that run the server in their own way, such as a tracer.
  public static func start(
    data: String? = nil, _ entrance: Entrance = .open, configuration: String? = nil, arguments: [String] = [],
    environment: [String: String] = [:], wrapper: [String] = []
  ) async throws -> ServerProcess {
    let server = try launch(
      data: data, entrance, configuration: configuration, arguments: arguments, environment: environment,
      wrapper: wrapper)
    try await server.waitUntilOpen()
    return server
  }

  /// Starts a server without waiting for anything.
  public static func launch(
    data: String? = nil, _ entrance: Entrance = .open, configuration: String? = nil, arguments: [String] = [],
    environment: [String: String] = [:], wrapper: [String] = []
  ) throws -> ServerProcess {
    guard let executable else { throw PeerMissing(program: "isocenter") }
    let folder = try TemporaryFolder()
    let data = data ?? folder.path + "/data"
    let ports = try freePorts(2)
    var command = [
      executable, "serve", "--data", data, "--http", "127.0.0.1:\(ports[0])", "--dicom", "127.0.0.1:\(ports[1])",
    ]
    if entrance == .open { command.append("--open") }
    if let configuration {
      command += ["--config", try folder.write(Array(configuration.utf8), as: "isocenter.yaml")]
    }
    command = wrapper + command + arguments
    let (output, errors) = ("\(folder.path)/stdout", "\(folder.path)/stderr")
    let process = try spawn(command, environment: environment, output: output, errors: errors)
    return ServerProcess(
      data: data, httpPort: ports[0], dicomPort: ports[1], process: process, output: output, errors: errors,
      folder: folder)
  }

  /// Runs one of the program's other commands to its end.
  public static func command(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
    guard let executable else { throw PeerMissing(program: "isocenter") }
    let folder = try TemporaryFolder()
    let (output, errors) = ("\(folder.path)/stdout", "\(folder.path)/stderr")
    let process = try spawn([executable] + arguments, environment: environment, output: output, errors: errors)
    while process.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
    return Outcome(status: process.terminationStatus, output: text(of: output), errors: text(of: errors))
  }

  /// Waits until every door is open, the socket for the tools included.
  public func waitUntilOpen() async throws {
    let deadline = ContinuousClock.now.advanced(by: Self.startTimeout)
    while !(output.contains(" is running.") && FileManager.default.fileExists(atPath: data + "/isocenter.sock")) {
      guard isRunning else { throw Failure(description: "the server ended at once: \(output)\(errors)") }
      guard ContinuousClock.now < deadline else {
        kill()
        throw Failure(description: "the server does not open its doors: \(output)\(errors)")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  public var processIdentifier: Int32 { process.withLock { $0.processIdentifier } }
  public var isRunning: Bool { process.withLock { $0.isRunning } }
  /// Standard output so far.
  public var output: String { Self.text(of: outputFile) }
  /// Standard error so far.
  public var errors: String { Self.text(of: errorsFile) }
  public var web: String { "http://127.0.0.1:\(httpPort)" }
  public var dicomweb: String { "\(web)/dicom-web" }

  /// The first account's password, printed at the first start only.
  public var password: String? {
    output.split(separator: "\n").first { $0.hasPrefix("password: ") }.map { String($0.dropFirst(10)) }
  }

  /// Runs a command on this server's data directory: `run("token", "create", arguments: ["name"])`.
  public func run(_ command: String..., arguments: [String] = []) async throws -> Outcome {
    try await Self.command(command + ["--data", data] + arguments)
  }

  /// Makes a token through the running server.
  public func token(named name: String = "test", roles: [String] = ["administrator"]) async throws -> String {
    let made = try await run("token", "create", arguments: roles.flatMap { ["--role", $0] } + [name])
    guard made.status == 0 else { throw Failure(description: "no token: \(made.errors)") }
    return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Adds a peer that may call, at this machine.
  public func addNode(_ aeTitle: String, port: Int, roles: [String] = ["technologist"]) async throws {
    let added = try await run(
      "node", "add", arguments: roles.flatMap { ["--role", $0] } + [aeTitle, "127.0.0.1", "\(port)"])
    guard added.status == 0 else { throw Failure(description: "no node: \(added.errors)") }
  }

  /// SIGTERM, and its exit status.
  @discardableResult
  public func stop() async -> Int32 {
    Glibc.kill(processIdentifier, SIGTERM)
    return await exitStatus()
  }

  /// SIGKILL; does not wait.
  public func kill() { Glibc.kill(processIdentifier, SIGKILL) }

  /// Waits until it has ended: its exit status, or the signal that ended it.
  public func exitStatus() async -> Int32 {
    while isRunning { try? await Task.sleep(for: .milliseconds(5)) }
    return process.withLock { $0.terminationStatus }
  }

  deinit { process.withLock { if $0.isRunning { Glibc.kill($0.processIdentifier, SIGKILL) } } }

  /// Ports that were free a moment ago, all different.
  public static func freePorts(_ count: Int) throws -> [Int] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return try (0..<count).map { _ in
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      guard descriptor >= 0 else { throw Failure(description: "no socket") }
      sockets.append(descriptor)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let result = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
        }
      }
      guard result == 0 else { throw Failure(description: "no free port") }
      return Int(UInt16(bigEndian: address.sin_port))
    }
  }

  private static func spawn(
    _ command: [String], environment: [String: String], output: String, errors: String
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    for file in [output, errors] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    return process
  }

  private static func text(of file: String) -> String {
    String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
  }
}
