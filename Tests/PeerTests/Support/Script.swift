import Foundation
import TestKit
import Testing

/// A script of ours that speaks with the server through somebody else's library, or byte by byte.
///
/// It says `ok`, or `not ok` and why, for every single thing it examines; each of the latter becomes an issue.
struct Script {
  /// The interpreter it needs.
  enum Interpreter {
    /// The one with pydicom, pynetdicom and dicomweb-client.
    case oracles
    /// Any Python: the script uses nothing but the standard library.
    case plain
  }

  static let samples = ProcessInfo.processInfo.environment["ISOCENTER_SAMPLES"]

  static var plainPython: String? { Peer.python ?? Peer.path(of: "python3") }
  static var hasOracles: Bool { Peer.python != nil && ServerProcess.isBuilt }
  static var hasPython: Bool { plainPython != nil && ServerProcess.isBuilt }

  var name: String
  var interpreter = Interpreter.oracles

  /// Runs sections of the script against a server.
  ///
  /// - Parameters:
  ///   - work: a folder for what the script writes.
  ///   - atLeast: the number of findings below which the script cannot have done its work.
  func run(
    _ sections: String..., against server: ServerProcess, work: TemporaryFolder? = nil,
    environment: [String: String] = [:], atLeast: Int = 1
  ) async throws {
    let work = try work ?? TemporaryFolder()
    let python = try #require(interpreter == .oracles ? Peer.python : Self.plainPython)
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Scripts/\(name).py").path
    let outcome = try await Peer.run(
      python, ["-B", "-W", "ignore", file] + sections,
      environment: [
        "PEER_WEB": server.web, "PEER_HTTP_PORT": "\(server.httpPort)", "PEER_DIMSE_PORT": "\(server.dicomPort)",
        "PEER_WORK": work.path, "PEER_SERVER": "\(server.processIdentifier)",
      ].merging(environment) { $1 })
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 0 && lines.contains("done"), "\(outcome.output.suffix(2000))")
    for line in lines where line.hasPrefix("not ok\t") {
      Issue.record("\(line.dropFirst(7).replacing("\t", with: ": "))")
    }
    let good = lines.count { $0.hasPrefix("ok\t") }
    #expect(good >= atLeast, "only \(good) things were examined")
    #expect(server.isRunning, "the server has ended: \(server.errors.suffix(2000))")
  }
}

extension ServerProcess {
  /// Starts of a server before it is given up.
  private static let attempts = 5

  /// Starts a server; again when a connection of another test took the port that was free a moment ago.
  static func startPatiently(
    _ entrance: Entrance = .open, configuration: String? = nil
  ) async throws -> ServerProcess {
    for _ in 1..<attempts {
      do {
        return try await start(entrance, configuration: configuration)
      } catch let failure as Failure where failure.description.contains("ddress already in use") {
        continue
      }
    }
    return try await start(entrance, configuration: configuration)
  }

  /// Reads every stored byte again and stops: nothing may be damaged, half stored or lost.
  func expectSound() async throws {
    let verified = try await run("verify")
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(await stop() == 0)
  }
}
