import TestKit
import Testing

/// Read by pydicom, over every transfer syntax and SOP class among the samples, and objects that pydicom built.
@Suite("A corrected study", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct CorrectionTests {
  @Test(
    "comes back corrected, with the originals beside, everything else as it was, and as it came once it is undone",
    arguments: ["corrections", "get"])
  func peer(section: String) async throws {
    let server = try await ServerProcess.startPatiently()
    try await Script(name: "corrections").run(section, against: server, atLeast: 8)
    try await server.expectSound()
  }
}
