import ArchiveCore
import Doors
import Hummingbird

/// What offline tools ask of a running server, so that nobody opens the store beside it.
struct MaintenanceRoutes: Sendable {
  let archive: Archive
  let reload: Reload

  struct VerifyReply: ResponseCodable, Sendable {
    var findings: [String]
  }

  struct ReloadReply: ResponseCodable, Sendable {
    var changed: [String]
    var needsRestart: [String]
  }

  func add(to router: Router<WebContext>) {
    router.post("api/v1/verify") { _, context in
      let principal = try context.signedIn()
      let findings = try await archive.verify(as: principal)
      return VerifyReply(findings: findings.map(\.description))
    }
    router.post("api/v1/reload") { _, context in
      let change = try await reload(as: context.signedIn())
      return ReloadReply(changed: change.changed, needsRestart: change.needsRestart)
    }
  }
}
