import HTTPTypes
import Hummingbird

/// Keeps foreign pages from acting through a visitor's browser.
///
/// A browser sends our cookie, or reaches an open server on the same machine, whoever wrote the page that asks. So what
/// changes something must come from our own origin, unless the caller has proved itself by something a page cannot send.
/// Programs that are no browsers send neither Sec-Fetch-Site nor Origin and are not concerned.
struct CrossSiteGuard: RouterMiddleware {
  typealias Context = WebContext

  let isOpen: Bool

  func handle(
    _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    if context.credential != .localSocket, context.credential != .token {
      if isOpen, let authority = request.head.authority, !Self.isLoopback(authority) {
        // A foreign name that resolves to this machine (DNS rebinding) makes a foreign page same-origin.
        throw ProblemDetails(
          .misdirectedRequest, code: "foreignHost", detail: "an open server answers to its own machine's names only")
      }
      if !Self.isSafe(request.method), Self.isCrossSite(request) {
        throw ProblemDetails(
          .forbidden, code: "crossSite", detail: "this request was made by a page of another origin")
      }
    }
    return try await next(request, context)
  }

  /// RFC 9110 §9.2.1.
  static func isSafe(_ method: HTTPRequest.Method) -> Bool {
    method == .get || method == .head || method == .options
  }

  static func isCrossSite(_ request: Request) -> Bool {
    if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] {
      return site != "same-origin" && site != "none"
    }
    guard let origin = request.headers[.origin] else { return false }
    guard let authority = request.head.authority else { return true }
    for (scheme, port) in [("http://", ":80"), ("https://", ":443")] where origin.hasPrefix(scheme) {
      return withoutPort(port, origin.dropFirst(scheme.count)) != withoutPort(port, authority[...])
    }
    return true
  }

  private static func withoutPort(_ port: String, _ authority: Substring) -> String {
    let authority = authority.lowercased()
    return authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
  }

  static func isLoopback(_ authority: String) -> Bool {
    var host = authority.lowercased()[...]
    if host.hasPrefix("["), let bracket = host.firstIndex(of: "]") {
      host = host[...bracket]
    } else if let colon = host.lastIndex(of: ":") {
      host = host[..<colon]
    }
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
