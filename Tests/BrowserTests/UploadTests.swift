import TestKit
import Testing

extension InABrowser {
  @Suite("Uploading")
  struct UploadTests {
    @Test("takes a folder with ZIP archives and tells of each file what became of it")
    func folder() async throws {
      let server = try await ServerProcess.start(.open)
      try await BrowserScript(name: "upload").run("folder", "dropping", against: server, atLeast: 11)
    }

    @Test("can be paused and cancelled, and waits for a server that is away")
    func holding() async throws {
      let server = try await ServerProcess.start(.open)
      try await BrowserScript(name: "upload").run("holding", against: server, atLeast: 5)
    }
  }
}
