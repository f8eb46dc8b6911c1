import Testing

@testable import ArchiveCore

@Suite("Sign-in")
struct SignInTests {
  let gate = Gate()

  @Test("makes one administrator at the first start, and says the password once")
  func firstStart() async throws {
    let password = try #require(try await gate.signIn.prepareFirstStart())
    #expect(try await gate.signIn.prepareFirstStart() == nil)
    let beginning = try await gate.signIn.signIn(name: "admin", password: password.text, from: "test")
    #expect(beginning.visit.principal.roles == [.administrator])
    #expect(beginning.visit.principal.kind == .person)
    let kept = try #require(await gate.accounts.account(named: "admin"))
    #expect(!kept.passwordHash.contains(password.text))
  }

  @Test("opens a session that names its person until they sign out")
  func session() async throws {
    try await gate.add("ada", [.radiologist], sites: .only([SiteID("north")]))
    let beginning = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "test")
    let principal = try await gate.signIn.principal(forSession: beginning.secret.text)
    #expect(
      principal
        == Principal(kind: .person, name: "ada", roles: [.radiologist], sites: .only([SiteID("north")])))
    try await gate.signIn.signOut(session: beginning.secret.text)
    try await gate.signIn.signOut(session: beginning.secret.text)
    #expect(try await gate.signIn.principal(forSession: beginning.secret.text) == nil)
  }

  @Test("keeps of a session's secret its hash only")
  func hashed() async throws {
    try await gate.add("ada", [.radiologist])
    let secret = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "test").secret
    #expect(await gate.accounts.session(hash: secret.hash) != nil)
    #expect(await gate.accounts.session(hash: Array(secret.text.utf8)) == nil)
    #expect(secret.hash.count == 32)
    #expect("\(secret)" == "(secret)")
  }

  @Test(
    "is refused with one answer for every reason",
    arguments: [
      ("ada", "not the password"), ("ada", ""), ("nobody", Gate.password), ("", ""), ("ada\n", Gate.password),
      ("ADA", Gate.password), (String(repeating: "a", count: 100_000), "x"),
      ("ada", String(repeating: "x", count: 100_000)),
    ])
  func refused(name: String, password: String) async throws {
    try await gate.add("ada", [.radiologist])
    await #expect(throws: SignInRefusal.wrongNameOrPassword) {
      try await gate.signIn.signIn(name: name, password: password, from: "test")
    }
  }

  @Test("is impossible with a hash that cannot be read")
  func unreadable() async throws {
    await gate.accounts.save(Account(name: "ada", passwordHash: "", roles: [.administrator], sites: .all))
    await #expect(throws: SignInRefusal.wrongNameOrPassword) {
      try await gate.signIn.signIn(name: "ada", password: "", from: "test")
    }
  }

  @Test("ends when idle, and is prolonged by use but never past its end")
  func expiry() async throws {
    try await gate.add("ada", [.radiologist])
    let idle = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "test").secret.text
    gate.world.pass(.seconds(3599))
    #expect(try await gate.signIn.principal(forSession: idle) != nil)
    gate.world.pass(.seconds(3600))
    #expect(try await gate.signIn.principal(forSession: idle) == nil)

    let busy = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "test").secret
    for _ in 0..<23 {
      gate.world.pass(.seconds(1800))
      #expect(try await gate.signIn.principal(forSession: busy.text) != nil)
    }
    gate.world.pass(.seconds(1800))
    #expect(try await gate.signIn.principal(forSession: busy.text) == nil)
    #expect(await gate.accounts.session(hash: busy.hash) == nil)
  }

  @Test("does not write at every request")
  func prolonging() async throws {
    try await gate.add("ada", [.radiologist])
    let secret = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "test").secret
    let first = await gate.accounts.session(hash: secret.hash)
    gate.world.pass(.seconds(59))
    _ = try await gate.signIn.principal(forSession: secret.text)
    #expect(await gate.accounts.session(hash: secret.hash) == first)
    gate.world.pass(.seconds(1))
    _ = try await gate.signIn.principal(forSession: secret.text)
    #expect(await gate.accounts.session(hash: secret.hash) != first)
  }

  @Test("gives a session the roles its account has now, and ends it with a new password")
  func present() async throws {
    try await gate.add("ada", [.radiologist])
    let secret = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "test").secret
    var account = try #require(await gate.accounts.account(named: "ada"))
    account.roles = [.auditor]
    await gate.accounts.save(account)
    #expect(try await gate.signIn.principal(forSession: secret.text)?.roles == [.auditor])
    try await gate.add("ada", [.auditor])
    #expect(try await gate.signIn.principal(forSession: secret.text) == nil)
  }

  @Test("slows down who guesses one account, whether it exists or not", arguments: ["ada", "nobody"])
  func slowsAccount(name: String) async throws {
    try await gate.add("ada", [.radiologist])
    for attempt in 0..<6 {
      await #expect(throws: SignInRefusal.wrongNameOrPassword) {
        try await gate.signIn.signIn(name: name, password: "guess \(attempt)", from: "address \(attempt)")
      }
    }
    await #expect(throws: SignInRefusal.tooManyAttempts(retryAfter: .seconds(1))) {
      try await gate.signIn.signIn(name: name, password: Gate.password, from: "elsewhere")
    }
    gate.world.pass(.seconds(1))
    if name == "ada" {
      _ = try await gate.signIn.signIn(name: name, password: Gate.password, from: "elsewhere")
      // Forgiven: the next mistake is a first one again.
      await #expect(throws: SignInRefusal.wrongNameOrPassword) {
        try await gate.signIn.signIn(name: name, password: "mistyped it", from: "elsewhere")
      }
    }
  }

  @Test("slows down an address that guesses many accounts")
  func slowsAddress() async throws {
    try await gate.add("ada", [.radiologist])
    for attempt in 0..<21 {
      _ = try? await gate.signIn.signIn(name: "name\(attempt)", password: "guess", from: "one place")
    }
    await #expect(throws: SignInRefusal.tooManyAttempts(retryAfter: .seconds(1))) {
      try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "one place")
    }
    _ = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "another place")
  }

  @Test("lets no guesses slip past by making them at once")
  func concurrent() async throws {
    try await gate.add("ada", [.radiologist])
    let signIn = gate.signIn
    let looked = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<50 {
        group.addTask {
          do {
            _ = try await signIn.signIn(name: "ada", password: "guess \(number)", from: "\(number)")
            return true
          } catch SignInRefusal.wrongNameOrPassword {
            return true
          } catch {
            return false
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(looked == 6)
  }

  @Test("is audited, refused or not, and the audit holds no name that nobody has")
  func audited() async throws {
    try await gate.add("ada", [.radiologist])
    _ = try? await gate.signIn.signIn(name: "ada", password: "wrong one", from: "here")
    _ = try? await gate.signIn.signIn(name: "hunter2", password: "wrong one", from: "here")
    let secret = try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "here").secret
    try await gate.signIn.signOut(session: secret.text)
    let records = await gate.audit.records(limit: 4).reversed()
    #expect(records.map(\.action) == [.signInRefused, .signInRefused, .signIn, .signOut])
    #expect(records.map(\.object) == ["ada", "unknown", "ada", "ada"])
    #expect(records.allSatisfy { !"\($0)".contains("hunter2") && !"\($0)".contains(secret.text) })
  }

  @Test("is not possible while the audit cannot be written")
  func auditBroken() async throws {
    try await gate.add("ada", [.radiologist])
    await gate.audit.breakDown()
    await #expect(throws: ArchiveError.self) {
      try await gate.signIn.signIn(name: "ada", password: Gate.password, from: "here")
    }
  }
}

@Suite("Password work")
struct PasswordWorkTests {
  @Test("runs two at once, keeps a bounded queue, and refuses the rest")
  func bounded() async throws {
    let work = PasswordWork(queueLimit: 3)
    let most = Peak()
    let refused = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<40 {
        group.addTask {
          do {
            try await work.inTurn {
              most.enter()
              _ = PasswordHash.decoy(cost: .cheap).matches("some work to do")
              most.leave()
            }
            return false
          } catch {
            return (error as? ArchiveError)?.code == .unavailable
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(most.highest <= PasswordWork.concurrencyLimit)
    #expect(refused <= 40 - 5)
    #expect(try await work.inTurn { 42 } == 42)
  }
}
