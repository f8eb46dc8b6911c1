/// The administrator's work on accounts, tokens, nodes and the audit: each call asks the policy, and a
/// change is in the audit before it is made: one that fails afterwards was at least wanted by somebody.
///
/// Nobody can give away more sites than they have, nor touch what belongs to sites that they have not.
public struct Administration: Sendable {
  /// Audit records in one answer.
  public static let auditLimit = 1000
  /// Accounts, tokens and nodes that there may be, each.
  public static let entryLimit = 10_000

  private let accounts: any Accounts
  private let audit: any AuditTrail
  private let environment: Environment
  private let policy: AccessPolicy
  private let directory: NodeDirectory
  private let work: PasswordWork
  private let cost: PasswordHash.Cost

  /// - Parameters:
  ///   - directory: knows the configured nodes too; left out, there are none.
  ///   - work: the same as sign-in's, so that both share its bounds.
  public init(
    accounts: any Accounts, audit: any AuditTrail, environment: Environment, policy: AccessPolicy = AccessPolicy(),
    directory: NodeDirectory? = nil, work: PasswordWork = PasswordWork(), cost: PasswordHash.Cost = .standard
  ) {
    self.accounts = accounts
    self.directory = directory ?? NodeDirectory(accounts: accounts)
    self.audit = audit
    self.environment = environment
    self.policy = policy
    self.work = work
    self.cost = cost
  }

  // MARK: Accounts

  public func accounts(as principal: Principal) async throws -> [Account] {
    try await require(.administer, of: principal, object: "accounts")
    return try await accounts.accounts().filter { $0.sites.isWithin(principal.sites) }
  }

  /// Makes an account, or changes one: its sessions end then.
  ///
  /// - Parameter password: left out, an account keeps the one it has.
  /// - Throws: `ArchiveError` `.badRequest` for a new account without a password.
  public func saveAccount(
    named name: String, password: String?, roles: Set<Role>, sites: Principal.Sites, as principal: Principal
  ) async throws {
    try await requireGrant(name, sites, by: principal)
    let present = try await accounts.account(named: name)
    try await requireOwn(present?.sites, name, by: principal)
    if principal.kind == .person, principal.name == name, !roles.contains(.administrator) {
      throw ArchiveError(.badRequest, "administrators cannot take the role from themselves")
    }
    if present == nil { try await requireRoom(accounts.accounts().count) }
    let hash: String
    if let password {
      hash = try await work.hash(password, salt: environment.salt(), cost: cost).description
    } else if let present {
      hash = present.passwordHash
    } else {
      throw ArchiveError(.badRequest, "a new account needs a password")
    }
    try await note(
      principal, name,
      present == nil ? "account created" : password == nil ? "account changed" : "account changed, with a new password")
    try await accounts.save(Account(name: name, passwordHash: hash, roles: roles, sites: sites))
    try await accounts.removeSessions(of: name)
  }

  /// Forgets an account and ends its sessions.
  ///
  /// - Throws: `ArchiveError` `.notFound`; `.badRequest` for one's own: the last administrator would be gone.
  public func removeAccount(named name: String, as principal: Principal) async throws {
    try await require(.administer, of: principal, object: "accounts")
    guard let present = try await accounts.account(named: name), present.sites.isWithin(principal.sites) else {
      throw ArchiveError(.notFound, "there is no such account")
    }
    if principal.kind == .person, principal.name == name {
      throw ArchiveError(.badRequest, "nobody can remove their own account")
    }
    try await note(principal, name, "account removed")
    try await accounts.removeAccount(named: name)
    try await accounts.removeSessions(of: name)
  }

  // MARK: Tokens

  public func tokens(as principal: Principal) async throws -> [ServiceToken] {
    try await require(.administer, of: principal, object: "tokens")
    return try await accounts.tokens().filter { $0.sites.isWithin(principal.sites) }
  }

