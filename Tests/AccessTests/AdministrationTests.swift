import Testing

@testable import ArchiveCore

@Suite("Administration")
struct AdministrationTests {
  let gate = Gate()
  let root = Principal(kind: .person, name: "root", roles: [.administrator], sites: .all)
  let north = Principal(kind: .person, name: "nora", roles: [.administrator], sites: .only([SiteID("north")]))

  @Test("is closed to every role but the administrator's", arguments: Role.allCases)
  func roles(role: Role) async throws {
    let principal = Principal(kind: .person, name: "ada", roles: [role], sites: .all)
    let administration = gate.administration
    let attempts: [@Sendable () async throws -> Void] = [
      { _ = try await administration.accounts(as: principal) },
      { _ = try await administration.tokens(as: principal) },
      { _ = try await administration.nodes(as: principal) },
      { _ = try await administration.createToken(named: "t", roles: [], sites: .all, as: principal) },
      { try await administration.removeToken(named: "t", as: principal) },
      {
        try await administration.saveAccount(
          named: "a", password: Gate.password, roles: [], sites: .all, as: principal)
      },
      {
        try await administration.saveNode(Node(aeTitle: "A", host: "h", port: 1, site: .main), as: principal)
      },
      { try await administration.removeNode(aeTitle: "A", as: principal) },
    ]
    for attempt in attempts {
      if role == .administrator {
        try await attempt()
      } else {
        await #expect { try await attempt() } throws: { ($0 as? ArchiveError)?.code == .forbidden }
      }
    }
    let refusals = await gate.audit.records(limit: 100).filter { $0.action == .refused }
    #expect(refusals.count == (role == .administrator ? 0 : attempts.count))
  }

