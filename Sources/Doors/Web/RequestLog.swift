import ArchiveCore
import HTTPTypes
import Hummingbird
import Logging

/// One log line and two figures for every request: method, path, status and how long it took to the last byte.
///
/// The path is logged without its query: searches name patients there. Figures carry the route's template, so that their
/// number does not grow with what strangers ask for.
struct RequestLog: RouterMiddleware {
  typealias Context = WebContext

  static let pathLength = 512
  /// Methods that get their own figures.
  static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  let metrics: PrometheusRegistry
  let environment: ArchiveCore.Environment

  func handle(
    _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    let start = environment.now()
    do {
      var response = try await next(request, context)
      let status = response.status
      let body = response.body
      // Measured when the body has been written, or could not be.
      response.body = ResponseBody(contentLength: body.contentLength) { writer in
        defer { note(request, context, status, since: start) }
        try await body.write(writer)
      }
      return response
    } catch {
      note(request, context, (error as? any HTTPResponseError)?.status ?? .internalServerError, since: start)
      throw error
    }
  }

  /// To be unavailable for a while is no failure by itself; what led to it has a line of its own.
  private func level(of status: HTTPResponse.Status, isRoutine: Bool) -> Logger.Level {
    if status == .serviceUnavailable { return .notice }
    return status.code >= 500 ? .error : isRoutine ? .debug : .info
  }

  private func note(_ request: Request, _ context: WebContext, _ status: HTTPResponse.Status, since start: Instant) {
    let nanoseconds = max(0, environment.now().nanoseconds &- start.nanoseconds)
    let method = Self.methods.contains(request.method.rawValue) ? request.method.rawValue : "OTHER"
    let route = context.endpointPath ?? "NotFound"
    metrics.count(
      MetricNames.webRequests, [("method", method), ("route", route), ("status", "\(status.code)")])
    metrics.observe(
      MetricNames.webDuration, [("method", method), ("route", route)], value: Double(nanoseconds) / 1e9)
    let isRoutine = ["/healthz", "/readyz", "/metrics"].contains(route) && status.code < 400
    context.logger.log(
      level: level(of: status, isRoutine: isRoutine), "request",
      metadata: [
        "method": "\(method)", "path": "\(request.uri.path.prefix(Self.pathLength))", "status": "\(status.code)",
        "milliseconds": "\(nanoseconds / 1_000_000)", "from": "\(context.remoteAddress)",
      ])
  }
}
