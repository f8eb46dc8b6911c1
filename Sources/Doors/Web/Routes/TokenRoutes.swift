import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird

/// Services' tokens: `/api/v1/tokens`.
struct TokenRoutes: Sendable {
  let administration: Administration

  struct Asked: Decodable, Sendable {
    var name: String
    var roles: [Role]
    /// The asker's own when absent.
    var sites: SitesBody?
  }

  struct Answer: Encodable, Sendable {
    var name: String
    var roles: [String]
    var sites: SitesBody
    /// The token itself: in the answer that makes it, and never again.
    var token: String?
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("tokens", use: list)
    router.post("tokens", use: create)
    router.delete("tokens/{name}", use: remove)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let tokens = try await administration.tokens(as: context.signedIn())
    return try Response.json(
      tokens.map { Answer(name: $0.name, roles: $0.roles.names, sites: SitesBody($0.sites), token: nil) },
      context: context)
  }

  @Sendable func create(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: Asked.self)
    let roles = Set(asked.roles)
    let sites = asked.sites?.sites ?? principal.sites
    let secret = try await administration.createToken(named: asked.name, roles: roles, sites: sites, as: principal)
    return try Response.json(
      Answer(name: asked.name, roles: roles.names, sites: SitesBody(sites), token: secret.text), status: .created,
      context: context)
  }

  @Sendable func remove(_ request: Request, _ context: WebContext) async throws -> Response {
    let name = context.parameters.get("name")?.removingPercentEncoding ?? ""
    try await administration.removeToken(named: name, as: context.signedIn())
    return Response(status: .noContent)
  }
}
