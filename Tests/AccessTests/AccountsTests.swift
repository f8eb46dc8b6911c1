import ArchiveCore
import Testing

/// A kind of accounts under test. A store with accounts of its own adds itself here.
struct AccountsImplementation: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var make: @Sendable () async throws -> any Accounts

  static let all = [AccountsImplementation(testDescription: "in memory") { InMemoryAccounts() }]
}

@Suite("Accounts")
struct AccountsTests {
  private func session(_ byte: UInt8, of account: String, expires: Int64, ends: Int64) -> SignInSession {
    SignInSession(
      hash: Array(repeating: byte, count: 32), account: account, expires: Instant(nanoseconds: expires),
      ends: Instant(nanoseconds: ends))
  }

  @Test("keep what is saved, replace it by name, and list it by name", arguments: AccountsImplementation.all)
  func accounts(implementation: AccountsImplementation) async throws {
    let accounts = try await implementation.make()
    #expect(try await accounts.accounts().isEmpty)
    let ada = Account(name: "ada", passwordHash: "h", roles: [.radiologist, .auditor], sites: .only([SiteID("n")]))
    let bob = Account(name: "Bob", passwordHash: "h", roles: [], sites: .all)
    try await accounts.save(ada)
    try await accounts.save(bob)
    #expect(try await accounts.account(named: "ada") == ada)
    #expect(try await accounts.account(named: "Ada") == nil)
    #expect(try await accounts.accounts() == [bob, ada])
    var changed = ada
    changed.roles = []
    changed.sites = .only([])
    try await accounts.save(changed)
    #expect(try await accounts.accounts() == [bob, changed])
  }

  @Test("find tokens by their hash and forget removed ones", arguments: AccountsImplementation.all)
  func tokens(implementation: AccountsImplementation) async throws {
    let accounts = try await implementation.make()
    let first = ServiceToken(name: "b", hash: Array(repeating: 1, count: 32), roles: [.sender], sites: .all)
    let second = ServiceToken(
      name: "a", hash: Array(repeating: 2, count: 32), roles: [], sites: .only([SiteID("n"), SiteID("s")]))
    try await accounts.save(first)
    try await accounts.save(second)
    #expect(try await accounts.tokens() == [second, first])
    #expect(try await accounts.token(hash: first.hash) == first)
    #expect(try await accounts.token(hash: []) == nil)
    var replaced = first
    replaced.hash = Array(repeating: 3, count: 32)
    try await accounts.save(replaced)
    #expect(try await accounts.token(hash: first.hash) == nil)
    try await accounts.removeToken(named: "b")
    try await accounts.removeToken(named: "b")
    #expect(try await accounts.token(hash: replaced.hash) == nil)
  }

  @Test("end sessions one by one, by account and by time", arguments: AccountsImplementation.all)
  func sessions(implementation: AccountsImplementation) async throws {
    let accounts = try await implementation.make()
    for name in ["ada", "bob"] {
      try await accounts.save(Account(name: name, passwordHash: "h", roles: [], sites: .all))
    }
    let sessions = [
      session(1, of: "ada", expires: 10, ends: 100), session(2, of: "ada", expires: 20, ends: 100),
      session(3, of: "bob", expires: 20, ends: 100), session(4, of: "bob", expires: 30, ends: 100),
    ]
    for session in sessions { try await accounts.save(session) }
    try await accounts.removeSessions(expiredBy: Instant(nanoseconds: 10))
    try await accounts.removeSession(hash: sessions[3].hash)
    try await accounts.removeSession(hash: sessions[3].hash)
    var left: [SignInSession?] = []
    for session in sessions { left.append(try await accounts.session(hash: session.hash)) }
    #expect(left == [nil, sessions[1], sessions[2], nil])
    try await accounts.removeSessions(of: "ada")
    #expect(try await accounts.session(hash: sessions[1].hash) == nil)
    #expect(try await accounts.session(hash: sessions[2].hash) == sessions[2])
  }

  @Test("prolong a session that is there and raise none from the dead", arguments: AccountsImplementation.all)
  func prolonging(implementation: AccountsImplementation) async throws {
    let accounts = try await implementation.make()
    try await accounts.save(Account(name: "ada", passwordHash: "h", roles: [], sites: .all))
    let session = session(1, of: "ada", expires: 10, ends: 100)
    try await accounts.save(session)
    try await accounts.prolongSession(hash: session.hash, until: Instant(nanoseconds: 50))
    let prolonged = try await accounts.session(hash: session.hash)
    #expect(prolonged?.expires == Instant(nanoseconds: 50))
    #expect(prolonged?.ends == session.ends)
    try await accounts.removeSession(hash: session.hash)
    try await accounts.prolongSession(hash: session.hash, until: Instant(nanoseconds: 60))
    #expect(try await accounts.session(hash: session.hash) == nil)
  }

  @Test("keep nodes by their title", arguments: AccountsImplementation.all)
  func nodes(implementation: AccountsImplementation) async throws {
    let accounts = try await implementation.make()
    var scanner = Node(aeTitle: "CT1", host: "10.0.0.7", port: 104, site: SiteID("n"), roles: [.sender])
    (scanner.tls, scanner.certificate) = (Node.defaultCredential, String(repeating: "0a", count: 32))
    try await accounts.save(scanner)
    try await accounts.save(Node(aeTitle: "AX", host: "ax", port: 1, site: .main))
    #expect(try await accounts.nodes().map(\.aeTitle) == ["AX", "CT1"])
    #expect(try await accounts.nodes().last == scanner)
    try await accounts.removeNode(aeTitle: "AX")
    try await accounts.removeNode(aeTitle: "AX")
    #expect(try await accounts.nodes() == [scanner])
  }
}
