import DICOM
import DIMSE
import Foundation
import Glibc
import TestKit
import Testing

/// DICOM over TLS from the configuration to the wire, held to DCMTK.
@Suite(
  "A server with TLS", .timeLimit(.minutes(3)),
  .enabled(if: ServerProcess.isBuilt && TestAuthority.isPossible && Peer.has("storescp"), "needs DCMTK and openssl"))
struct SecureServerTests {
  private let folder: TemporaryFolder
  private let ours: TestAuthority
  private let server: TestAuthority.Certificate
  private let client: TestAuthority.Certificate
  private let securePort: Int
  private let receiverPort: Int

  init() async throws {
    folder = try TemporaryFolder()
    ours = try await TestAuthority("ours", in: folder)
    server = try await ours.certify("server")
    client = try await ours.certify("client")
    let ports = try ServerProcess.freePorts(2)
    (securePort, receiverPort) = (ports[0], ports[1])
  }

  private var listener: [String] { ["--dicom-tls", "127.0.0.1:\(securePort)"] }
  private var address: String { "ISOCENTER@127.0.0.1:\(securePort)" }
  private var shown: [String] {
    ["--tls", "--certificate", client.path, "--key", client.keyPath, "--trust", ours.path]
  }

  private func tls(_ certificate: TestAuthority.Certificate) -> String {
    "tls: {certificate: \(certificate.path), key: \(certificate.keyPath), trust: \(ours.path)}\n"
  }

