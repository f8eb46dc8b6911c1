import DICOM
import HTTPTypes
import Hummingbird
import NIOCore
import WebApp

/// The browser app, and the description of the API at `/api/openapi.json`. Public: what needs a sign-in is asked for by
/// the app after one.
struct PageRoutes: Sendable {
  /// Addresses of pages. Which page it is decides the app; all begin with the same document.
  static let pages = ["/", "studies", "viewer/{study}", "control", "control/**"]

  func add(to router: some RouterMethods<WebContext>) {
    for page in Self.pages { router.get(RouterPath(page), use: document) }
    for path in WebApp.paths {
      router.get(RouterPath(path)) { request, _ in try Self.answer(path, to: request) }
    }
    router.get("api/openapi.json", use: description)
  }

  @Sendable func document(_ request: Request, _ context: WebContext) throws -> Response {
    if let study = context.parameters.get("study"), UID(validating: study) == nil {
      throw ProblemDetails(.notFound, code: "notFound", detail: "there is no such page or file")
    }
    if let last = context.parameters.getCatchAll().last, Self.looksLikeFile(last) {
      throw ProblemDetails(.notFound, code: "notFound", detail: "there is no such file")
    }
    return try Self.answer(WebApp.document, to: request)
  }

  @Sendable func description(_ request: Request, _ context: WebContext) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: OpenAPI.document)))
  }

  /// Kept by the browser and asked for again each time: an upgraded server is never met by a former app.
  private static func answer(_ path: String, to request: Request) throws -> Response {
    guard let file = WebApp.file(at: path) else {
      throw ProblemDetails(.notFound, code: "notFound", detail: "there is no such file")
    }
    let tag = "\"\(file.digest.prefix(32))\""
    var headers: HTTPFields = [.cacheControl: "no-cache", .eTag: tag]
    let known = request.headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }
    // The comparison is weak for GET (RFC 9110 §13.1.2).
    if known.contains(where: { $0.filter { $0 != " " }.trimmingPrefix("W/") == tag[...] }) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = file.mediaType
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
  }

  private static func looksLikeFile(_ name: Substring) -> Bool {
    ["js", "css", "svg", "json", "html", "map"].contains { name.hasSuffix(".\($0)") }
  }
}
