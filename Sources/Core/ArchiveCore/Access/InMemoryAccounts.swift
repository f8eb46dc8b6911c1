/// Accounts that live as long as the process: the executable description of `Accounts`, for tests and trials.
public actor InMemoryAccounts: Accounts {
  private var accountsByName: [String: Account] = [:]
  private var tokensByName: [String: ServiceToken] = [:]
  private var sessionsByHash: [[UInt8]: SignInSession] = [:]
  private var nodesByTitle: [String: Node] = [:]

  public init() {}

  public func account(named name: String) -> Account? { accountsByName[name] }
  public func save(_ account: Account) { accountsByName[account.name] = account }
  public func accounts() -> [Account] { accountsByName.values.sorted { $0.name < $1.name } }
  public func removeAccount(named name: String) { accountsByName[name] = nil }

  public func token(hash: [UInt8]) -> ServiceToken? { tokensByName.values.first { $0.hash == hash } }
  public func tokens() -> [ServiceToken] { tokensByName.values.sorted { $0.name < $1.name } }
  public func save(_ token: ServiceToken) { tokensByName[token.name] = token }
  public func removeToken(named name: String) { tokensByName[name] = nil }

  public func session(hash: [UInt8]) -> SignInSession? { sessionsByHash[hash] }
  public func save(_ session: SignInSession) { sessionsByHash[session.hash] = session }
  public func prolongSession(hash: [UInt8], until expires: Instant) { sessionsByHash[hash]?.expires = expires }
  public func removeSession(hash: [UInt8]) { sessionsByHash[hash] = nil }
  public func removeSessions(of account: String) {
    sessionsByHash = sessionsByHash.filter { $0.value.account != account }
  }
  public func removeSessions(expiredBy moment: Instant) {
    sessionsByHash = sessionsByHash.filter { $0.value.expires > moment }
  }

  public func nodes() -> [Node] { nodesByTitle.values.sorted { $0.aeTitle < $1.aeTitle } }
  public func save(_ node: Node) { nodesByTitle[node.aeTitle] = node }
  public func removeNode(aeTitle: String) { nodesByTitle[aeTitle] = nil }
}
