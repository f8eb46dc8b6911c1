import Doors
import Hummingbird

/// The conformance statement of the running server: `/api/v1/conformance`, as JSON, or as Markdown for whoever wants text.
struct ConformanceRoutes: Sendable {
  static let path = "/api/v1/conformance"

  let statement: @Sendable () -> ConformanceStatement

  func add(to router: Router<WebContext>) {
    router.get(RouterPath(Self.path), use: show)
  }

  @Sendable func show(_ request: Request, _ context: WebContext) async throws -> Response {
    _ = try context.signedIn()
    let statement = statement()
    guard request.headers[.accept]?.contains("text/") == true else {
      return try Response.json(statement, context: context)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/markdown; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: statement.markdown)))
  }
}
