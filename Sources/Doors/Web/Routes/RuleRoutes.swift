import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import Workflow

/// Which studies go where: `/api/v1/rules`.
struct RuleRoutes: Sendable {
  static let dryRunLimit = DryRun.maximumStudies
  /// How far back a dry run looks unless told otherwise.
  static let defaultSpan = Duration.seconds(7 * 86_400)

  let forwarding: Forwarding
  let environment: ArchiveCore.Environment

  /// A rule as it is asked for: what is ours to give may be there and does not count.
  struct Asked: Decodable, Sendable {
    var name: String
    var enabled: Bool?
    var when: RuleConditions?
    var trigger: RoutingRule.Trigger?
    var to: [String]
    var includeImports: Bool?
    var sites: [String]?
    /// Of a replacement: the version it was made from.
    var version: Int?

    var rule: RoutingRule {
      RoutingRule(
        name: name, enabled: enabled ?? true, when: when ?? RuleConditions(), trigger: trigger ?? .onCompletion, to: to,
        includeImports: includeImports ?? false, sites: sites)
    }
  }

  struct AskedDryRun: Decodable, Sendable {
    var rule: Asked
    /// RFC 3339.
    var since: String?
    var limit: Int?
  }

  struct DryRunAnswer: Encodable, Sendable {
    struct Study: Encodable, Sendable {
      var study: String
      var at: String
      var sites: [String]
      var modalities: [String]
      var instances: Int
      var destinations: [String]
    }

    var studies: [Study]
    var matched: Int
    var instances: Int
    var examined: Int
    var isPartial: Bool
    var since: String
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("rules", use: list)
    router.post("rules", use: create)
    router.post("rules/dry-run", use: dryRun)
    router.put("rules/{id}", use: replace)
    router.delete("rules/{id}", use: remove)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    try Response.json(try await forwarding.rules(as: context.signedIn()), context: context)
  }

  @Sendable func create(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let rule = try await request.json(as: Asked.self).rule
    return try Response.json(try await forwarding.addRule(rule, as: principal), status: .created, context: context)
  }

  @Sendable func replace(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: Asked.self)
    let rule = try await forwarding.replaceRule(
      context.parameters.get("id") ?? "", by: asked.rule, version: asked.version, as: principal)
    return try Response.json(rule, context: context)
  }

  @Sendable func remove(_ request: Request, _ context: WebContext) async throws -> Response {
    try await forwarding.removeRule(context.parameters.get("id") ?? "", as: context.signedIn())
    return Response(status: .noContent)
  }

  @Sendable func dryRun(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: AskedDryRun.self)
    let limit = asked.limit ?? 100
    guard (1...Self.dryRunLimit).contains(limit) else {
      throw ProblemDetails.badRequest("limit is a number from 1 to \(Self.dryRunLimit)")
    }
    var since = environment.now().adding(.zero - Self.defaultSpan)
    if let text = asked.since {
      guard let date = try? Date(text, strategy: .iso8601) else {
        throw ProblemDetails.badRequest("since is a moment as RFC 3339 writes it")
      }
      since = Instant(nanoseconds: Int64(clamping: Int(date.timeIntervalSince1970)) &* 1_000_000_000)
    }
    let outcome = try await forwarding.dryRun(asked.rule.rule, since: since, limit: limit, as: principal)
    return try Response.json(
      DryRunAnswer(
        studies: outcome.studies.map {
          DryRunAnswer.Study(
            study: $0.study.value, at: $0.at.rfc3339, sites: $0.sites.map(\.value).sorted(),
            modalities: $0.modalities.sorted(), instances: $0.instances, destinations: $0.destinations)
        },
        matched: outcome.studies.count, instances: outcome.studies.reduce(0) { $0 + $1.instances },
        examined: outcome.examined, isPartial: outcome.isPartial, since: since.rfc3339), context: context)
  }
}
