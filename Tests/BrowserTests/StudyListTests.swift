import TestKit
import Testing

extension InABrowser {
  @Suite("The study list")
  struct StudyListTests {
    @Test("finds as one types, pages through thousands, follows what arrives, and goes by the keyboard alone")
    func works() async throws {
      let server = try await ServerProcess.start(.open)
      try await BrowserScript(name: "study_list").run("all", against: server, atLeast: 60)
    }

    @Test("has nothing that axe-core finds, and keeps no memory from visit to visit")
    func looks() async throws {
      let server = try await ServerProcess.start(.open)
      try await BrowserScript(name: "study_list").run("looks", against: server, atLeast: 28)
    }
  }
}