  @Test("makes tokens that open by their text and are kept by their hash")
  func tokens() async throws {
    let secret = try await gate.administration.createToken(
      named: "pump", roles: [.sender], sites: .only([SiteID("north")]), as: root)
    #expect(secret.text.utf8.count == 43)
    #expect(
      try await gate.signIn.principal(forToken: secret.text)
        == Principal(kind: .token, name: "pump", roles: [.sender], sites: .only([SiteID("north")])))
    #expect(try await gate.signIn.principal(forToken: secret.text + "x") == nil)
    #expect(try await gate.signIn.principal(forToken: "") == nil)
    let kept = try #require(await gate.accounts.tokens().first)
    #expect(kept.hash == secret.hash)
    await #expect(throws: ArchiveError.self) {
      try await gate.administration.createToken(named: "pump", roles: [], sites: .all, as: root)
    }
    try await gate.administration.removeToken(named: "pump", as: root)
    #expect(try await gate.signIn.principal(forToken: secret.text) == nil)
  }

  @Test("gives nobody more sites than the giver has")
  func escalation() async throws {
    let administration = gate.administration
    await #expect { try await administration.createToken(named: "t", roles: [], sites: .all, as: north) } throws: {
      ($0 as? ArchiveError)?.code == .forbidden
    }
    try await gate.add("boss", [.administrator])
    await #expect {
      try await administration.saveAccount(
        named: "boss", password: Gate.password, roles: [], sites: .only([]), as: north)
    } throws: { ($0 as? ArchiveError)?.code == .forbidden }
    _ = try await administration.createToken(named: "n", roles: [], sites: .only([SiteID("north")]), as: north)
    _ = try await administration.createToken(named: "s", roles: [], sites: .only([SiteID("south")]), as: root)
    #expect(try await administration.tokens(as: north).map(\.name) == ["n"])
    await #expect { try await administration.removeToken(named: "s", as: north) } throws: {
      ($0 as? ArchiveError)?.code == .notFound
    }
    await #expect { try await administration.auditRecords(limit: 1, as: north) } throws: {
      ($0 as? ArchiveError)?.code == .forbidden
    }
  }

  @Test("changes roles and sites of an account that keeps its password, and ends its sessions")
  func change() async throws {
    try await gate.add("ada", [.radiologist])
    let session = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "test")
    try await gate.administration.saveAccount(
      named: "ada", password: nil, roles: [.auditor], sites: .only([SiteID("north")]), as: root)
    #expect(try await gate.signIn.principal(forSession: session.secret.text) == nil)
    let again = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "test")
    let ada = try #require(try await gate.signIn.principal(forSession: again.secret.text))
    #expect(ada.roles == [.auditor])
    #expect(ada.sites == .only([SiteID("north")]))
    await #expect {
      try await gate.administration.saveAccount(named: "new", password: nil, roles: [], sites: .all, as: root)
    } throws: { ($0 as? ArchiveError)?.code == .badRequest }
  }

  @Test("lets administrators not lock themselves out")
  func lockout() async throws {
    try await gate.add("root", [.administrator])
    await #expect {
      try await gate.administration.saveAccount(
        named: "root", password: Gate.password, roles: [.radiologist], sites: .all, as: root)
    } throws: { ($0 as? ArchiveError)?.code == .badRequest }
  }

  @Test(
    "refuses nodes that cannot be",
    arguments: [
      ("", "host", 104), ("SEVENTEEN_LETTERS", "host", 104), ("A\\B", "host", 104), ("A\n", "host", 104),
      (" A", "host", 104), ("Ä", "host", 104), ("A", "", 104), ("A", "ho st", 104), ("A", "host", 0),
      ("A", "host", 65536), ("A", "host", -1),
    ])
  func nodes(title: String, host: String, port: Int) async throws {
    await #expect {
      try await gate.administration.saveNode(
        Node(aeTitle: title, host: host, port: port, site: .main), as: root)
    } throws: { ($0 as? ArchiveError)?.code == .badRequest }
  }

  @Test(
    "refuses nodes whose credential or certificate cannot be",
    arguments: [
      ("a b", nil), ("", nil), (nil, ""), (nil, String(repeating: "A", count: 64)),
      (nil, String(repeating: "a", count: 63)),
    ] as [(String?, String?)])
  func credentials(tls: String?, certificate: String?) async throws {
    await #expect {
      try await gate.administration.saveNode(
        Node(aeTitle: "A", host: "host", port: 104, site: .main, tls: tls, certificate: certificate), as: root)
    } throws: { ($0 as? ArchiveError)?.code == .badRequest }
  }

  @Test(
    "refuses names that are not plain", arguments: ["", "a b", "a\n", "ä", "a/b", String(repeating: "a", count: 65)])
  func names(name: String) async throws {
    await #expect { try await gate.administration.createToken(named: name, roles: [], sites: .all, as: root) } throws: {
      ($0 as? ArchiveError)?.code == .badRequest
    }
  }

  @Test("changes nothing while the audit cannot be written")
  func auditBroken() async throws {
    await gate.audit.breakDown()
    await #expect(throws: ArchiveError.self) {
      try await gate.administration.createToken(named: "t", roles: [], sites: .all, as: root)
    }
    #expect(await gate.accounts.tokens().isEmpty)
  }
}

@Suite("The node directory")
struct NodeDirectoryTests {
  let accounts = InMemoryAccounts()
  let scanner = Node(aeTitle: "CT1", host: "10.0.0.7", port: 104, site: SiteID("north"))

