import ArchiveCore
import Doors
import Hummingbird

/// What offline tools ask of a running server, so that nobody opens the store beside it.
struct MaintenanceRoutes: Sendable {
  let archive: Archive

  struct VerifyReply: ResponseCodable, Sendable {
    var findings: [String]
  }

  func add(to router: Router<WebContext>) {
    router.post("api/v1/verify") { _, context in
      let principal = try context.signedIn()
      let findings = try await archive.verify(as: principal)
      return VerifyReply(findings: findings.map(\.description))
    }
  }
}
