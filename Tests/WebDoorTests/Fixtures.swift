import ArchiveCore
import DICOM
import Doors
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import Testing
import Workflow

/// A clock that moves when told, and chance that is a counter.
final class TestWorld: Sendable {
  private let moment = Mutex(Instant(nanoseconds: 1_760_000_000_000_000_000))
  private let counter = Mutex(UInt128(1))

  func pass(_ duration: Duration) { moment.withLock { $0 = $0.adding(duration) } }

  var environment: ArchiveCore.Environment {
    ArchiveCore.Environment(
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

/// An audit that remembers.
actor RecordingAudit: AuditTrail {
  private var kept: [AuditRecord] = []

  func noteRead(_ action: AuditRecord.Action, by principal: Principal, object: String, count: Int) {
    kept.append(
      AuditRecord(
        at: Instant(nanoseconds: 0), action: action, principal: principal.name, object: object, count: count,
        detail: ""))
  }
  func write(_ record: AuditRecord) { kept.append(record) }
  func flush() {}
  func records(limit: Int) -> [AuditRecord] { Array(kept.reversed().prefix(limit)) }
  func entries(_ question: AuditQuestion, limit: Int) -> [AuditEntry] {
    let all = kept.enumerated().map { AuditEntry(id: Int64($0.offset), record: $0.element) }
    return Array(all.reversed().filter(question.matches).prefix(limit))
  }
  func verify() -> [AuditFinding] { [AuditFinding(writer: "w", sequence: 7, problem: "hash differs")] }
}

/// An archive behind an HTTP door, with one study, 1.2.3, of site north.
struct House {
  static let study = "1.2.3"
  static let password = "a long enough password"

  let world = TestWorld()
  let accounts = InMemoryAccounts()
  let audit = RecordingAudit()
  let metrics = PrometheusRegistry()
  let signIn: SignIn
  let administration: Administration
  let archive: Archive
  let store: InMemoryWorkflowStore

  var workflow: WorkflowServices {
    WorkflowServices(
      completion: CompletionSubscriber(
        store: store, archive: archive, settings: CompletionSettings(), environment: world.environment),
      forwarding: Forwarding(
        store: store, archive: archive, environment: world.environment,
        connect: { _ in throw DestinationFailure("nobody is there") }),
      profiles: SourceProfiles(store: store, archive: archive, environment: world.environment),
      traffic: TrafficProjection(store: store, environment: world.environment),
      probe: NodeProbe(
        echo: { _ in throw DestinationFailure("nobody is there") }, sendTestImage: { _ in "1.2.3.4" }),
      commitment: StorageCommitment(
        store: store, archive: archive, environment: world.environment, title: "ISOCENTER"),
      notices: Notices(store: store, archive: archive, environment: world.environment),
      worklist: Worklist(store: store, archive: archive, environment: world.environment),
      performedSteps: PerformedSteps(store: store, archive: archive, environment: world.environment),
      bell: store.bell)
  }

  init() {
    let environment = world.environment
    store = InMemoryWorkflowStore(environment: environment)
    signIn = SignIn(accounts: accounts, audit: audit, environment: environment, cost: .cheap)
    administration = Administration(accounts: accounts, audit: audit, environment: environment, cost: .cheap)
    archive = Archive(
      Archive.Parts(
        blobs: NoBlobs(), catalog: OneStudyCatalog(), documents: NoDocuments(), audit: audit,
        environment: environment))
  }

  func door(
    _ settings: WebSettings = WebSettings(), isReady: @escaping @Sendable () async throws -> Void = {}
  ) -> WebDoor {
    WebDoor(
      archive: archive, signIn: signIn, administration: administration, metrics: metrics, workflow: workflow,
      settings: settings, environment: world.environment, isReady: isReady)
  }

  func test<Value>(
    _ settings: WebSettings = WebSettings(), _ setup: TestingSetup = .router,
    isReady: @escaping @Sendable () async throws -> Void = {},
    _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
  ) async throws -> Value {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let application = Application(
      router: door(settings, isReady: isReady).router(),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)), logger: logger)
    return try await application.test(setup, body)
  }

  func token(_ roles: Set<Role>, _ sites: Principal.Sites = .all) async throws -> HTTPFields {
    let secret = try await administration.createToken(
      named: "t\(await accounts.tokens().count)", roles: roles, sites: sites, as: .system("test"))
    return [.authorization: "Bearer \(secret.text)"]
  }

  func addAccount(_ name: String, _ roles: Set<Role>) async throws {
    try await administration.saveAccount(
      named: name, password: Self.password, roles: roles, sites: .all, as: .system("test"))
  }

  static func signInBody(_ name: String, _ password: String = House.password) -> ByteBuffer {
    ByteBuffer(string: "{\"name\":\"\(name)\",\"password\":\"\(password)\"}")
  }
}

extension HTTPFields {
  static let json: HTTPFields = [.contentType: "application/json"]

  func adding(_ others: HTTPFields) -> HTTPFields {
    var all = self
    for field in others { all.append(field) }
    return all
  }
}

extension TestClientProtocol {
  /// Signs in and gives the cookie to send.
  func cookie(of name: String, _ password: String = House.password) async throws -> HTTPFields {
    let answer = try await execute(
      uri: "/api/v1/session", method: .post, headers: .json, body: House.signInBody(name, password))
    let cookie = try #require(answer.headers[.setCookie]).prefix { $0 != ";" }
    return [.cookie: String(cookie)]
  }
}