  @Test("knows a configured node by its title, spaces aside, as a principal of its site")
  func known() async throws {
    await accounts.save(scanner)
    let directory = NodeDirectory(accounts: accounts)
    let caller = try #require(try await directory.caller(aeTitle: " CT1            "))
    #expect(caller.site == SiteID("north"))
    #expect(
      caller.principal
        == Principal(kind: .node, name: "CT1", roles: [.technologist], sites: .only([SiteID("north")])))
  }

  @Test("refuses everybody else", arguments: ["", " ", "ct1", "CT2", "CT1\\X", "CT1\u{0}", "SEVENTEEN_LETTERS"])
  func unknown(title: String) async throws {
    await accounts.save(scanner)
    #expect(try await NodeDirectory(accounts: accounts).caller(aeTitle: title) == nil)
  }

  @Test(
    "checks the address when it is given",
    arguments: [("10.0.0.7", true), ("::ffff:10.0.0.7", true), ("10.0.0.8", false), ("127.0.0.1", false)])
  func host(address: String, isKnown: Bool) async throws {
    await accounts.save(scanner)
    let caller = try await NodeDirectory(accounts: accounts).caller(aeTitle: "CT1", host: address)
    #expect((caller != nil) == isKnown)
  }

  @Test(
    "wants TLS of a node that is called with it, and the certificate that it is bound to",
    arguments: [
      (nil, nil, false, nil, true), (nil, nil, true, nil, true), ("default", nil, false, nil, false),
      ("default", nil, true, nil, true), (nil, "aa", true, "aa", true), (nil, "aa", true, "bb", false),
      (nil, "aa", true, nil, false), (nil, "aa", false, nil, false),
    ] as [(String?, String?, Bool, String?, Bool)])
  func transport(tls: String?, bound: String?, isSecure: Bool, shown: String?, isKnown: Bool) async throws {
    var node = scanner
    (node.tls, node.certificate) = (tls, bound)
    await accounts.save(node)
    let transport = NodeDirectory.CallerTransport(isSecure: isSecure, certificate: shown)
    let caller = try await NodeDirectory(accounts: accounts).caller(aeTitle: "CT1", over: transport)
    #expect((caller != nil) == isKnown)
    let open = NodeDirectory(accounts: accounts, isOpen: true)
    #expect(try await open.caller(aeTitle: "CT1", over: transport) != nil)
  }

  @Test("takes the machine's own names for one", arguments: ["127.0.0.1", "::1", "::ffff:127.0.0.1", "0:0::1"])
  func loopback(address: String) async throws {
    let directory = NodeDirectory(accounts: accounts, configured: NodeDirectory.customaryCallers)
    #expect(try await directory.caller(aeTitle: "STORESCU", host: address) != nil)
  }

  @Test("finds a host's name, asks again when it may have moved, and does not ask at every claim")
  func hostName() async throws {
    await accounts.save(Node(aeTitle: "CT2", host: "CT2.hospital.example", port: 104, site: .main))
    let clock = TestWorld()
    let service = NameService()
    let names = HostNames(environment: clock.environment) { await service.resolve($0) }
    let directory = NodeDirectory(accounts: accounts, names: names)
    func isKnown(_ address: String) async throws -> Bool {
      try await directory.caller(aeTitle: "CT2", host: address) != nil
    }
    await service.move("ct2.hospital.example", to: "fd00::7", "10.0.0.7")
    #expect(try await isKnown("10.0.0.7"))
    #expect(try await isKnown("::ffff:10.0.0.7"))
    #expect(try await isKnown("fd00:0:0::7"))
    #expect(await service.asked == 1)
    for _ in 0..<20 { #expect(try await !isKnown("10.0.0.8")) }
    #expect(await service.asked == 1)
    // It has moved: known at its new place before long, and not for ever at its old one.
    await service.move("ct2.hospital.example", to: "10.0.0.8")
    clock.pass(.seconds(5))
    #expect(try await isKnown("10.0.0.8"))
    #expect(try await !isKnown("10.0.0.7"))
    await service.move("ct2.hospital.example")
    clock.pass(.seconds(59))
    #expect(try await isKnown("10.0.0.8"))
    clock.pass(.seconds(1))
    #expect(try await !isKnown("10.0.0.8"))
    #expect(await service.asked == 3)
  }

  @Test("lets any title in when open, but no nonsense")
  func open() async throws {
    await accounts.save(scanner)
    let directory = NodeDirectory(accounts: accounts, isOpen: true)
    #expect(try await directory.caller(aeTitle: "WHOEVER", host: "10.9.9.9")?.site == .main)
    #expect(try await directory.caller(aeTitle: "CT1", host: "10.9.9.9")?.site == SiteID("north"))
    #expect(try await directory.caller(aeTitle: "CT1")?.principal.sites == .all)
    #expect(try await directory.caller(aeTitle: "\n") == nil)
  }

  @Test("puts the configuration before what is stored")
  func precedence() async throws {
    await accounts.save(scanner)
    let moved = Node(aeTitle: "CT1", host: "10.0.0.9", port: 104, site: SiteID("south"))
    let directory = NodeDirectory(accounts: accounts, configured: [moved])
    #expect(try await directory.node(aeTitle: "CT1") == moved)
    #expect(try await directory.nodes() == [moved])
  }
}

/// A name service whose hosts move.
private actor NameService {
  private var hosts: [String: Set<NetworkAddress>] = [:]
  private(set) var asked = 0

  func move(_ name: String, to addresses: String...) { hosts[name] = Set(addresses.compactMap { NetworkAddress($0) }) }

  func resolve(_ name: String) -> Set<NetworkAddress> {
    asked += 1
    return hosts[name] ?? []
  }
}
