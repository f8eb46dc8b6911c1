import TestKit
import Testing

@Suite(
  "Orthanc",
  .enabled(if: Script.hasOracles && Peer.has("Orthanc"), "needs Orthanc, ISOCENTER_PYTHON and the built server"))
struct OrthancTests {
  @Test(
    "echoes, stores, finds and fetches",
    arguments: [
      (section: "dimse", what: "over DICOM, with us among its modalities"),
      ("dicomweb", "over DICOMweb, with us among its servers"),
    ])
  func orthanc(section: String, what: String) async throws {
    let ports = try ServerProcess.freePorts(2)
    let server = try await ServerProcess.startPatiently(
      configuration: """
        nodes:
          - aeTitle: ORTHANC
            host: 127.0.0.1
            port: \(ports[1])
        """)
    try await Script(name: "orthanc_peer").run(
      section, against: server, environment: ["PEER_ORTHANC_PORTS": "\(ports[0]),\(ports[1])"])
    try await server.expectSound()
  }

  @Test("is asked too, and gives what we have not")
  func asked() async throws {
    let ports = try ServerProcess.freePorts(3)
    let server = try await ServerProcess.startPatiently(
      configuration: """
        nodes:
          - {aeTitle: ORTHANC, host: 127.0.0.1, port: \(ports[1]), askToo: true}
          - {aeTitle: RECEIVER, host: 127.0.0.1, port: \(ports[2])}
        """)
    try await Script(name: "orthanc_peer").run(
      "others", against: server,
      environment: ["PEER_ORTHANC_PORTS": "\(ports[0]),\(ports[1])", "PEER_RECEIVER_PORT": "\(ports[2])"], atLeast: 8)
    try await server.expectSound()
  }
}
