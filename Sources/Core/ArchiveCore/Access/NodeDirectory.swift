/// Which DICOM peers may call us, and as whom (PS3.8 §7.1.1: Calling AE Title).
///
/// A title proves little; together with the address it says where images come from. A node sees its own site only.
public struct NodeDirectory: Sendable {
  /// A caller we know, or one that open mode lets in.
  public struct Caller: Hashable, Sendable {
    public var principal: Principal
    public var site: SiteID

    public init(principal: Principal, site: SiteID) {
      self.principal = principal
      self.site = site
    }
  }

  private let accounts: any Accounts
  private let configured: [Node]
  private let isOpen: Bool

  /// - Parameters:
  ///   - configured: nodes that the configuration names; they stand before stored ones of the same title.
  ///   - isOpen: any title is let in (`--open`).
  public init(accounts: any Accounts, configured: [Node] = [], isOpen: Bool = false) {
    self.accounts = accounts
    self.configured = configured
    self.isOpen = isOpen
  }

  /// The caller behind a title, or `nil`: refuse the association (PS3.8 §9.3.4, calling AE title not recognized).
  ///
  /// - Parameter host: the caller's address, when it must be the node's too; `nil` leaves it unchecked.
  public func caller(aeTitle: String, host: String? = nil) async throws -> Caller? {
    guard let title = ApplicationEntityTitle.normalized(aeTitle) else { return nil }
    if let node = try await node(aeTitle: title) {
      if let host, !isOpen, !Self.isSameHost(host, node.host) { return nil }
      let principal = Principal(
        kind: .node, name: title, roles: node.roles, sites: isOpen ? .all : .only([node.site]))
      return Caller(principal: principal, site: node.site)
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

  /// Addresses as text; the names of the machine itself are one, and an IPv4 address inside IPv6 is that IPv4 address.
  static func isSameHost(_ left: String, _ right: String) -> Bool { canonical(left) == canonical(right) }

  private static func canonical(_ host: String) -> String {
    var text = host.lowercased()
    if text.hasPrefix("::ffff:"), text.contains(".") { text.removeFirst(7) }
    return ["localhost", "::1", "127.0.0.1"].contains(text) ? "localhost" : text
  }
}
