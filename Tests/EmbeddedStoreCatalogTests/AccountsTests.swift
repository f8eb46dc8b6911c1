import ArchiveCore
import EmbeddedStore
import Testing

@Suite("Accounts")
struct AccountsTests {
  @Test("are what was saved last, until they are removed")
  func keeps() async throws {
    try await atHome { home in
      let accounts = EmbeddedAccounts(sharing: home.catalog)
      let everywhere = Account(name: "admin", passwordHash: "h", roles: [.administrator], sites: .all)
      let somewhere = Account(
        name: "reader", passwordHash: "i", roles: [.radiologist, .auditor],
        sites: .only([SiteID("north wing"), SiteID("süd, \"alt\"")]))
      let nowhere = Account(name: "zero", passwordHash: "j", roles: [], sites: .only([]))
      for account in [nowhere, everywhere, somewhere] { try await accounts.save(account) }
      #expect(try await accounts.accounts() == [everywhere, somewhere, nowhere])
      var changed = somewhere
      changed.roles = [.technologist]
      try await accounts.save(changed)
      #expect(try await accounts.account(named: "reader") == changed)
      #expect(try await accounts.account(named: "nobody") == nil)

      let token = ServiceToken(name: "viewer", hash: [1, 2, 3], roles: [.radiologist], sites: .only([.main]))
      try await accounts.save(token)
      #expect(try await accounts.token(hash: [1, 2, 3]) == token)
      #expect(try await accounts.tokens() == [token])
      try await accounts.removeToken(named: "viewer")
      #expect(try await accounts.token(hash: [1, 2, 3]) == nil)

      var node = Node(aeTitle: "CT1", host: "10.0.0.1", port: 104, site: SiteID("north"), roles: [.sender])
      try await accounts.save(node)
      #expect(try await accounts.nodes() == [node])
      (node.tls, node.certificate) = ("remote", String(repeating: "0a", count: 32))
      try await accounts.save(node)
      #expect(try await accounts.nodes() == [node])
      try await accounts.removeNode(aeTitle: "CT1")
      try await accounts.removeNode(aeTitle: "CT1")
      #expect(try await accounts.nodes().isEmpty)
    }
  }

  @Test("end sessions by hash, by person and by time; a removed one is not prolonged")
  func sessions() async throws {
    try await atHome { home in
      let accounts = EmbeddedAccounts(sharing: home.catalog)
      func moment(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }
      let sessions = (1...4).map { number in
        SignInSession(
          hash: [UInt8(number)], account: number == 4 ? "other" : "admin", expires: moment(Int64(number) * 100),
          ends: moment(9999))
      }
      for session in sessions { try await accounts.save(session) }
      #expect(try await accounts.session(hash: [2]) == sessions[1])
      try await accounts.prolongSession(hash: [2], until: moment(500))
      #expect(try await accounts.session(hash: [2])?.expires == moment(500))
      try await accounts.removeSession(hash: [2])
      try await accounts.prolongSession(hash: [2], until: moment(600))
      #expect(try await accounts.session(hash: [2]) == nil)
      try await accounts.removeSessions(expiredBy: moment(100))
      #expect(try await accounts.session(hash: [1]) == nil)
      #expect(try await accounts.session(hash: [3]) != nil)
      try await accounts.removeSessions(of: "admin")
      #expect(try await accounts.session(hash: [3]) == nil)
      #expect(try await accounts.session(hash: [4]) == sessions[3])
    }
  }
}
