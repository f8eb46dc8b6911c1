import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird

/// Who did what: `/api/v1/audit`.
struct AuditRoutes: Sendable {
  let administration: Administration

  struct Record: Encodable, Sendable {
    /// To be handed back as `before`.
    var id: Int64
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
    let entries = try await administration.auditEntries(question(request), limit: limit, as: principal)
    return try Response.json(
      entries.map {
        Record(
          id: $0.id, at: $0.record.at.rfc3339, action: $0.record.action.rawValue, principal: $0.record.principal,
          object: $0.record.object, count: $0.record.count, detail: $0.record.detail)
      }, context: context)
  }

  private func question(_ request: Request) throws(ProblemDetails) -> AuditQuestion {
    let parameters = request.uri.queryParameters
    var question = AuditQuestion()
    if let text = parameters["action"] {
      guard let action = AuditRecord.Action(rawValue: String(text)) else {
        let known = AuditRecord.Action.allCases.map(\.rawValue).joined(separator: ", ")
        throw ProblemDetails.badRequest("action is one of \(known)")
      }
      question.action = action
    }
    question.principal = parameters["principal"].map(String.init)
    question.object = parameters["object"].map(String.init)
    question.from = try moment("from", parameters["from"])
    question.until = try moment("until", parameters["until"])
    if parameters["before"] != nil {
      question.before = Int64(try request.number("before", in: 0...Int.max, default: 0))
    }
    return question
  }

  private func moment(_ name: String, _ text: Substring?) throws(ProblemDetails) -> Instant? {
    guard let text else { return nil }
    // A moment that nanoseconds since 1970 cannot count is none of ours.
    guard let date = try? Date(String(text), strategy: .iso8601), abs(date.timeIntervalSince1970) < 9_000_000_000 else {
      throw ProblemDetails.badRequest("\(name) is a moment as RFC 3339 writes it")
    }
    return Instant(nanoseconds: Int64(date.timeIntervalSince1970) * 1_000_000_000)
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
