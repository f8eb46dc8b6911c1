import Foundation
import TestKit
import Testing

/// PS3.4 Annex J in both roles, and Annex R, with peers that we did not write.
@Suite("Storage commitment", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct StorageCommitmentTests {
  private static func configuration(_ port: Int, _ more: String = "") -> String {
    """
    nodes:
      - {aeTitle: RECEIVER, host: 127.0.0.1, port: \(port)\(more)}
      - {aeTitle: STAYS, host: 127.0.0.1, port: \(port), commitmentReports: same}
    """
  }

  @Test(
    "is answered and asked for",
    arguments: [
      (section: "separate", what: "over an association of our own, instance by instance"),
      ("same", "where it was asked, for a node that wants it so"),
      ("refused", "never, for what is no request"),
      ("late", "later, when nobody listens"),
      ("asks", "of others, and what they report is believed no further than it goes"),
    ])
  func commitment(section: String, what: String) async throws {
    let port = try ServerProcess.freePorts(1)[0]
    let server = try await ServerProcess.startPatiently(configuration: Self.configuration(port))
    try await Script(name: "commitment").run(section, against: server, environment: ["PEER_RECEIVER_PORT": "\(port)"])
    try await server.expectSound()
  }

  @Test("is answered after the server was killed, once it has said that it was asked")
  func killed() async throws {
    let port = try ServerProcess.freePorts(1)[0]
    let folder = try TemporaryFolder()
    let environment = ["PEER_RECEIVER_PORT": "\(port)"]
    let first = try await ServerProcess.start(data: folder.path + "/data", configuration: Self.configuration(port))
    try await Script(name: "commitment").run("owed", against: first, work: folder, environment: environment)
    first.kill()
    _ = await first.exitStatus()
    let second = try await ServerProcess.start(data: folder.path + "/data", configuration: Self.configuration(port))
    try await Script(name: "commitment").run("paid", against: second, work: folder, environment: environment)
    try await second.expectSound()
  }

  @Test("is asked for from the command line, of files")
  func command() async throws {
    let server = try await ServerProcess.startPatiently()
    let folder = try TemporaryFolder()
    let objects = (1...3).map { SmallObject(study: 3, instance: $0) }
    for object in objects { try folder.write(try object.file(), as: "\(object.number).dcm") }
    let peer = "ISOCENTER@127.0.0.1:\(server.dicomPort)"
    let missing = try await ServerProcess.command(["commit", "--calling", "NOBODY", peer, folder.path])
    #expect(missing.status == 1, "\(missing.output)\(missing.errors)")
    #expect(missing.output.contains("0 of 3 are kept") && missing.output.contains("not there (0112)"))
    let sent = try await ServerProcess.command(["send", peer, folder.path])
    #expect(sent.status == 0, "\(sent.errors)")
    let kept = try await ServerProcess.command(["commit", "--json", "--calling", "NOBODY", peer, folder.path])
    #expect(kept.status == 0, "\(kept.output)\(kept.errors)")
    #expect(kept.output.contains("\"kept\":3") || kept.output.contains("\"kept\" : 3"), "\(kept.output)")
    try await server.expectSound()
  }
}

@Suite("Instance availability", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct InstanceAvailabilityTests {
  @Test("is told to a node that wants to know, of a study that is complete")
  func told() async throws {
    let port = try ServerProcess.freePorts(1)[0]
    let server = try await ServerProcess.startPatiently(
      configuration: """
        nodes:
          - {aeTitle: RECEIVER, host: 127.0.0.1, port: \(port), announceAvailability: true}
        """)
    try await Script(name: "commitment").run(
      "available", against: server, environment: ["PEER_RECEIVER_PORT": "\(port)"])
    try await server.expectSound()
  }
}
