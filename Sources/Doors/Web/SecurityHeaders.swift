import HTTPTypes
import Hummingbird

/// What every answer tells the browser about itself: nothing foreign runs in our pages, nobody frames them, and nothing
/// is kept on the way. A route that needs something else sets the field itself.
struct SecurityHeaders: RouterMiddleware {
  typealias Context = WebContext

  static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    + "worker-src 'self' blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    + "frame-ancestors 'none'"

  let fields: [HTTPField]

  init(isSecure: Bool) {
    var texts = [
      ("Content-Security-Policy", Self.contentSecurityPolicy),
      ("X-Content-Type-Options", "nosniff"),
      ("X-Frame-Options", "DENY"),
      ("Referrer-Policy", "no-referrer"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
      ("Cache-Control", "no-store"),
    ]
    if isSecure { texts.append(("Strict-Transport-Security", "max-age=31536000")) }
    fields = texts.compactMap { name, value in HTTPField.Name(name).map { HTTPField(name: $0, value: value) } }
  }

  func handle(
    _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for field in fields where response.headers[field.name] == nil { response.headers.append(field) }
    return response
  }
}
