import TestKit
import Testing

@Suite("Signing in", .serialized, .enabled(if: BrowserScript.isPossible, "needs chromium, Playwright and the server"))
struct SignInTests {
  @Test("lets in whoever knows the password, brings them back when the session ends, and lets them go")
  func guarded() async throws {
    let server = try await ServerProcess.start(.guarded)
    try await BrowserScript(name: "sign_in").run("guarded", against: server, atLeast: 12)
  }

  @Test("is not asked for by an open server")
  func open() async throws {
    let server = try await ServerProcess.start(.open)
    try await BrowserScript(name: "sign_in").run("open", against: server, atLeast: 3)
  }
}
