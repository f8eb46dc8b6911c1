import Foundation
import TestKit
import Testing

@Suite("A start", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct RefusedStartTests {
  /// Starts a server that must not come up.
  private func refusal(
    data: String? = nil, configuration: String? = nil, _ arguments: [String] = [], environment: [String: String] = [:]
  ) async throws -> ServerProcess.Outcome {
    let folder = try TemporaryFolder()
    var command = ["serve", "--data", data ?? folder.path + "/data"]
    if let configuration {
      command += ["--config", try folder.write(Array(configuration.utf8), as: "isocenter.yaml")]
    }
    if !arguments.contains("--http") { command += ["--http", "127.0.0.1:0"] }
    if !arguments.contains("--dicom") { command += ["--dicom", "127.0.0.1:0"] }
    return try await ServerProcess.command(command + arguments, environment: environment)
  }

  @Test(
    "is refused for a configuration that cannot be meant, and the message names key and line",
    arguments: [
      ("http: 127.0.0.1:8080\naeTitel: X\n", "aeTitel", "line 2"),
      ("nodes:\n  - aeTitle: X\n    host: h\n    prot: 104\n", "prot", "line 4"),
      (
        "nodes:\n  - aeTitle: X\n    host: h\n    port: 104\n    transferSyntaxes: [jpeg-1999]\n", "jpeg-1999", "line 5"
      ),
      ("nodes:\n  - {aeTitle: X, host: h, port: 104, queries: sloppy}\n", "queries", "line 2"),
      ("nodes:\n  - {aeTitle: X, host: h, port: 104, associations: 99}\n", "associations", "line 2"),
      ("aeTitles:\n  - {aeTitle: X, sight: all}\n", "sight", "line 2"),
      ("quietSeconds: soon\n", "quietSeconds", "line 1"),
      ("\n\nopen: perhaps\n", "open", "line 3"),
      ("logLevel: loud\n", "logLevel", "line 1"),
    ])
  func configuration(text: String, key: String, line: String) async throws {
    let refused = try await refusal(configuration: text)
    #expect(refused.status == 2)
    #expect(refused.errors.contains(key), "\(refused.errors)")
    #expect(refused.errors.contains(line), "\(refused.errors)")
    #expect(refused.output.isEmpty)
  }

  @Test("takes options before variables, and variables before the file")
  func precedence() async throws {
    let server = try await ServerProcess.start(
      configuration: "aeTitle: FILE\nquietSeconds: 5\n", arguments: ["--ae-title", "OPTION"],
      environment: ["ISOCENTER_AE_TITLE": "VARIABLE"])
    #expect(server.output.contains("OPTION at"), "\(server.output)")
    #expect(await server.stop() == 0)
    let refused = try await refusal(environment: ["ISOCENTER_QUIET_SECONDS": "soon"])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("ISOCENTER_QUIET_SECONDS"), "\(refused.errors)")
  }

  @Test(
    "is refused in open mode when others could reach it",
    arguments: [["--http", "0.0.0.0:0"], ["--dicom", "0.0.0.0:0"], ["--http", "[::]:0"]])
  func openBeyondLoopback(listener: [String]) async throws {
    let refused = try await refusal(["--open"] + listener)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("loopback"), "\(refused.errors)")
  }

  @Test("is refused for HTTP beyond loopback without a TLS proxy before it")
  func plainBeyondLoopback() async throws {
    let refused = try await refusal(["--http", "0.0.0.0:0"])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("trustedProxy"), "\(refused.errors)")
  }

  @Test("is refused when a port is taken, and the next one still shows the first account's password")
  func takenPort() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let other = try await ServerProcess.start()
    for listener in [["--http", "127.0.0.1:\(other.httpPort)"], ["--dicom", "127.0.0.1:\(other.dicomPort)"]] {
      let refused = try await refusal(data: data, listener)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("in use"), "\(refused.errors)")
      #expect(refused.output.isEmpty)
    }
    let server = try await ServerProcess.start(data: data, .guarded)
    #expect(server.password != nil)
    #expect(await server.stop() == 0)
    #expect(await other.stop() == 0)
  }

  @Test("is refused when the path of the data directory is too long for the tools' socket")
  func longPath() async throws {
    let folder = try TemporaryFolder()
    let refused = try await refusal(data: "\(folder.path)/\(String(repeating: "x", count: 100))")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("too long"), "\(refused.errors)")
  }

  @Test("is refused while another server has the data directory, which then works on undisturbed")
  func secondServer() async throws {
    let first = try await ServerProcess.start()
    let refused = try await refusal(data: first.data)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("in use by process \(first.processIdentifier)"), "\(refused.errors)")
    #expect(try await first.run("token", "create", arguments: ["after"]).status == 0)
    #expect(try await Web(first).get("/readyz").status == 200)
    #expect(await first.stop() == 0)
  }

  @Test("is refused on data of a newer version, which stays as it is", arguments: ["serve", "verify", "import"])
  func newerVersion(command: String) async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let made = try await ServerProcess.command(["token", "create", "--data", data, "t"])
    #expect(made.status == 0)
    let version = try #require(
      Int(
        String(decoding: try folder.contents(of: "data/isocenter.version"), as: UTF8.self)
          .trimmingCharacters(in: .whitespacesAndNewlines)))
    try folder.write(Array("\(version + 1)\n".utf8), as: "data/isocenter.version")
    let refused =
      command == "serve"
      ? try await refusal(data: data)
      : try await ServerProcess.command([command, "--data", data] + (command == "import" ? [folder.path] : []))
    #expect(refused.status == 1)
    #expect(refused.errors.contains("format \(version + 1)"), "\(refused.errors)")
    #expect(refused.errors.contains("up to \(version)"), "\(refused.errors)")
    #expect(try folder.contents(of: "data/isocenter.version") == Array("\(version + 1)\n".utf8))
  }

  @Test(
    "used wrongly ends with 2, asked for help with 0",
    arguments: [
      (["serve", "--no-such-option"], 2), (["serve", "--config", "/no/such/file"], 2), (["no-such-command"], 2),
      (["serve", "--http", "nowhere"], 2),
      (["import"], 2), (["export", "--study", "not a UID", "/nowhere"], 2),
      (["token", "create", "--role", "king", "t"], 2), (["--help"], 0), (["serve", "--help"], 0), (["--version"], 0),
    ] as [([String], Int32)])
  func exitCodes(arguments: [String], status: Int32) async throws {
    let outcome = try await ServerProcess.command(arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(status == 0 ? outcome.errors.isEmpty : outcome.output.isEmpty)
    #expect(!(outcome.output + outcome.errors).isEmpty)
  }
}
