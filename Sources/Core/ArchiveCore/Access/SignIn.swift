/// Who somebody is, from what they present: a name with a password, a session's cookie, or a service's token.
///
/// Guessing is slowed per account and per address; a name that does not exist costs the same work as a wrong password
/// and gets the same answer. Every sign-in, refused or not, is audited before it is answered.
public actor SignIn {
  /// How long a session lasts.
  public struct SessionLimits: Sendable {
    /// Without a request.
    public var idle: Duration
    /// At most.
    public var absolute: Duration
    /// How much a session must have aged before a request writes its new end: not every request is a write.
    public var prolongAfter: Duration

    public init(
      idle: Duration = .seconds(3600), absolute: Duration = .seconds(12 * 3600), prolongAfter: Duration = .seconds(60)
    ) {
      self.idle = idle
      self.absolute = absolute
      self.prolongAfter = prolongAfter
    }
  }

  /// A session just begun. The secret is in here and nowhere else.
  public struct Beginning: Sendable {
    public var secret: Secret
    public var visit: Visit
  }

  /// A person who is signed in.
  public struct Visit: Hashable, Sendable {
    public var principal: Principal
    /// When the session ends at the latest.
    public var ends: Instant
  }

  /// The account that the first start makes.
  public static let firstAccount = "admin"

  private let accounts: any Accounts
  private let audit: any AuditTrail
  private let environment: Environment
  private let limits: SessionLimits
  private let work: PasswordWork
  private let cost: PasswordHash.Cost
  private var byAccount: AttemptThrottle
  private var byAddress: AttemptThrottle

  public init(
    accounts: any Accounts, audit: any AuditTrail, environment: Environment, limits: SessionLimits = SessionLimits(),
    work: PasswordWork = PasswordWork(), cost: PasswordHash.Cost = .standard
  ) {
    self.accounts = accounts
    self.audit = audit
    self.environment = environment
    self.limits = limits
    self.work = work
    self.cost = cost
    byAccount = AttemptThrottle(.account)
    byAddress = AttemptThrottle(.address)
  }

  /// Makes the administrator's account when there is no account at all.
  ///
  /// - Returns: the generated password, to be shown once; `nil` when there are accounts.
  public nonisolated func prepareFirstStart() async throws -> Secret? {
    guard try await accounts.accounts().isEmpty else { return nil }
    let password = Secret(environment)
    let hash = try await work.hash(password.text, salt: environment.salt(), cost: cost)
    try await note(.administer, "system:first start", Self.firstAccount, "account created")
    try await accounts.save(
      Account(name: Self.firstAccount, passwordHash: hash.description, roles: [.administrator], sites: .all))
    return password
  }

  /// Signs somebody in.
  ///
  /// - Parameter address: where the attempt comes from, as far as guessing is concerned.
  /// - Throws: `SignInRefusal`; `ArchiveError` `.unavailable` when there is too much to do or the audit cannot be written.
  public func signIn(name: String, password: String, from address: String) async throws -> Beginning {
    try await begin(try await proven(name: name, password: password, from: address), from: address)
  }

  /// Who somebody is that wants no session: the user of an association (PS3.7 §D.3.3.7). Guessing is slowed and everything
  /// audited as for `signIn`.
  ///
  /// - Throws: as `signIn` does.
  public func identify(name: String, password: String, from address: String) async throws -> Principal {
    let account = try await proven(name: name, password: password, from: address)
    try await note(.signIn, "person:\(account.name)", account.name, "from \(address)")
    return account.principal
  }

  /// Somebody who has been identified already, with the roles and sites the account has now; `nil` when it is gone.
  public nonisolated func principal(ofAccount name: String) async throws -> Principal? {
    AccessName.isAcceptable(name) ? try await accounts.account(named: name)?.principal : nil
  }

  private func proven(name: String, password: String, from address: String) async throws -> Account {
    let now = environment.now()
    // Names that cannot exist share one key, so that inventing them fills no table.
    let key = AccessName.isAcceptable(name) ? name : ""
    let waits = [byAccount.wait(for: key, at: now), byAddress.wait(for: address, at: now)].compactMap { $0 }
    if let wait = waits.max() { throw SignInRefusal.tooManyAttempts(retryAfter: wait) }
    byAccount.begin(key, at: now)
    byAddress.begin(address, at: now)

    let account: Account?
    do {
      account = try await verified(name: name, password: password)
    } catch {
      byAccount.takeBack(key)
      byAddress.takeBack(address)
      throw error
    }
    guard let account else {
      let known = try await accounts.account(named: key) != nil
      // A name nobody has may be a password typed into the wrong field: it is not written down.
      try await note(.signInRefused, "person:\(known ? key : "unknown")", known ? key : "unknown", "from \(address)")
      throw SignInRefusal.wrongNameOrPassword
    }
    byAccount.forgive(key)
    byAddress.takeBack(address)
    return account
  }

  /// Ends a session; harmless when there is none.
  public nonisolated func signOut(session text: String) async throws {
    guard let secret = Secret(presented: text), let session = try await accounts.session(hash: secret.hash) else {
      return
    }
    try await accounts.removeSession(hash: session.hash)
    try await note(.signOut, "person:\(session.account)", session.account, "")
  }

  /// The person whose session this is, with the roles and sites the account has now; `nil` when it has ended.
  public nonisolated func visit(session text: String) async throws -> Visit? {
    guard let secret = Secret(presented: text), let session = try await accounts.session(hash: secret.hash) else {
      return nil
    }
    let now = environment.now()
    guard session.expires > now, session.ends > now, let account = try await accounts.account(named: session.account)
    else {
      try await accounts.removeSession(hash: session.hash)
      return nil
    }
    let expires = min(now.adding(limits.idle), session.ends)
    if session.expires.adding(limits.prolongAfter) <= expires {
      try await accounts.prolongSession(hash: session.hash, until: expires)
    }
    return Visit(principal: account.principal, ends: session.ends)
  }

  /// The person whose session this is.
  public nonisolated func principal(forSession text: String) async throws -> Principal? {
    try await visit(session: text)?.principal
  }

  /// The service whose token this is.
  public nonisolated func principal(forToken text: String) async throws -> Principal? {
    guard let secret = Secret(presented: text), let token = try await accounts.token(hash: secret.hash) else {
      return nil
    }
    return Principal(kind: .token, name: token.name, roles: token.roles, sites: token.sites)
  }

  private nonisolated func verified(name: String, password: String) async throws -> Account? {
    let account = AccessName.isAcceptable(name) ? try await accounts.account(named: name) : nil
    let kept = account.flatMap { PasswordHash($0.passwordHash) }
    let matches = try await work.verify(password, against: kept ?? .decoy(cost: cost))
    return matches && kept != nil ? account : nil
  }

  private nonisolated func begin(_ account: Account, from address: String) async throws -> Beginning {
    let now = environment.now()
    let secret = Secret(environment)
    let ends = now.adding(limits.absolute)
    try await accounts.removeSessions(expiredBy: now)
    try await accounts.save(
      SignInSession(
        hash: secret.hash, account: account.name, expires: min(now.adding(limits.idle), ends), ends: ends))
    // The password may have been changed while it was being checked; whoever changes it ends the sessions afterwards.
    guard try await accounts.account(named: account.name)?.passwordHash == account.passwordHash else {
      try await accounts.removeSession(hash: secret.hash)
      throw SignInRefusal.wrongNameOrPassword
    }
    do {
      try await note(.signIn, "person:\(account.name)", account.name, "from \(address)")
    } catch {
      try await accounts.removeSession(hash: secret.hash)
      throw error
    }
    return Beginning(secret: secret, visit: Visit(principal: account.principal, ends: ends))
  }

  private nonisolated func note(_ action: AuditRecord.Action, _ principal: String, _ object: String, _ detail: String)
    async throws
  {
    try await audit.write(
      AuditRecord(
        at: environment.now(), action: action, principal: principal, object: object, count: 1, detail: detail))
  }
}

/// Why a sign-in was refused.
public enum SignInRefusal: Error, Hashable, Sendable {
  /// Which of the two it was is not said.
  case wrongNameOrPassword
  /// Not even looked at: too many failures before.
  case tooManyAttempts(retryAfter: Duration)
}

extension Account {
  public var principal: Principal { Principal(kind: .person, name: name, roles: roles, sites: sites) }
}

extension Environment {
  /// Sixteen random bytes.
  func salt() -> [UInt8] {
    let bits = random()
    return stride(from: 120, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> UInt128($0)) }
  }
}
