import TestKit
import Testing

@Suite(
  "An image in another form than it is stored in",
  .enabled(if: Script.hasOracles && Script.samples != nil, "needs ISOCENTER_SAMPLES, ISOCENTER_PYTHON and the server"))
struct TranscodedTests {
  @Test(
    "is what pydicom makes of it",
    arguments: [
      (section: "images", what: "every sample is shown, or the table says why not"),
      ("web", "WADO-RS gives every compressed sample uncompressed, pixel for pixel"),
      ("get", "C-GET by a peer that takes implicit VR only, pixel for pixel"),
    ])
  func sample(section: String, what: String) async throws {
    let server = try await ServerProcess.startPatiently()
    try await Script(name: "transcoded").run(section, against: server, atLeast: 1)
    try await server.expectSound()
  }
}
