import ArchiveCore
import Synchronization

/// A clock that moves when told, and chance that is a counter.
final class TestWorld: Sendable {
  private let moment = Mutex(Instant(nanoseconds: 1_760_000_000_000_000_000))
  private let counter = Mutex(UInt128(1))

  func pass(_ duration: Duration) { moment.withLock { $0 = $0.adding(duration) } }

  var environment: Environment {
    Environment(
      now: { self.moment.withLock { $0 } },
      random: {
        self.counter.withLock { value in
          value = value &* 0x2545_F491_4F6C_DD1D_2545_F491_4F6C_DD1D &+ 1
          return value
        }
      },
      sleep: { self.pass($0) })
  }
}

/// An audit that remembers, and that can be made to fail.
actor RecordingAudit: AuditTrail {
  private var kept: [AuditRecord] = []
  private var isBroken = false

  func breakDown() { isBroken = true }

  func noteRead(_ action: AuditRecord.Action, by principal: Principal, object: String, count: Int) throws {
    guard !isBroken else { throw ArchiveError(.unavailable, "the audit cannot be written") }
    kept.append(
      AuditRecord(
        at: Instant(nanoseconds: 0), action: action, principal: principal.name, object: object, count: count,
        detail: ""))
  }

  func write(_ record: AuditRecord) throws {
    guard !isBroken else { throw ArchiveError(.unavailable, "the audit cannot be written") }
    kept.append(record)
  }

  func flush() {}
  func records(limit: Int) -> [AuditRecord] { Array(kept.reversed().prefix(limit)) }
  func entries(_ question: AuditQuestion, limit: Int) -> [AuditEntry] {
    let all = kept.enumerated().map { AuditEntry(id: Int64($0.offset), record: $0.element) }
    return Array(all.reversed().filter(question.matches).prefix(limit))
  }
  func verify() -> [AuditFinding] { [] }
}

/// Sign-in over accounts in memory, with cheap hashes.
struct Gate {
  let world = TestWorld()
  let accounts = InMemoryAccounts()
  let audit = RecordingAudit()
  let signIn: SignIn
  let administration: Administration

  init(limits: SignIn.SessionLimits = SignIn.SessionLimits()) {
    signIn = SignIn(
      accounts: accounts, audit: audit, environment: world.environment, limits: limits, cost: .cheap)
    administration = Administration(
      accounts: accounts, audit: audit, environment: world.environment, cost: .cheap)
  }

  static let password = "a long enough password"

  func add(_ name: String, _ roles: Set<Role>, sites: Principal.Sites = .all) async throws {
    try await administration.saveAccount(
      named: name, password: Self.password, roles: roles, sites: sites, as: .system("test"))
  }
}
