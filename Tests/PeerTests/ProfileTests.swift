import TestKit
import Testing

@Suite("A device that deviates", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct ProfileTests {
  @Test("is counted by its profile and believed otherwise, with what it sent beside it, as pydicom reads it")
  func peer() async throws {
    let server = try await ServerProcess.startPatiently()
    try await Script(name: "profiles").run("profiles", against: server, atLeast: 30)
    try await server.expectSound()
  }
}
