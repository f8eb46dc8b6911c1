import ArchiveCore
import DICOM
import Synchronization
import Testing
import Workflow

@Suite("What is owed to nodes")
struct NoticeTests {
  /// Nodes that take notices, keep silent, or refuse.
  private final class Nodes: Sendable {
    private let state = Mutex<(silent: Set<String>, refusing: Set<String>, taken: [String: [String]])>(([], [], [:]))

    func silence(_ node: String) { _ = state.withLock { $0.silent.insert(node) } }
    func listen(_ node: String) { _ = state.withLock { $0.silent.remove(node) } }
    func refuse(_ node: String) { _ = state.withLock { $0.refusing.insert(node) } }
    func taken(by node: String) -> [String] { state.withLock { $0.taken[node] ?? [] } }

    @Sendable func deliver(
      _ notices: [Notice], _ node: String, _ told: @Sendable (Notice, NoticeResult) async throws -> Void
    ) async throws {
      if state.withLock({ $0.silent.contains(node) }) { throw DestinationFailure("cannot be reached") }
      for notice in notices {
        if state.withLock({ $0.refusing.contains(node) }) {
          try await told(notice, .refused(reason: "does not want it"))
          continue
        }
        state.withLock { $0.taken[node, default: []].append(notice.subject ?? "") }
        try await told(notice, .taken)
      }
    }
  }

  private let clock = ManualClock()
  private let store: InMemoryWorkflowStore
  private let nodes = Nodes()
  private let runner: NoticeRunner

  init() {
    let store = InMemoryWorkflowStore(environment: clock.environment)
    self.store = store
    runner = NoticeRunner(store: store, environment: clock.environment, deliver: nodes.deliver)
  }

  private func owe(_ node: String, _ subjects: String...) async throws {
    try await store.commit([
      .notify(
        subjects.map {
          Notice(
            to: node, .create, sopClass: "1.2.840.10008.5.1.4.33", sopInstance: nil, about: $0, attributes: DataSet(),
            queuedAt: clock.now)
        })
    ])
  }

  private func waiting() async throws -> [Notice] { try await store.notices(in: .waiting, after: 0, limit: 100) }

  @Test("is delivered in the order it came to be owed, and is owed no more")
  func order() async throws {
    try await owe("RIS", "1", "2")
    try await owe("RIS", "3")
    await runner.work(on: "RIS")
    #expect(nodes.taken(by: "RIS") == ["1", "2", "3"])
    #expect(try await waiting().isEmpty)
  }

  @Test("waits for a node that is silent, longer each time, and is delivered whole when it listens")
  func silence() async throws {
    nodes.silence("RIS")
    try await owe("RIS", "1", "2")
    var waits: [Duration] = []
    for _ in 1...4 {
      await runner.work(on: "RIS")
      let first = try #require(try await waiting().first)
      let wait = Duration.nanoseconds(first.due.nanoseconds - clock.now.nanoseconds)
      waits.append(wait)
      #expect(first.reason == "cannot be reached")
      // Before its time nothing is tried.
      await runner.work(on: "RIS")
      #expect(try await waiting().first?.attempts == first.attempts)
      clock.advance(wait)
    }
    #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 < $1 }, "\(waits)")
    nodes.listen("RIS")
    await runner.work(on: "RIS")
    #expect(nodes.taken(by: "RIS") == ["1", "2"])
  }

  @Test("is set aside when the node does not want it, and what comes behind it is delivered")
  func refused() async throws {
    nodes.refuse("RIS")
    try await owe("RIS", "1")
    await runner.work(on: "RIS")
    #expect(try await waiting().isEmpty)
    #expect(try await store.notices(in: .setAside, after: 0, limit: 10).map(\.reason) == ["does not want it"])
  }

  @Test("is given up after half a day, and tried again when somebody says so")
  func givenUp() async throws {
    nodes.silence("RIS")
    try await owe("RIS", "1")
    let began = clock.now
    while let first = try await waiting().first {
      clock.advance(.nanoseconds(max(0, first.due.nanoseconds - clock.now.nanoseconds)))
      await runner.work(on: "RIS")
    }
    let lasted = Duration.nanoseconds(clock.now.nanoseconds - began.nanoseconds)
    #expect(lasted > .seconds(6 * 3600) && lasted < .seconds(16 * 3600), "\(lasted)")
    nodes.listen("RIS")
    try await store.commit([.retryNotices(to: "RIS", at: clock.now)])
    await runner.work(on: "RIS")
    #expect(nodes.taken(by: "RIS") == ["1"])
  }

  @Test("is delayed by no other node")
  func independence() async throws {
    nodes.silence("DEAD")
    try await owe("DEAD", "1")
    try await owe("RIS", "2")
    let work = Task { await runner.run() }
    while nodes.taken(by: "RIS").isEmpty { await Task.yield() }
    #expect(nodes.taken(by: "RIS") == ["2"])
    // What comes while the runner waits is delivered without anybody moving the clock.
    try await owe("RIS", "3")
    while nodes.taken(by: "RIS").count < 2 { await Task.yield() }
    work.cancel()
    await work.value
    #expect(try await waiting().map(\.node) == ["DEAD"])
  }

  @Test("is taken back when it was told in another way")
  func withdrawn() async throws {
    try await owe("RIS", "1", "2")
    try await store.commit([.withdrawNotices(about: "1", to: "RIS")])
    await runner.work(on: "RIS")
    #expect(nodes.taken(by: "RIS") == ["2"])
  }
}
