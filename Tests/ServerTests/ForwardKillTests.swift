import Foundation
import TestKit
import Testing

@Suite(
  "A server killed while it forwards", .serialized,
  .enabled(if: ServerProcess.isBuilt && Peer.has("storescp"), "needs the built server and storescp"))
struct ForwardKillTests {
  static let instances = 60

  /// A receiver that notes each file it gets, also one it had before.
  private struct Receiver {
    let folder: TemporaryFolder
    let port: Int

    func start() async throws -> RunningPeer {
      let peer = try RunningPeer(
        "storescp",
        ["-od", folder.path, "-aet", "PEER", "-xs", "-xcr", "echo #f >> \(folder.path)/order.txt", "\(port)"])
      while try await Peer.run("echoscu", ["-aec", "PEER", "127.0.0.1", "\(port)"]).status != 0 {}
      return peer
    }

    /// SOP Instance UIDs in the order they came.
    func got() -> [String] {
      let text = (try? folder.contents(of: "order.txt")) ?? []
      return String(decoding: text, as: UTF8.self).split(separator: "\n").map { String($0.drop { !$0.isNumber }) }
    }
  }

  @Test("sends again only what has no recorded success", arguments: [3, 17, 41])
  func kill(after count: Int) async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let receiver = Receiver(folder: try TemporaryFolder(), port: try ServerProcess.freePorts(1)[0])
    let first = try await receiver.start()
    let server = try await ServerProcess.start(data: data)
    let web = Web(server)
    try await Self.post(
      web, "destinations",
      #"{"name":"peer","kind":"dimse","aeTitle":"PEER","host":"127.0.0.1","port":\#(receiver.port)}"#)
    try await Self.post(web, "rules", #"{"name":"all","trigger":"onArrival","to":["peer"]}"#)
    try await Self.post(web, "queues/peer/pause", "{}")
    let objects = (1...Self.instances).map { SmallObject(study: 1, instance: $0) }
    try await Sender(to: server).send(objects) { _ in }
    while try await Self.queue(web)["waiting"] as? Int != Self.instances {}
    try await Self.post(web, "queues/peer/resume", "{}")
    while receiver.got().count < count { try await Task.sleep(for: .milliseconds(1)) }
    server.kill()
    #expect(await server.exitStatus() == 9)
    await first.stop()
    let before = receiver.got()

    // With the receiver gone too, the new server shows what it has on record.
    let again = try await ServerProcess.start(data: data)
    let status = try await Self.queue(Web(again))
    let sent = try #require(status["sent"] as? Int)
    #expect(status["waiting"] as? Int == Self.instances - sent)
    #expect(sent <= before.count, "a success on record that the receiver knows nothing of")
    let second = try await receiver.start()
    try await Self.post(Web(again), "queues/peer/retry", "{}")
    while try await Self.queue(Web(again))["waiting"] as? Int != 0 { try await Task.sleep(for: .milliseconds(5)) }
    // The receiver notes a file after it has answered.
    for _ in 0..<1000 where receiver.got().count < before.count + Self.instances - sent {
      try await Task.sleep(for: .milliseconds(10))
    }
    let after = receiver.got().dropFirst(before.count)
    #expect(after.count == Self.instances - sent)
    #expect(Array(after) == objects.map(\.instance).suffix(after.count), "in order, from where the record ends")
    #expect(Set(receiver.got()) == Set(objects.map(\.instance)))
    #expect(await again.stop() == 0)
    await second.stop()
  }

  private static func post(_ web: Web, _ path: String, _ body: String) async throws {
    let answer = try await web.send(
      .post, "/api/v1/\(path)", contentType: "application/json", body: Array(body.utf8))
    #expect((200..<300).contains(answer.status), "\(path): \(answer.text)")
  }

  private static func queue(_ web: Web) async throws -> [String: Any] {
    try #require(try await web.get("/api/v1/queues").objects.first)
  }
}
