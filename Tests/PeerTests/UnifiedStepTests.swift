import TestKit
import Testing

/// Unified Procedure Steps through pynetdicom, which is scheduler, performer and watcher.
@Suite("Unified procedure steps", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct UnifiedStepTests {
  private static func configuration(_ ports: [Int]) -> String {
    """
    nodes:
      - {aeTitle: WATCHER, host: 127.0.0.1, port: \(ports[0])}
      - {aeTitle: WORKER, host: 127.0.0.1, port: \(ports[1])}
    """
  }

  private static func environment(_ ports: [Int]) -> [String: String] {
    ["PEER_WATCHER_PORT": "\(ports[0])", "PEER_WORKER_PORT": "\(ports[1])"]
  }

  @Test(
    "do with us what they are for",
    arguments: [
      (section: "walk", what: "one is made, claimed, worked on and ended", atLeast: 30),
      ("refusals", "what may not be is refused with the standard's status", 20),
      ("search", "they are found under each class that finds", 10),
      ("race", "of eight who claim one at once one wins", 12),
      ("told", "who subscribed is told, under UPS Event", 24),
    ])
  func peer(section: String, what: String, atLeast: Int) async throws {
    let ports = try ServerProcess.freePorts(2)
    let server = try await ServerProcess.startPatiently(configuration: Self.configuration(ports))
    try await Script(name: "unified_steps").run(
      section, against: server, environment: Self.environment(ports), atLeast: atLeast)
    try await server.expectSound()
  }

  @Test("are told of although the server was killed between the change and the telling")
  func killed() async throws {
    let ports = try ServerProcess.freePorts(2)
    let (data, work) = (try TemporaryFolder(), try TemporaryFolder())
    let path = data.path + "/data"
    let server = try await ServerProcess.start(data: path, configuration: Self.configuration(ports))
    try await Script(name: "unified_steps").run(
      "before", against: server, work: work, environment: Self.environment(ports))
    server.kill()
    let again = try await ServerProcess.start(data: path, configuration: Self.configuration(ports))
    try await Script(name: "unified_steps").run(
      "after", against: again, work: work, environment: Self.environment(ports), atLeast: 3)
    try await again.expectSound()
  }
}
