import ArchiveCore
import Hummingbird

/// Who did what: `/api/v1/audit`.
struct AuditRoutes: Sendable {
  let administration: Administration

  struct Record: Encodable, Sendable {
    var at: String
    var action: String
    var principal: String
    var object: String
    var count: Int
    var detail: String
  }

  struct Verdict: Encodable, Sendable {
    /// Whether every record is as it was written.
    var intact: Bool
    var findings: [Finding]
  }

  struct Finding: Encodable, Sendable {
    var writer: String
    var sequence: Int64
    var problem: String
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("audit", use: list)
    router.post("audit/verify", use: verify)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let limit = try request.number("limit", in: 1...Administration.auditLimit, default: 100)
    let records = try await administration.auditRecords(limit: limit, as: principal)
    return try Response.json(
      records.map {
        Record(
          at: $0.at.rfc3339, action: $0.action.rawValue, principal: $0.principal, object: $0.object,
          count: $0.count, detail: $0.detail)
      }, context: context)
  }

  @Sendable func verify(_ request: Request, _ context: WebContext) async throws -> Response {
    let findings = try await administration.verifyAudit(as: context.signedIn())
    return try Response.json(
      Verdict(
        intact: findings.isEmpty,
        findings: findings.map { Finding(writer: $0.writer, sequence: $0.sequence, problem: $0.problem) }),
      context: context)
  }
}
