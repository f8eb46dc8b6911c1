import TestKit
import Testing

/// Every transfer syntax among the samples, and objects that pydicom built, through pynetdicom.
@Suite("pynetdicom and the server", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct PynetdicomTests {
  @Test(
    "does with us what it is for",
    arguments: [
      (section: "echo", what: "it verifies"),
      ("announced", "it says that a class it stores is one of storage"),
      ("store", "what it stores is kept, every byte"),
      ("find", "it finds patients, studies, series and instances"),
      ("get", "it gets patients, studies and instances back, every byte"),
      ("move", "it has studies sent to a third, every byte, and hears when that cannot be"),
      ("issuers", "it retrieves one patient of two who have the same number"),
      ("everything", "it stores every sample there is and gets it back, by C-GET and by WADO-RS"),
      ("cancel", "it cancels a move half way and goes on with the association"),
    ])
  func peer(section: String, what: String) async throws {
    let receiver = try ServerProcess.freePorts(1)[0]
    let server = try await ServerProcess.startPatiently(
      configuration: """
        nodes:
          - aeTitle: RECEIVER
            host: 127.0.0.1
            port: \(receiver)
        """)
    try await Script(name: "pynetdicom_peer").run(
      section, against: server, environment: ["PEER_RECEIVER_PORT": "\(receiver)"])
    try await server.expectSound()
  }
}
