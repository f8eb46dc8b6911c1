import Foundation
import TestKit
import Testing

@Suite("Associations that stay", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct HeldAssociationTests {
  /// Twenty seconds, or as long as `make soak` says.
  static let seconds = ProcessInfo.processInfo.environment["ISOCENTER_HELD_SECONDS"] ?? "20"

  @Test("fifty of them cost no memory that grows")
  func held() async throws {
    let server = try await ServerProcess.startPatiently(configuration: "dicomIdleSeconds: 60")
    try await Script(name: "held").run("held", against: server, environment: ["PEER_HELD_SECONDS": Self.seconds])
    try await server.expectSound()
  }
}
