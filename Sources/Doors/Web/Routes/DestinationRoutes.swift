import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import Workflow

/// Where studies can be sent: `/api/v1/destinations`.
struct DestinationRoutes: Sendable {
  let forwarding: Forwarding

  enum Kind: String, Codable, Sendable {
    case dimse
    case dicomweb
  }

  /// `dimse` has `node`, or `aeTitle`, `host` and `port`; `dicomweb` has `url` and may have `token`.
  struct Asked: Decodable, Sendable {
    var name: String?
    var kind: Kind
    var node: String?
    var aeTitle: String?
    var host: String?
    var port: Int?
    var url: String?
    var token: String?

    func record(named path: String? = nil) throws(ProblemDetails) -> DestinationRecord {
      guard let name = path ?? name else { throw .badRequest("the body lacks \"name\"") }
      var secret: BearerToken?
      if let token {
        guard kind == .dicomweb else { throw .badRequest("only a DICOMweb service takes a token") }
        guard let given = BearerToken(token) else { throw .badRequest("this cannot be a bearer token") }
        secret = given
      }
      return DestinationRecord(name: name, address: try address, token: secret)
    }

    private var address: DestinationRecord.Address {
      get throws(ProblemDetails) {
        switch (kind, node, aeTitle, host, port, url) {
        case (.dimse, let node?, nil, nil, nil, nil): return .node(aeTitle: node)
        case (.dimse, nil, let aeTitle?, let host?, let port?, nil):
          return .dimse(aeTitle: aeTitle, host: host, port: port)
        case (.dicomweb, nil, nil, nil, nil, let url?): return .dicomweb(url: url)
        case (.dimse, _, _, _, _, _): throw .badRequest("dimse has \"node\", or \"aeTitle\", \"host\" and \"port\"")
        case (.dicomweb, _, _, _, _, _): throw .badRequest("dicomweb has \"url\" and may have \"token\"")
        }
      }
    }
  }

  struct Answer: Encodable, Sendable {
    var name: String
    var kind: Kind
    var node: String?
    var aeTitle: String?
    var host: String?
    var port: Int?
    var url: String?
    /// Whether there is one; never what it is.
    var hasToken: Bool?

    init(_ record: DestinationRecord) {
      name = record.name
      switch record.address {
      case .dimse(let aeTitle, let host, let port):
        kind = .dimse
        self.aeTitle = aeTitle
        self.host = host
        self.port = port
      case .node(let aeTitle):
        kind = .dimse
        node = aeTitle
      case .dicomweb(let url):
        kind = .dicomweb
        self.url = url
        hasToken = record.token != nil
      }
    }
  }

  struct Echo: Encodable, Sendable {
    var reachable: Bool
    /// Why not.
    var reason: String?
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("destinations", use: list)
    router.post("destinations", use: create)
    router.put("destinations/{name}", use: replace)
    router.delete("destinations/{name}", use: remove)
    router.post("destinations/{name}/echo", use: echo)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let records = try await forwarding.destinations(as: context.signedIn())
    return try Response.json(records.map(Answer.init), context: context)
  }

  @Sendable func create(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let record = try await request.json(as: Asked.self).record()
    return try Response.json(
      Answer(try await forwarding.saveDestination(record, replacing: false, as: principal)), status: .created,
      context: context)
  }

  @Sendable func replace(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let record = try await request.json(as: Asked.self).record(named: context.pathName("name"))
    return try Response.json(
      Answer(try await forwarding.saveDestination(record, replacing: true, as: principal)), context: context)
  }

  @Sendable func remove(_ request: Request, _ context: WebContext) async throws -> Response {
    try await forwarding.removeDestination(context.pathName("name"), as: context.signedIn())
    return Response(status: .noContent)
  }

  @Sendable func echo(_ request: Request, _ context: WebContext) async throws -> Response {
    let reason = try await forwarding.echo(context.pathName("name"), as: context.signedIn())
    return try Response.json(Echo(reachable: reason == nil, reason: reason), context: context)
  }
}

extension WebContext {
  /// A name in the path.
  func pathName(_ parameter: String) -> String { parameters.get(parameter)?.removingPercentEncoding ?? "" }
}
