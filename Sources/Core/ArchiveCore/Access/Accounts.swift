/// The people, services and machines that may come in.
public protocol Accounts: Sendable {
  func account(named name: String) async throws -> Account?
  func save(_ account: Account) async throws
  func accounts() async throws -> [Account]

  func token(hash: [UInt8]) async throws -> ServiceToken?
  func save(_ token: ServiceToken) async throws
  func removeToken(named name: String) async throws

  func session(hash: [UInt8]) async throws -> SignInSession?
  func save(_ session: SignInSession) async throws
  func removeSession(hash: [UInt8]) async throws

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
  public var expires: Instant

  public init(hash: [UInt8], account: String, expires: Instant) {
    self.hash = hash
    self.account = account
    self.expires = expires
  }
}

/// A DICOM peer: an application entity that may call us or be called (PS3.8 §7.1).
public struct Node: Hashable, Sendable, Codable {
  public var aeTitle: String
  public var host: String
  public var port: Int
  public var site: SiteID
  public var roles: Set<Role>

  public init(aeTitle: String, host: String, port: Int, site: SiteID, roles: Set<Role> = [.technologist]) {
    self.aeTitle = aeTitle
    self.host = host
    self.port = port
    self.site = site
    self.roles = roles
  }
}