  /// Makes a token. Its text is in the answer and is not kept.
  ///
  /// - Throws: `ArchiveError` `.badRequest` when there is one of that name: a token in use is not replaced by mistake.
  public func createToken(
    named name: String, roles: Set<Role>, sites: Principal.Sites, as principal: Principal
  ) async throws -> Secret {
    try await requireGrant(name, sites, by: principal)
    let present = try await accounts.tokens()
    guard !present.contains(where: { $0.name == name }) else {
      throw ArchiveError(.badRequest, "there is a token named \(name)")
    }
    try requireRoom(present.count)
    let secret = Secret(environment)
    try await note(principal, name, "token created")
    try await accounts.save(ServiceToken(name: name, hash: secret.hash, roles: roles, sites: sites))
    return secret
  }

  /// - Throws: `ArchiveError` `.notFound`.
  public func removeToken(named name: String, as principal: Principal) async throws {
    try await require(.administer, of: principal, object: "tokens")
    guard
      try await accounts.tokens().contains(where: { $0.name == name && $0.sites.isWithin(principal.sites) })
    else { throw ArchiveError(.notFound, "there is no such token") }
    try await note(principal, name, "token removed")
    try await accounts.removeToken(named: name)
  }

  // MARK: Nodes

  /// Configured and stored nodes. Only the stored ones can be replaced and removed here.
  public func nodes(as principal: Principal) async throws -> [Node] {
    try await require(.administer, of: principal, object: "nodes")
    return try await directory.nodes().filter { principal.sites.includes($0.site) }
  }

  /// Whether a node is the configuration's, and not to be changed here.
  public func isConfigured(_ node: Node) -> Bool { directory.isConfigured(node) }

  /// Adds or replaces a node.
  ///
  /// - Throws: `ArchiveError` `.badRequest` for a title, host or port that cannot be.
  public func saveNode(_ node: Node, as principal: Principal) async throws {
    try await require(.administer, of: principal, object: "nodes")
    guard let title = ApplicationEntityTitle.normalized(node.aeTitle), title == node.aeTitle else {
      throw ArchiveError(.badRequest, "an AE title has 1 to 16 printable characters and no backslash (PS3.5 §6.2)")
    }
    guard Self.isPlausibleHost(node.host) else { throw ArchiveError(.badRequest, "this is not a host name or address") }
    guard (1...65535).contains(node.port) else { throw ArchiveError(.badRequest, "a port is a number from 1 to 65535") }
    guard node.tls.map(AccessName.isAcceptable) ?? true else {
      throw ArchiveError(.badRequest, "this is no name of a TLS credential")
    }
    guard node.certificate.map(Self.isFingerprint) ?? true else {
      throw ArchiveError(.badRequest, "a certificate is named by its SHA-256 in 64 small hexadecimal digits")
    }
    try await requireGrant(title, .only([node.site]), by: principal, isTitle: true)
    let present = try await accounts.nodes()
    let former = present.first { $0.aeTitle == title }
    try await requireOwn(former.map { .only([$0.site]) }, title, by: principal)
    if former == nil { try requireRoom(present.count) }
    try await note(principal, title, former == nil ? "node added" : "node replaced")
    try await accounts.save(node)
  }

  /// SHA-256 as 64 small hexadecimal digits.
  public static func isFingerprint(_ text: String) -> Bool {
    text.utf8.count == 64 && text.allSatisfy { $0.isHexDigit && $0.isASCII && !$0.isUppercase }
  }

  /// - Throws: `ArchiveError` `.notFound`.
  public func removeNode(aeTitle: String, as principal: Principal) async throws {
    try await require(.administer, of: principal, object: "nodes")
    guard
      let node = try await accounts.nodes().first(where: { $0.aeTitle == aeTitle && principal.sites.includes($0.site) })
    else { throw ArchiveError(.notFound, "there is no such node") }
    try await note(principal, node.aeTitle, "node removed")
    try await accounts.removeNode(aeTitle: node.aeTitle)
  }

  /// The node of a title, for an administrator who is about to try the way to it.
  ///
  /// - Parameter attempt: what is done, for the audit.
  /// - Throws: `ArchiveError` `.notFound`.
  public func node(_ aeTitle: String, for attempt: String, as principal: Principal) async throws -> Node {
    guard let node = try await nodes(as: principal).first(where: { $0.aeTitle == aeTitle }) else {
      throw ArchiveError(.notFound, "there is no such node")
    }
    try await note(principal, node.aeTitle, attempt)
    return node
  }

