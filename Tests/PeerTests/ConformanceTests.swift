import TestKit
import Testing

/// PS3.2: the statement that a running server makes of itself.
@Suite("The conformance statement", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct ConformanceTests {
  @Test("states what pynetdicom can negotiate, class by class, and nothing else")
  func negotiated() async throws {
    let server = try await ServerProcess.startPatiently()
    try await Script(name: "conformance").run("negotiation", "extended", "roles", "words", against: server, atLeast: 8)
    let written = try await server.run("conformance")
    #expect(written.status == 0 && written.output.contains("# DICOM conformance statement"), "\(written.errors)")
    try await server.expectSound()
  }
}
