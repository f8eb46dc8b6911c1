/// The people, services and machines that may come in.
///
/// Every `save` adds or replaces the one thing of that name (of that hash, for a session) and is on stable storage when
/// it returns; removing what is not there is harmless. Names are compared exactly.
public protocol Accounts: Sendable {
  func account(named name: String) async throws -> Account?
  func save(_ account: Account) async throws
  func accounts() async throws -> [Account]
  /// Forgets an account; its sessions are somebody else's to end.
  func removeAccount(named name: String) async throws

  func token(hash: [UInt8]) async throws -> ServiceToken?
  /// Every token, by name.
  func tokens() async throws -> [ServiceToken]
  func save(_ token: ServiceToken) async throws
  func removeToken(named name: String) async throws

  func session(hash: [UInt8]) async throws -> SignInSession?
  func save(_ session: SignInSession) async throws
  /// Moves `expires` of a session that is still there; one that has been removed meanwhile stays removed.
  func prolongSession(hash: [UInt8], until expires: Instant) async throws
  func removeSession(hash: [UInt8]) async throws
  /// Ends every session of an account.
  func removeSessions(of account: String) async throws
  /// Forgets the sessions whose `expires` is at or before the moment.
  func removeSessions(expiredBy moment: Instant) async throws

  /// Every node, by AE title.
  func nodes() async throws -> [Node]
  func save(_ node: Node) async throws
  func removeNode(aeTitle: String) async throws
}

/// A person's account.
public struct Account: Hashable, Sendable {
  public var name: String
  /// scrypt, in the form `PasswordHash` writes.
  public var passwordHash: String
  public var roles: Set<Role>
  public var sites: Principal.Sites

  public init(name: String, passwordHash: String, roles: Set<Role>, sites: Principal.Sites) {
    self.name = name
    self.passwordHash = passwordHash
    self.roles = roles
    self.sites = sites
  }
}

/// A service's token, known by its SHA-256 only.
public struct ServiceToken: Hashable, Sendable {
  public var name: String
  public var hash: [UInt8]
  public var roles: Set<Role>
  public var sites: Principal.Sites

  public init(name: String, hash: [UInt8], roles: Set<Role>, sites: Principal.Sites) {
    self.name = name
    self.hash = hash
    self.roles = roles
    self.sites = sites
  }
}

/// A signed-in person's session, known by the SHA-256 of its cookie only.
public struct SignInSession: Hashable, Sendable {
  public var hash: [UInt8]
  public var account: String
  /// When it ends unless it is used; use moves it on, never behind `ends`.
  public var expires: Instant
  /// When it ends however much it is used.
  public var ends: Instant

  /// - Parameter ends: left out, the session cannot be prolonged.
  public init(hash: [UInt8], account: String, expires: Instant, ends: Instant? = nil) {
    self.hash = hash
    self.account = account
    self.expires = expires
    self.ends = ends ?? expires
  }
}

/// A DICOM peer: an application entity that may call us or be called (PS3.8 §7.1).
public struct Node: Hashable, Sendable, Codable {
  public var aeTitle: String
  public var host: String
  public var port: Int
  public var site: SiteID
  public var roles: Set<Role>
  /// Transfer Syntax UIDs that it is sent instances in, best first; without them what is stored comes first. Of the
  /// configuration only.
  public var transferSyntaxes: [String]?
  /// The credential of the configuration that it is called with over TLS (PS3.15 §B.12), by name; without one it is called
  /// without TLS. A node that has one is let in over TLS only.
  public var tls: String?
  /// SHA-256, in small hexadecimal digits, of the certificate that it must show when it calls.
  public var certificate: String?

  /// The credential that the listener has itself.
  public static let defaultCredential = "default"
  /// `nil` for a node that nothing particular is said of.
  public var exchange: NodeExchange?

  public init(
    aeTitle: String, host: String, port: Int, site: SiteID, roles: Set<Role> = [.technologist],
    transferSyntaxes: [String]? = nil, tls: String? = nil, certificate: String? = nil
  ) {
    self.tls = tls
    self.certificate = certificate
    self.aeTitle = aeTitle
    self.host = host
    self.port = port
    self.site = site
    self.roles = roles
    self.transferSyntaxes = transferSyntaxes
  }
}
