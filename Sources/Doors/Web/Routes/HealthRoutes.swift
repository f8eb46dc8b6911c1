import ArchiveCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Whether the server lives, whether it can work, and its figures: `/healthz`, `/readyz`, `/metrics`.
struct HealthRoutes: Sendable {
  let administration: Administration
  let metrics: PrometheusRegistry
  let isReady: @Sendable () async throws -> Void

  struct Status: Encodable, Sendable {
    var status: String
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("healthz", use: health)
    router.get("readyz", use: readiness)
    router.get("metrics", use: figures)
  }

  @Sendable func health(_ request: Request, _ context: WebContext) throws -> Response {
    try Response.json(Status(status: "alive"), context: context)
  }

  /// Anybody may ask; what is wrong is said to the log only.
  @Sendable func readiness(_ request: Request, _ context: WebContext) async throws -> Response {
    do {
      try await isReady()
    } catch {
      context.logger.warning("not ready", metadata: ["error": "\(error)"])
      return try Response.json(Status(status: "not ready"), status: .serviceUnavailable, context: context)
    }
    return try Response.json(Status(status: "ready"), context: context)
  }

  @Sendable func figures(_ request: Request, _ context: WebContext) async throws -> Response {
    try await administration.requireMetrics(as: context.signedIn())
    return Response(
      status: .ok, headers: [.contentType: PrometheusRegistry.mediaType],
      body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.exposition())))
  }
}
