import Foundation
import TestKit
import Testing

@Suite(
  "The control room", .serialized, .enabled(if: BrowserScript.isPossible, "needs chromium, Playwright and the server"))
struct ControlRoomTests {
  static let hasPeers = Peer.has("storescp") && Peer.has("storescu")

  @Test(
    "adds nodes, tries a rule, switches it on, and shows what flows, what fails and who did it",
    .enabled(if: hasPeers, "needs DCMTK"))
  func flows() async throws {
    let server = try await ServerProcess.start(.guarded)
    try await BrowserScript(name: "control_room").run("flows", against: server, atLeast: 30)
  }

  @Test(
    "shows devices, tries a profile, switches it on and counts what deviates",
    .enabled(if: Peer.has("storescu"), "needs DCMTK"))
  func sources() async throws {
    let server = try await ServerProcess.start(.open)
    try await BrowserScript(name: "control_room").run("sources", against: server, atLeast: 15)
  }

  @Test("shows a token once, and offers each role what it may do")
  func people() async throws {
    let server = try await ServerProcess.start(.guarded)
    try await BrowserScript(name: "control_room").run("people", against: server, atLeast: 10)
  }

  @Test("fits three sizes, light and dark, and is accessible")
  func looks() async throws {
    let server = try await ServerProcess.start(.open)
    try await BrowserScript(name: "control_room").run("looks", against: server, atLeast: 48)
  }
}
