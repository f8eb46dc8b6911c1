import TestKit
import Testing

@Suite(
  "Every sample file",
  .enabled(if: Script.hasPython && Script.samples != nil, "needs ISOCENTER_SAMPLES, a Python and the built server"))
struct SampleTests {
  @Test("is taken and comes back as it was, or is refused for the reason in the table", arguments: ["stow", "store"])
  func sample(section: String) async throws {
    let server = try await ServerProcess.startPatiently()
    try await Script(name: "samples", interpreter: .plain).run(section, against: server, atLeast: 3)
    try await server.expectSound()
  }
}
