import TestKit
import Testing

@Suite("dcmsend", .enabled(if: Peer.has("dcmsend") && ServerProcess.isBuilt, "needs DCMTK and the built server"))
struct DCMTKTests {
  @Test("sends a folder, and every file is there")
  func folder() async throws {
    let server = try await ServerProcess.startPatiently()
    let folder = try TemporaryFolder()
    for number in 1...20 {
      try folder.write(try SmallObject(study: number % 3 + 1, instance: number).file(), as: "\(number).dcm")
    }
    let sent = try await Peer.run(
      "dcmsend", ["-v", "+sd", "-aec", "ISOCENTER", "127.0.0.1", "\(server.dicomPort)", folder.path])
    #expect(sent.status == 0, "\(sent.output)")
    #expect(sent.output.contains("with status SUCCESS  : 20"), "\(sent.output.suffix(1000))")
    let again = try await Peer.run(
      "dcmsend", ["-v", "+sd", "-aec", "ISOCENTER", "127.0.0.1", "\(server.dicomPort)", folder.path])
    #expect(again.output.contains("with status SUCCESS  : 20"), "\(again.output.suffix(1000))")
    try await server.expectSound()
  }
}
