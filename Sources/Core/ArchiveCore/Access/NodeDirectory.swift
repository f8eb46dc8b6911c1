import Synchronization

/// Which DICOM peers may call us, and as whom (PS3.8 §7.1.1: Calling AE Title).
///
/// A title proves little; together with the address it says where images come from. A node sees its own site only.
public struct NodeDirectory: Sendable {
  /// A caller we know, or one that open mode lets in.
  public struct Caller: Hashable, Sendable {
    public var principal: Principal
    public var site: SiteID
    /// What is agreed with the node; the ordinary for a stranger.
    public var exchange: NodeExchange

    public init(principal: Principal, site: SiteID, exchange: NodeExchange = NodeExchange()) {
      self.principal = principal
      self.site = site
      self.exchange = exchange
    }
  }

  /// What the transport connection of a caller proves.
  public struct CallerTransport: Hashable, Sendable {
    public var isSecure: Bool
    /// SHA-256 of the certificate it has shown, in small hexadecimal digits.
    public var certificate: String?

    public init(isSecure: Bool, certificate: String? = nil) {
      self.isSecure = isSecure
      self.certificate = certificate
    }
  }

  private let accounts: any Accounts
  private let named: NamedNodes
  private var configured: [Node] { named.nodes }
  private let isOpen: Bool
  private let names: HostNames

  /// - Parameters:
  ///   - configured: nodes that the configuration names; they stand before stored ones of the same title.
  ///   - isOpen: any title is let in (`--open`).
  ///   - names: what nodes' hosts that are no addresses stand for.
  public init(
    accounts: any Accounts, configured: [Node] = [], isOpen: Bool = false, names: HostNames = .none
  ) {
    self.names = names
    self.accounts = accounts
    named = NamedNodes(configured)
    self.isOpen = isOpen
  }

  /// Puts others in the place of the nodes that the configuration names: for every copy of this directory, from the
  /// next association on.
  public func configure(_ nodes: [Node]) { named.nodes = nodes }

  /// The caller behind a title, or `nil`: refuse the association (PS3.8 §9.3.4, calling AE title not recognized).
  ///
  /// - Parameters:
  ///   - host: the caller's address, when it must be the node's too; `nil` leaves it unchecked.
  ///   - transport: the same of TLS and the certificate that the node must show.
  public func caller(
    aeTitle: String, host: String? = nil, over transport: CallerTransport? = nil
  ) async throws -> Caller? {
    guard let title = ApplicationEntityTitle.normalized(aeTitle) else { return nil }
    if let node = try await node(aeTitle: title) {
      if let host, !isOpen {
        guard let address = NetworkAddress(host), await names.isHost(node.host, at: address) else { return nil }
      }
      if let transport, !isOpen, !node.mayCall(over: transport) { return nil }
      let principal = Principal(
        kind: .node, name: title, roles: node.roles,
        sites: isOpen && node.exchange?.sites == nil ? .all : .only(Set(node.exchange?.sites ?? [node.site])))
      return Caller(principal: principal, site: node.site, exchange: node.exchange ?? NodeExchange())
    }
    guard isOpen else { return nil }
    return Caller(
      principal: Principal(kind: .node, name: title, roles: [.technologist], sites: .all), site: .main)
  }

  /// The node of that title: where to send to (C-MOVE destination, PS3.4 §C.4.2.1.4).
  public func node(aeTitle: String) async throws -> Node? {
    guard let title = ApplicationEntityTitle.normalized(aeTitle) else { return nil }
    if let node = configured.first(where: { $0.aeTitle == title }) { return node }
    return try await accounts.nodes().first { $0.aeTitle == title }
  }

  /// The archives that are asked too.
  public func archivesAskedToo() -> [Node] { configured.filter { $0.exchange?.isAskedToo == true } }

  /// Whether the configuration names a node, so that nobody can remove it but whoever writes that.
  public func isConfigured(_ node: Node) -> Bool { configured.contains { $0.aeTitle == node.aeTitle } }

  /// Every node there is, configured ones first.
  public func nodes() async throws -> [Node] {
    let titles = Set(configured.map(\.aeTitle))
    return try await configured + accounts.nodes().filter { !titles.contains($0.aeTitle) }
  }

  /// The calling titles that DCMTK's tools use unless told otherwise; `isocenter serve` on loopback knows them.
  public static let customaryCallers: [Node] = [
    "STORESCU", "ECHOSCU", "FINDSCU", "MOVESCU", "GETSCU", "DCMSEND", "STORESCP",
  ].map {
    Node(aeTitle: $0, host: "127.0.0.1", port: 11113, site: .main)
  }
}

extension Node {
  /// Whether a connection is as secure as calls of this node must be.
  public func mayCall(over transport: NodeDirectory.CallerTransport) -> Bool {
    guard tls == nil || transport.isSecure else { return false }
    return certificate == nil || transport.certificate == certificate
  }
}

/// The nodes of the configuration, which is read again now and then.
private final class NamedNodes: Sendable {
  private let state: Mutex<[Node]>
  init(_ nodes: [Node]) { state = Mutex(nodes) }

  var nodes: [Node] {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
