import ArchiveCore
import HTTPTypes
import Hummingbird
import NIOCore

/// What a browser finds at `/`, and the description of the API at `/api/openapi.json`. Public: what needs a sign-in
/// on them is shown after one.
struct PageRoutes: Sendable {
  let archive: Archive

  func add(to router: some RouterMethods<WebContext>) {
    router.get("/", use: front)
    router.get("front.css", use: style)
    router.get("front.js", use: script)
    router.get("api/openapi.json", use: description)
  }

  @Sendable func front(_ request: Request, _ context: WebContext) async throws -> Response {
    var counters: [StudyCounter]?
    // Asked here only so that looking at the page is not remembered as a refused search; the core asks again.
    if let principal = context.principal, AccessPolicy().permits(.search, to: principal) {
      counters = try await archive.counters(as: principal)
    }
    let page = FrontPage(principal: context.principal, isOpen: context.credential == .open, counters: counters)
    return Self.text(page.html, "text/html; charset=utf-8")
  }

  @Sendable func style(_ request: Request, _ context: WebContext) -> Response {
    Self.text(FrontPage.style, "text/css; charset=utf-8")
  }

  @Sendable func script(_ request: Request, _ context: WebContext) -> Response {
    Self.text(FrontPage.script, "text/javascript; charset=utf-8")
  }

  @Sendable func description(_ request: Request, _ context: WebContext) -> Response {
    Self.text(OpenAPI.document, "application/json")
  }

  private static func text(_ text: String, _ mediaType: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: mediaType], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
