import ArchiveCore
import HTTPTypes
import Hummingbird

/// Signing in and out: `/api/v1/session`.
struct SessionRoutes: Sendable {
  let signIn: SignIn
  let settings: WebSettings
  let metrics: PrometheusRegistry
  let environment: ArchiveCore.Environment

  struct Asked: Decodable, Sendable {
    var name: String
    var password: String
  }

  struct Answer: Encodable, Sendable {
    var name: String
    var kind: String
    var roles: [String]
    /// What the roles open, so that a page offers nothing that would be refused.
    var operations: [String]
    var sites: SitesBody
    /// When the session ends however much it is used; absent when there is no session.
    var ends: String?

    init(_ principal: Principal, ends: Instant?) {
      name = principal.name
      kind = "\(principal.kind)"
      roles = principal.roles.names
      operations = Operation.allCases.filter { AccessPolicy().permits($0, to: principal) }.map(\.rawValue)
      sites = SitesBody(principal.sites)
      self.ends = ends?.rfc3339
    }
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.post("session", use: begin)
    router.get("session", use: show)
    router.delete("session", use: end)
  }

  @Sendable func begin(_ request: Request, _ context: WebContext) async throws -> Response {
    let asked = try await request.json(as: Asked.self)
    let beginning: SignIn.Beginning
    do {
      beginning = try await signIn.signIn(
        name: asked.name, password: asked.password, from: GuessingAddress.of(context.remoteAddress))
    } catch let refusal as SignInRefusal {
      let outcome = refusal == .wrongNameOrPassword ? "refused" : "throttled"
      metrics.count(MetricNames.signIns, [("outcome", outcome)])
      throw refusal
    }
    metrics.count(MetricNames.signIns, [("outcome", "accepted")])
    if case .session(let former)? = context.credential { try await signIn.signOut(session: former) }
    var response = try Response.json(
      Answer(beginning.visit.principal, ends: beginning.visit.ends), context: context)
    let seconds = Int(clamping: beginning.visit.ends.seconds &- environment.now().seconds)
    response.setCookie(
      SessionCookie.holding(beginning.secret, seconds: max(0, seconds), isSecure: settings.isSecure))
    return response
  }

  @Sendable func show(_ request: Request, _ context: WebContext) async throws -> Response {
    try Response.json(Answer(try context.signedIn(), ends: context.sessionEnds), context: context)
  }

  @Sendable func end(_ request: Request, _ context: WebContext) async throws -> Response {
    if case .session(let text)? = context.credential { try await signIn.signOut(session: text) }
    var response = Response(status: .noContent)
    response.setCookie(SessionCookie.expired(isSecure: settings.isSecure))
    return response
  }
}
