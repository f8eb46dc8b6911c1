import ArchiveCore
import Hummingbird

/// What happened and how much there is: `/api/v1/changes`, `/counters`, `/quarantine`.
struct JournalRoutes: Sendable {
  static let changeLimit = 1000
  static let quarantineLimit = 1000

  let archive: Archive

  func add(to router: some RouterMethods<WebContext>) {
    router.get("changes", use: changes)
    router.get("counters", use: counters)
    router.get("quarantine", use: quarantine)
  }

  struct Changes: Encodable, Sendable {
    var changes: [ChangeBody]
    /// To be handed back as `after`.
    var next: String
  }

  @Sendable func changes(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    var position = JournalPosition.start
    if let text = request.uri.queryParameters["after"] {
      guard let given = JournalPosition(String(text)) else {
        throw ProblemDetails.badRequest("after is a position that an earlier answer gave as next")
      }
      position = given
    }
    let limit = try request.number("limit", in: 1...Self.changeLimit, default: 100)
    let page = try await archive.journal(after: position, limit: limit, as: principal)
    return try Response.json(
      Changes(changes: page.entries.map(ChangeBody.init), next: page.next.description), context: context)
  }

  struct Counter: Encodable, Sendable {
    var site: String
    var modality: String
    var studies: Int
    var series: Int
    var instances: Int
    var bytes: Int
  }

  @Sendable func counters(_ request: Request, _ context: WebContext) async throws -> Response {
    let counters = try await archive.counters(as: context.signedIn())
    return try Response.json(
      counters.map {
        Counter(
          site: $0.site.value, modality: $0.modality, studies: $0.studies, series: $0.series,
          instances: $0.instances, bytes: $0.bytes)
      }, context: context)
  }

  struct Quarantined: Encodable, Sendable {
    var record: String
    var study: String
    var series: String
    var instance: String
    var sha256: String
    var receivedAt: String
    var source: String
    var site: String
  }

  @Sendable func quarantine(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let limit = try request.number("limit", in: 1...Self.quarantineLimit, default: 100)
    let records = try await archive.quarantined(as: principal, limit: limit)
    return try Response.json(
      records.map {
        Quarantined(
          record: $0.record.description, study: $0.study.value, series: $0.series.value,
          instance: $0.instance.value, sha256: $0.digest.description, receivedAt: $0.receivedAt.rfc3339,
          source: $0.source, site: $0.site.value)
      }, context: context)
  }
}
