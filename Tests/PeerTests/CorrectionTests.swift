import TestKit
import Testing

/// Read by pydicom, over every transfer syntax and SOP class among the samples, and objects that pydicom built.
@Suite("A corrected study", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct CorrectionTests {
  @Test(
    "comes back corrected, with the originals beside, everything else as it was, and as it came once it is undone",
    arguments: ["corrections", "get", "move", "archive"])
  func peer(section: String) async throws {
    let receiver = try ServerProcess.freePorts(1)[0]
    let server = try await ServerProcess.startPatiently(
      configuration: """
        nodes:
          - aeTitle: RECEIVER
            host: 127.0.0.1
            port: \(receiver)
        """)
    try await Script(name: "corrections").run(
      section, against: server, environment: ["PEER_RECEIVER_PORT": "\(receiver)"], atLeast: 8)
    try await server.expectSound()
  }
}
