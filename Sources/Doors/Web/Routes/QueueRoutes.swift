import ArchiveCore
import HTTPTypes
import Hummingbird
import Workflow

/// What waits for each destination: `/api/v1/queues`.
struct QueueRoutes: Sendable {
  static let itemLimit = 1000

  let forwarding: Forwarding

  struct Queue: Encodable, Sendable {
    var destination: String
    var paused: Bool
    var waiting: Int
    var setAside: Int
    var sent: Int
    /// When the item was queued that waits longest.
    var oldest: String?
    /// Failures of the destination itself in a row, why, and when it is tried again.
    var failures: Int
    var reason: String?
    var nextAttempt: String?

    init(_ status: QueueStatus) {
      destination = status.destination
      paused = status.isPaused
      waiting = status.waiting
      setAside = status.setAside
      sent = status.sent
      oldest = status.oldest?.rfc3339
      failures = status.postponement?.failures ?? 0
      reason = status.postponement?.reason
      nextAttempt = status.postponement?.until.rfc3339
    }
  }

  enum State: String, Sendable, CaseIterable {
    case waiting
    case sent
    case setAside

    var state: ForwardItem.State {
      switch self {
      case .waiting: .waiting
      case .sent: .sent
      case .setAside: .setAside
      }
    }
  }

  struct Item: Encodable, Sendable {
    var id: Int64
    var study: String
    var instance: String
    var rule: String
    var ruleVersion: Int
    var attempts: Int
    var queuedAt: String
    var settledAt: String?
    var reason: String?

    init(_ item: ForwardItem) {
      id = item.id
      study = item.study.value
      instance = item.instance.value
      rule = item.cause.rule
      ruleVersion = item.cause.version
      attempts = item.attempts
      queuedAt = item.queuedAt.rfc3339
      settledAt = item.settledAt?.rfc3339
      reason = item.reason
    }
  }

  struct Items: Encodable, Sendable {
    var items: [Item]
    /// To be handed back as `after`; absent when there is no more.
    var next: Int64?
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("queues", use: list)
    router.get("queues/{destination}/items", use: items)
    for action in Forwarding.QueueAction.allCases {
      router.post("queues/{destination}/\(action.rawValue)") { _, context in
        let status = try await forwarding.carryOut(
          action, on: context.pathName("destination"), as: context.signedIn())
        return try Response.json(Queue(status), context: context)
      }
    }
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let queues = try await forwarding.queues(as: context.signedIn())
    return try Response.json(queues.map(Queue.init), context: context)
  }

  @Sendable func items(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let limit = try request.number("limit", in: 1...Self.itemLimit, default: 100)
    let after = try request.number("after", in: 0...Int.max, default: 0)
    let name = request.uri.queryParameters["state"].map(String.init) ?? State.waiting.rawValue
    guard let state = State(rawValue: name) else {
      throw ProblemDetails.badRequest("state is one of \(State.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let items = try await forwarding.items(
      of: context.pathName("destination"), in: state.state, after: Int64(after), limit: limit, as: principal)
    return try Response.json(
      Items(items: items.map(Item.init), next: items.count == limit ? items.last?.id : nil), context: context)
  }
}