  @Test("takes and gives studies over it, by every command, and calls its nodes over it")
  func everything() async throws {
    let nodes = """
      nodes:
        - {aeTitle: ISOCENTER, host: 127.0.0.1, port: 104, tls: true}
        - {aeTitle: RECEIVER, host: 127.0.0.1, port: \(receiverPort), tls: true}
        - {aeTitle: STORESCU, host: 127.0.0.1, port: 104}

      """
    let running = try await ServerProcess.start(
      .guarded, configuration: tls(server) + nodes, arguments: listener)
    let objects = (1...3).map { SmallObject(study: 3, series: 1, instance: $0) }
    let input = try TemporaryFolder()
    for object in objects { try input.write(try object.file(), as: "\(object.number).dcm") }

    let sent = try await ServerProcess.command(["send"] + shown + [address, input.path])
    #expect(sent.status == 0 && sent.output.contains("3 sent"), "\(sent.output) \(sent.errors)")
    let found = try await ServerProcess.command(["find"] + shown + [address, "PatientName=Doe*"])
    #expect(found.status == 0 && found.output.contains(objects[0].study), "\(found.output) \(found.errors)")
    let target = try TemporaryFolder()
    let fetched = try await ServerProcess.command(
      ["get", "--uncompressed", "--into", target.path] + shown + [address, "StudyInstanceUID=\(objects[0].study)"])
    #expect(fetched.status == 0 && fetched.output.contains("3 completed"), "\(fetched.output) \(fetched.errors)")

    let received = try TemporaryFolder()
    let receiver = try RunningPeer(
      "storescp",
      [
        "+tls", client.keyPath, client.path, "+cf", ours.path, "-aet", "RECEIVER", "-od", received.path,
        "\(receiverPort)",
      ])
    defer { receiver.signal(9) }
    for _ in 0..<100 {
      let echo = try await ServerProcess.command(["echo"] + shown + ["RECEIVER@127.0.0.1:\(receiverPort)"])
      if echo.status == 0 { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    let moved = try await ServerProcess.command(
      ["move", "--to", "RECEIVER"] + shown + [address, "StudyInstanceUID=\(objects[0].study)"])
    #expect(moved.status == 0 && moved.output.contains("3 completed"), "\(moved.output) \(moved.errors)")
    #expect(try received.names().count == 3)

    let examined = try await ServerProcess.command(["doctor"] + shown + [address])
    #expect(
      examined.status == 0 && examined.output.contains("TLS 1.3, the certificate of server"), "\(examined.output)")

    // A node that is configured with TLS is not let in without; one that is not may call either way.
    let plain = "ISOCENTER@127.0.0.1:\(running.dicomPort)"
    let refused = try await ServerProcess.command(["echo", plain])
    #expect(refused.status == 1 && refused.errors.contains("does not know the AE title"), "\(refused.errors)")
    #expect(running.errors.contains("the node calls without TLS"), "\(running.errors)")
    #expect(try await ServerProcess.command(["echo", "--calling", "STORESCU", plain]).status == 0)
    #expect(try await ServerProcess.command(["echo", "--calling", "STORESCU"] + shown + [address]).status == 0)
    #expect(await running.stop() == 0)
  }

  @Test("lets a node in that shows its own certificate, and nobody else's")
  func bound() async throws {
    let other = try await ours.certify("other")
    let digits = try await TestAuthority.fingerprint(of: client)
    let nodes = "nodes:\n  - {aeTitle: ISOCENTER, host: 127.0.0.1, port: 104, certificate: \"\(digits)\"}\n"
    let running = try await ServerProcess.start(
      .guarded, configuration: tls(server) + nodes, arguments: listener)
    #expect(try await ServerProcess.command(["echo"] + shown + [address]).status == 0)
    let stranger = ["--tls", "--certificate", other.path, "--key", other.keyPath, "--trust", ours.path]
    let refused = try await ServerProcess.command(["echo"] + stranger + [address])
    #expect(refused.status == 1 && refused.errors.contains("does not know the AE title"), "\(refused.errors)")
    #expect(running.errors.contains("another certificate"), "\(running.errors)")
  }

  @Test("takes new certificates when told to, and keeps the old ones when the new are no good")
  func renewed() async throws {
    let next = try await ours.certify("renewed")
    let nodes = "nodes:\n  - {aeTitle: ISOCENTER, host: 127.0.0.1, port: 104}\n"
    let file = try folder.write(Array((tls(server) + nodes).utf8), as: "isocenter.yaml")
    let running = try await ServerProcess.start(.guarded, arguments: listener + ["--config", file])
    func subject() async throws -> String {
      let examined = try await ServerProcess.command(["doctor"] + shown + [address])
      return ["server", "renewed"].first { examined.output.contains("the certificate of \($0),") } ?? examined.output
    }
    #expect(try await subject() == "server")

    // The same path with other bytes: what a renewal looks like.
    let kept = try (folder.contents(of: "server.pem"), folder.contents(of: "server-key.pem"))
    try folder.write(Array("nonsense".utf8), as: "server-key.pem")
    let refused = try await running.run("reload")
    #expect(refused.status == 1 && refused.errors.contains("server-key.pem"), "\(refused.errors)")
    #expect(try await subject() == "server")
    try folder.write(try folder.contents(of: "renewed.pem"), as: "server.pem")
    try folder.write(try folder.contents(of: "renewed-key.pem"), as: "server-key.pem")
    let reloaded = try await running.run("reload")
    #expect(reloaded.status == 0 && reloaded.output.contains("certificates"), "\(reloaded.output) \(reloaded.errors)")
    #expect(try await subject() == "renewed")
    #expect(next.name == "renewed")
    try folder.write(kept.0, as: "server.pem")
    try folder.write(kept.1, as: "server-key.pem")
    #expect(kill(running.processIdentifier, SIGHUP) == 0)
    while running.isRunning, try await subject() != "server" {}
    #expect(await running.stop() == 0)
  }

  @Test("says what is wrong between ports with and without it")
  func confused() async throws {
    let nodes = "nodes:\n  - {aeTitle: ISOCENTER, host: 127.0.0.1, port: 104}\n"
    let running = try await ServerProcess.start(
      .guarded, configuration: tls(server) + nodes, arguments: listener)
    let plain = "ISOCENTER@127.0.0.1:\(running.dicomPort)"
    let withTLS = try await ServerProcess.command(["echo"] + shown + [plain])
    #expect(withTLS.status == 1 && withTLS.errors.contains("leave --tls out"), "\(withTLS.errors)")
    let examined = try await ServerProcess.command(["doctor"] + shown + [plain])
    #expect(examined.status == 1 && examined.output.contains("without TLS"), "\(examined.output)")
    let without = try await ServerProcess.command(["doctor", address])
    #expect(without.status == 1, "\(without.output)")
    let nameless = try await ServerProcess.command(["echo", "--tls", "--trust", ours.path, address])
    #expect(nameless.status == 1 && nameless.errors.contains("--certificate and --key"), "\(nameless.errors)")
    let untrusted = try await ServerProcess.command(["echo", "--tls", address])
    #expect(untrusted.status == 1 && untrusted.errors.contains("--trust"), "\(untrusted.errors)")
    #expect(running.errors.contains("give it the port of dicomTLS"), "\(running.errors)")
    #expect(running.errors.contains("the peer shows no certificate"), "\(running.errors)")
  }

  @Test(
    "does not start with certificates that are no good",
    arguments: [
      ("dicomTLS: 127.0.0.1:0\n", "a certificate is needed"),
      ("dicomTLS: 127.0.0.1:0\ntls: {certificate: /nowhere.pem}\n", "cannot read /nowhere.pem"),
      ("nodes:\n  - {aeTitle: A, host: h, port: 104, tls: other}\n", "tls.credentials"),
      ("tls: {clientCertificates: perhaps}\n", "required, accepted, none"),
    ])
  func refused(configuration: String, word: String) async throws {
    let file = try folder.write(Array(configuration.utf8), as: "isocenter.yaml")
    let outcome = try await ServerProcess.command(
      ["serve", "--data", folder.path + "/data", "--http", "127.0.0.1:0", "--dicom", "127.0.0.1:0", "--config", file])
    #expect(outcome.status != 0 && outcome.errors.contains(word), "\(outcome.status) \(outcome.errors)")
  }
}
