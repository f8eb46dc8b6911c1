import ArchiveCore
import HTTPTypes
import Hummingbird

/// Finds out who asks. It refuses nobody: what needs somebody asks the context, and what is public stays public to
/// whoever presents something wrong.
struct Authentication: RouterMiddleware {
  typealias Context = WebContext

  let signIn: SignIn
  let settings: WebSettings

  /// Whoever comes to an open server.
  static let openPrincipal = Principal(kind: .system, name: "open", roles: Set(Role.allCases), sites: .all)

  func handle(
    _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    if settings.trustsProxy { context.remoteAddress = forwardedAddress(request) ?? context.remoteAddress }
    try await identify(request, &context)
    return try await next(request, context)
  }

  private func identify(_ request: Request, _ context: inout WebContext) async throws {
    if settings.listener == .localSocket {
      context.principal = .localSocket
      context.credential = .localSocket
    } else if let header = request.headers[.authorization] {
      guard let token = bearerToken(header), let principal = try await signIn.principal(forToken: String(token)) else {
        context.refusal = .invalidToken
        return
      }
      context.principal = principal
      context.credential = .token
    } else if let cookie = request.cookies[SessionCookie.name]?.value,
      let visit = try await signIn.visit(session: cookie)
    {
      context.principal = visit.principal
      context.credential = .session(cookie)
      context.sessionEnds = visit.ends
    } else if settings.isOpen {
      context.principal = Self.openPrincipal
      context.credential = .open
    }
  }

  /// `Bearer TOKEN` (RFC 6750 §2.1); the scheme's case does not count (RFC 9110 §11.1).
  private func bearerToken(_ header: String) -> Substring? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return parts[1]
  }

  /// The last address in X-Forwarded-For: what the proxy itself has seen. Earlier ones anybody can write.
  private func forwardedAddress(_ request: Request) -> String? {
    guard let name = HTTPField.Name("X-Forwarded-For"), let value = request.headers[values: name].last,
      let last = value.split(separator: ",").last
    else { return nil }
    let address = last.filter { $0 != " " }
    return (1...64).contains(address.utf8.count) ? String(address) : nil
  }
}

/// The cookie of a session.
enum SessionCookie {
  static let name = "isocenter-session"

  /// Sent back only to us, only by pages of ours, never to a script.
  static func holding(_ secret: Secret, seconds: Int, isSecure: Bool) -> Cookie {
    Cookie(
      name: name, value: secret.text, maxAge: seconds, path: "/", secure: isSecure, httpOnly: true, sameSite: .strict)
  }

  static func expired(isSecure: Bool) -> Cookie {
    Cookie(name: name, value: "", maxAge: 0, path: "/", secure: isSecure, httpOnly: true, sameSite: .strict)
  }
}

extension Principal {
  /// Whoever may open the socket in the data directory: the archive's own tools.
  static let localSocket = Principal.system("local socket")
}
