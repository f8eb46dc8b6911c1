import ArchiveCore
import Hummingbird
import Workflow

/// Reports, events and notifications that are owed to nodes: `/api/v1/notices`.
struct NoticeRoutes: Sendable {
  static let limit = 1000

  let notices: Notices

  struct Item: Encodable, Sendable {
    var id: Int64
    var node: String
    /// `N-EVENT-REPORT`, `N-ACTION`, `N-CREATE` or `N-SET`.
    var operation: String
    var sopClass: String
    var about: String?
    var attempts: Int
    var queuedAt: String
    var nextAttempt: String?
    var reason: String?

    init(_ notice: Notice) {
      id = notice.id
      node = notice.node
      operation =
        switch notice.operation {
        case .eventReport: "N-EVENT-REPORT"
        case .action: "N-ACTION"
        case .create: "N-CREATE"
        case .set: "N-SET"
        }
      sopClass = notice.sopClass
      about = notice.subject
      attempts = notice.attempts
      queuedAt = notice.queuedAt.rfc3339
      nextAttempt = notice.state == .waiting ? notice.due.rfc3339 : nil
      reason = notice.reason
    }
  }

  struct Page: Encodable, Sendable {
    var notices: [Item]
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("notices", use: list)
    router.post("nodes/{aet}/notices/retry", use: retry)
    router.delete("notices/{id}", use: remove)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let state: Notice.State
    switch request.uri.queryParameters["state"].map(String.init) {
    case nil, "waiting": state = .waiting
    case "setAside": state = .setAside
    default: throw ArchiveError(.badRequest, "state is waiting or setAside")
    }
    let after = request.uri.queryParameters["after"].flatMap { Int64($0) } ?? 0
    let found = try await notices.list(in: state, after: after, limit: Self.limit, as: principal)
    return try Response.json(Page(notices: found.map(Item.init)), context: context)
  }

  @Sendable func retry(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    try await notices.retry(to: context.pathName("aet"), as: principal)
    return Response(status: .noContent)
  }

  @Sendable func remove(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    guard let id = context.parameters.get("id").flatMap({ Int64($0) }) else {
      throw ArchiveError(.badRequest, "a notice is named by its number")
    }
    try await notices.remove(id, as: principal)
    return Response(status: .noContent)
  }
}