  // MARK: Configuration

  /// Asks whether the configuration may be read again, and notes that it is.
  public func noteReload(as principal: Principal) async throws {
    try await require(.administer, of: principal, object: "configuration")
    guard principal.sites == .all else { throw ArchiveError(.forbidden, "the configuration is every site's") }
    try await note(principal, "configuration", "read again")
  }

  // MARK: Audit

  /// What matches, newest first, at most `auditLimit`.
  public func auditEntries(
    _ question: AuditQuestion, limit: Int, as principal: Principal
  ) async throws -> [AuditEntry] {
    try await requireAudit(principal)
    return try await audit.entries(question, limit: max(0, min(limit, Self.auditLimit)))
  }

  /// Newest first, at most `auditLimit`.
  public func auditRecords(limit: Int, as principal: Principal) async throws -> [AuditRecord] {
    try await requireAudit(principal)
    return try await audit.records(limit: max(0, min(limit, Self.auditLimit)))
  }

  public func verifyAudit(as principal: Principal) async throws -> [AuditFinding] {
    try await requireAudit(principal)
    return try await audit.verify()
  }

  /// - Throws: `ArchiveError` `.forbidden` when the principal may not read the server's figures.
  public func requireMetrics(as principal: Principal) async throws {
    try await require(.readMetrics, of: principal, object: "metrics")
    guard principal.sites == .all else { throw ArchiveError(.forbidden, "the figures speak of every site") }
  }

  // MARK: Asking

  /// The audit speaks of every site.
  private func requireAudit(_ principal: Principal) async throws {
    try await require(.readAudit, of: principal, object: "audit")
    guard principal.sites == .all else { throw ArchiveError(.forbidden, "the audit speaks of every site") }
  }

  private func require(_ operation: Operation, of principal: Principal, object: String) async throws {
    do {
      try policy.require(operation, of: principal)
    } catch {
      try await audit.write(
        AuditRecord(
          at: environment.now(), action: .refused, principal: principal.label, object: object, count: 0,
          detail: operation.rawValue))
      throw error
    }
  }

  private func requireGrant(
    _ name: String, _ sites: Principal.Sites, by principal: Principal, isTitle: Bool = false
  ) async throws {
    try await require(.administer, of: principal, object: isTitle || AccessName.isAcceptable(name) ? name : "name")
    guard isTitle || AccessName.isAcceptable(name) else {
      throw ArchiveError(
        .badRequest, "a name has 1 to \(AccessName.lengthLimit) letters, digits or . _ - @")
    }
    if case .only(let named) = sites {
      guard named.count <= Self.entryLimit, named.allSatisfy({ AccessName.isAcceptable($0.value) }) else {
        throw ArchiveError(
          .badRequest, "a site's name has 1 to \(AccessName.siteLengthLimit) letters, digits or . _ - @")
      }
    }
    guard sites.isWithin(principal.sites) else { throw ArchiveError(.forbidden, "these sites are not yours to give") }
  }

  private func requireOwn(_ sites: Principal.Sites?, _ name: String, by principal: Principal) async throws {
    guard let sites, !sites.isWithin(principal.sites) else { return }
    throw ArchiveError(.forbidden, "\(name) belongs to other sites")
  }

  private func requireRoom(_ count: Int) throws {
    guard count < Self.entryLimit else {
      throw ArchiveError(.limitExceeded, "there may be \(Self.entryLimit) of these")
    }
  }

  private func note(_ principal: Principal, _ object: String, _ detail: String) async throws {
    try await audit.write(
      AuditRecord(
        at: environment.now(), action: .administer, principal: principal.label, object: object, count: 1,
        detail: detail))
  }

  private static func isPlausibleHost(_ host: String) -> Bool {
    (1...253).contains(host.utf8.count)
      && host.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

extension Principal.Sites {
  /// Whether all of these are among the others.
  public func isWithin(_ others: Principal.Sites) -> Bool {
    switch (self, others) {
    case (_, .all): true
    case (.all, .only): false
    case (.only(let mine), .only(let theirs)): mine.isSubset(of: theirs)
    }
  }
}
