import Foundation
import NIOCore
import TestKit
import Testing

@Suite("A first start", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct FirstStartTests {
  private func signIn(_ server: ServerProcess, _ password: String) async throws -> Web.Answer {
    let body = try JSONSerialization.data(withJSONObject: ["name": "admin", "password": password])
    return try await Web(server).send(
      .post, "/api/v1/session", contentType: "application/json", body: Array(body))
  }

  @Test("prints the password once, and never again; signing in with it sets a cookie that no script can read")
  func password() async throws {
    let folder = try TemporaryFolder()
    let first = try await ServerProcess.start(data: folder.path + "/data", .guarded)
    let password = try #require(first.password)
    #expect(first.output.components(separatedBy: "password:").count == 2)
    #expect(!first.errors.contains(password))

    let refused = try await signIn(first, password + "x")
    #expect(refused.status == 401)
    let accepted = try await signIn(first, password)
    #expect(accepted.status == 200)
    let cookie = try #require(accepted.header("Set-Cookie"))
    #expect(cookie.contains("HttpOnly"))
    #expect(cookie.lowercased().contains("samesite=strict"))
    let pair = String(cookie.prefix { $0 != ";" })
    let visit = try await Web(first).send(.get, "/dicom-web/studies", headers: [("Cookie", pair)])
    #expect(visit.status == 200 || visit.status == 204)
    let stranger = try await Web(first).get("/dicom-web/studies")
    #expect(stranger.status == 401)
    #expect(await first.stop() == 0)

    let second = try await ServerProcess.start(data: folder.path + "/data", .guarded)
    #expect(second.password == nil)
    #expect(!second.output.contains("password:"))
    #expect(try await signIn(second, password).status == 200)
    #expect(await second.stop() == 0)
  }

  @Test("in open mode makes no account whose password nobody has seen")
  func openFirst() async throws {
    let folder = try TemporaryFolder()
    let open = try await ServerProcess.start(data: folder.path + "/data", .open)
    #expect(open.password == nil)
    #expect(await open.stop() == 0)
    let guarded = try await ServerProcess.start(data: folder.path + "/data", .guarded)
    let password = try #require(guarded.password)
    #expect(try await signIn(guarded, password).status == 200)
    #expect(await guarded.stop() == 0)
  }

  @Test("is no condition for a token: token create prints the token and nothing else, with a server and without one")
  func token() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let before = try await ServerProcess.command(["token", "create", "--data", data, "before"])
    #expect(before.status == 0, "\(before.errors)")
    let server = try await ServerProcess.start(data: data, .guarded)
    let during = try await server.run("token", "create", arguments: ["--role", "radiologist", "during"])
    #expect(during.status == 0, "\(during.errors)")
    for outcome in [before, during] {
      let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 2 && lines.last == "", "one line: \(lines.count)")
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      let answer = try await Web(server, token: lines.first.map(String.init)).get("/api/v1/session")
      #expect(answer.status == 200)
    }
    #expect(try await Web(server, token: "guessed").get("/api/v1/session").status == 401)
    #expect(await server.stop() == 0)
  }
}
