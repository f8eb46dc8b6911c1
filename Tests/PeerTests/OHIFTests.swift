import TestKit
import Testing

@Suite("OHIF's requests", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct OHIFTests {
  @Test("are answered as the viewer reads them: studies, series, metadata, pixels, objects, bulk data, saving")
  func requests() async throws {
    let server = try await ServerProcess.startPatiently()
    try await Script(name: "ohif").run(against: server, atLeast: 40)
    try await server.expectSound()
  }
}
