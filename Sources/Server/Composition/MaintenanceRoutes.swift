import ArchiveCore
import Doors
import Hummingbird

/// What offline tools ask of a running server, so that nobody opens the store beside it.
struct MaintenanceRoutes: Sendable {
  let archive: Archive

  struct VerifyReply: Codable, Sendable {
    var findings: [String]
  }

  func add(to router: Router<WebContext>) {
    router.post("api/v1/verify") { _, context in
      let principal = try context.signedIn()
      let findings = try await archive.verify(as: principal)
      let body = try context.responseEncoder.encodeAsResponse(
        VerifyReply(findings: findings.map(\.description)))
      return body
    }
  }
}
