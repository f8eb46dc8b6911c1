import ArchiveCore
import HTTPTypes
import Hummingbird

/// The live feed: `/api/v1/events`.
struct EventRoutes: Sendable {
  let feed: EventFeed

  static let mediaType = "text/event-stream"

  func add(to router: some RouterMethods<WebContext>) {
    router.get("events", use: events)
  }

  @Sendable func events(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let start = try await start(request, principal)
    // Asked before the head goes out, so that a refusal is one.
    _ = try await feed.archive.journal(after: start, limit: 0, as: principal)
    guard request.method != .head else {
      return Response(status: .ok, headers: [.contentType: Self.mediaType])
    }
    guard feed.open.hasRoom(for: principal.label) else {
      throw ProblemDetails(
        .tooManyRequests, code: "tooManyFeeds", detail: "too many feeds are open", headers: [.retryAfter: "30"])
    }
    let feed = feed
    let closeConnection = context.closeConnection
    return Response(
      status: .ok, headers: [.contentType: Self.mediaType, .cacheControl: "no-store"],
      body: ResponseBody { writer in
        // Counted only now, since a body that is never written would never be counted out.
        guard feed.open.begin(principal.label) else { return try await writer.finish(nil) }
        defer { feed.open.end(principal.label) }
        try await feed.run(after: start, as: principal, closeConnection: closeConnection, to: &writer)
        try await writer.finish(nil)
      })
  }

  /// Behind what the reader has seen: what a browser says when it comes back, what a program asks for, or the end.
  private func start(_ request: Request, _ principal: Principal) async throws -> JournalPosition {
    let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
    guard let text = last ?? request.uri.queryParameters["after"].map(String.init) else {
      return try await feed.archive.journalEnd(as: principal)
    }
    guard let position = JournalPosition(text) else {
      throw ProblemDetails.badRequest("the position to go on behind is one that an event gave as its id")
    }
    return position
  }
}
