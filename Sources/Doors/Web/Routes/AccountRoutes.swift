import ArchiveCore
import HTTPTypes
import Hummingbird

/// People's accounts: `/api/v1/accounts`.
struct AccountRoutes: Sendable {
  let administration: Administration

  struct Asked: Decodable, Sendable {
    var name: String
    /// An account that is changed keeps the one it has when absent.
    var password: String?
    var roles: [Role]
    /// The asker's own when absent.
    var sites: SitesBody?
  }

  struct Answer: Encodable, Sendable {
    var name: String
    var roles: [String]
    var sites: SitesBody
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("accounts", use: list)
    router.post("accounts", use: save)
    router.delete("accounts/{name}", use: remove)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let accounts = try await administration.accounts(as: context.signedIn())
    return try Response.json(
      accounts.map { Answer(name: $0.name, roles: $0.roles.names, sites: SitesBody($0.sites)) }, context: context)
  }

  @Sendable func save(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: Asked.self)
    let roles = Set(asked.roles)
    let sites = asked.sites?.sites ?? principal.sites
    try await administration.saveAccount(
      named: asked.name, password: asked.password, roles: roles, sites: sites, as: principal)
    return try Response.json(
      Answer(name: asked.name, roles: roles.names, sites: SitesBody(sites)), status: .created, context: context)
  }

  @Sendable func remove(_ request: Request, _ context: WebContext) async throws -> Response {
    try await administration.removeAccount(named: context.pathName("name"), as: context.signedIn())
    return Response(status: .noContent)
  }
}
