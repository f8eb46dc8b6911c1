import HTTPTypes
import Hummingbird

/// Lets pages of declared origins call (Fetch §3.3, CORS).
struct CrossOriginMiddleware<Context: RequestContext>: RouterMiddleware {
  /// Origins as browsers write them, `https://viewer.example`; `*` for any.
  let allowedOrigins: Set<String>

  static var allowedMethods: String { "GET, HEAD, POST, DELETE, OPTIONS" }
  static var allowedHeaders: String { "Accept, Authorization, Content-Type, Range, If-None-Match" }
  static var exposedHeaders: String {
    "Content-Type, Content-Length, Content-Range, Content-Location, Accept-Ranges, ETag, Warning"
  }
  /// How long a browser may remember a permission.
  static var maximumAgeSeconds: Int { 7200 }

  func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard let origin = request.headers[.origin] else { return try await next(request, context) }
    let any = allowedOrigins.contains("*")
    let isAllowed = any || allowedOrigins.contains(origin)
    let isPreflight = request.method == .options && request.headers[.accessControlRequestMethod] != nil
    var response: Response
    if isPreflight, isAllowed {
      response = Response(
        status: .noContent,
        headers: [
          .accessControlAllowMethods: Self.allowedMethods, .accessControlAllowHeaders: Self.allowedHeaders,
          .accessControlMaxAge: "\(Self.maximumAgeSeconds)",
        ])
      response.headers[.contentLength] = nil
    } else {
      response = try await next(request, context)
    }
    response.headers.append(HTTPField(name: .vary, value: "Origin"))
    guard isAllowed else { return response }
    response.headers[.accessControlAllowOrigin] = any ? "*" : origin
    // Cookies only for origins that somebody named.
    if !any { response.headers[.accessControlAllowCredentials] = "true" }
    response.headers[.accessControlExposeHeaders] = Self.exposedHeaders
    return response
  }
}
