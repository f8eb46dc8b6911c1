import TestKit
import Testing

@Suite("Connections that stand still", .enabled(if: Script.hasPython, "needs a Python and the built server"))
struct LimitTests {
  @Test(
    "end at the configured bound, and hinder nobody",
    arguments: [
      (section: "stalled_pdu", what: "a peer that stops talking in the middle of a PDU"),
      ("connections", "more connections than there are places, that never finish a request"),
      ("uploads", "uploads that stop"),
    ])
  func bound(section: String, what: String) async throws {
    let idle = 2
    let places = 12
    let server = try await ServerProcess.startPatiently(
      configuration: """
        dicomIdleSeconds: \(idle)
        httpIdleSeconds: \(idle)
        maximumConnections: \(places)
        """)
    let folder = try TemporaryFolder()
    try folder.write(try SmallObject(study: 1).file(), as: "one.dcm")
    try folder.write(try SmallObject(study: 2).file(), as: "third.dcm")
    try await Script(name: "limits", interpreter: .plain).run(
      section, against: server, work: folder, environment: ["PEER_IDLE": "\(idle)", "PEER_PLACES": "\(places)"])
    try await server.expectSound()
  }
}
