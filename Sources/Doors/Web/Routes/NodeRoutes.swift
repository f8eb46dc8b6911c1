import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import Workflow

/// DICOM peers: `/api/v1/nodes`.
struct NodeRoutes: Sendable {
  let administration: Administration
  let probe: NodeProbe
  let traffic: TrafficProjection

  struct Body: Codable, Sendable {
    var aeTitle: String
    var host: String
    var port: Int
    /// "main" when absent.
    var site: String?
    /// `technologist` when absent.
    var roles: [Role]?
    /// The TLS credential that it is called with.
    var tls: String?
    /// The SHA-256 of the certificate it must show.
    var certificate: String?
    /// Whether the configuration names it, so that it cannot be removed here; only in lists.
    var configured: Bool?
    /// When it last sent something, if that was in the last week, and how much it sent in the last day; only in lists.
    var lastSeen: String?
    var instancesToday: Int?

    init(_ node: Node, isConfigured: Bool? = nil, _ flows: [Traffic.Flow]? = nil) {
      aeTitle = node.aeTitle
      host = node.host
      port = node.port
      site = node.site.value
      roles = node.roles.sorted { $0.rawValue < $1.rawValue }
      tls = node.tls
      certificate = node.certificate
      configured = isConfigured
      lastSeen = flows?.map(\.lastSeen).max()?.rfc3339
      instancesToday = flows?.reduce(0) { $0 + $1.hours.values.reduce(0) { $0 + $1.instances } }
    }

    var node: Node {
      Node(
        aeTitle: aeTitle, host: host, port: port, site: site.map(SiteID.init) ?? .main,
        roles: roles.map(Set.init) ?? [.technologist], tls: tls, certificate: certificate)
    }
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("nodes", use: list)
    router.post("nodes", use: save)
    router.delete("nodes/{aet}", use: remove)
    router.post("nodes/{aet}/echo", use: echo)
    router.post("nodes/{aet}/test-image", use: sendTestImage)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let nodes = try await administration.nodes(as: principal)
    let flows = try await traffic.present().flows.filter { principal.sites.includes($0.key.site) }
    let byName = Dictionary(grouping: flows) { $0.key.name }.mapValues { $0.map(\.value) }
    return try Response.json(
      nodes.map {
        Body($0, isConfigured: administration.isConfigured($0) ? true : nil, byName[$0.aeTitle])
      }, context: context)
  }

  @Sendable func save(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let node = try await request.json(as: Body.self).node
    try await administration.saveNode(node, as: principal)
    return try Response.json(Body(node), status: .created, context: context)
  }

  @Sendable func remove(_ request: Request, _ context: WebContext) async throws -> Response {
    let title = context.parameters.get("aet")?.removingPercentEncoding ?? ""
    try await administration.removeNode(aeTitle: title, as: context.signedIn())
    return Response(status: .noContent)
  }

  struct TestImageAnswer: Encodable, Sendable {
    var sent: Bool
    /// Its SOP Instance UID.
    var instance: String?
    /// Why not.
    var reason: String?
  }

  @Sendable func echo(_ request: Request, _ context: WebContext) async throws -> Response {
    let node = try await administration.node(context.pathName("aet"), for: "echo sent", as: context.signedIn())
    do {
      try await probe.echo(node)
      return try Response.json(DestinationRoutes.Echo(reachable: true), context: context)
    } catch let failure as DestinationFailure {
      return try Response.json(DestinationRoutes.Echo(reachable: false, reason: failure.reason), context: context)
    }
  }

  @Sendable func sendTestImage(_ request: Request, _ context: WebContext) async throws -> Response {
    let node = try await administration.node(context.pathName("aet"), for: "test image sent", as: context.signedIn())
    do {
      let instance = try await probe.sendTestImage(node)
      return try Response.json(TestImageAnswer(sent: true, instance: instance), context: context)
    } catch let failure as DestinationFailure {
      return try Response.json(TestImageAnswer(sent: false, reason: failure.reason), context: context)
    }
  }
}
