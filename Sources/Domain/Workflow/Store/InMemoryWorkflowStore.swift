public import ArchiveCore
import Synchronization

/// The workflow's records in memory: the contract of `WorkflowStore` as a program.
///
/// It has a journal of its own, to which tests append what a catalog would.
public final class InMemoryWorkflowStore: WorkflowStore {
  public let bell = Bell()
  public let queueBell = Bell()
  private let state: Mutex<InMemoryWorkflow>
  private let environment: Environment

  public init(environment: Environment) {
    self.environment = environment
    state = Mutex(InMemoryWorkflow())
  }

  public func commit(_ changes: [WorkflowChange]) async throws {
    let now = environment.now()
    try state.withLock { state in
      var next = state
      for change in changes { try next.apply(change, at: now) }
      state = next
    }
    bell.ring()
    queueBell.ring()
  }

  /// Writes an entry as a catalog would.
  public func append(_ entry: JournalEntry) {
    state.withLock { $0.append(entry) }
    bell.ring()
  }

  /// What a restore does before anybody reads on.
  public func beginEpoch() { state.withLock { $0.epoch += 1 } }

  /// Audit records so far, oldest first.
  public var audited: [AuditRecord] { state.withLock { $0.audit } }

  public func journal(after position: JournalPosition, limit: Int) async throws -> [JournalEntry] {
    state.withLock { Array($0.journal.filter { $0.position > position }.prefix(limit)) }
  }

  public func history(before position: JournalPosition?, limit: Int) async throws -> [JournalEntry] {
    state.withLock { state in
      Array(state.journal.reversed().filter { entry in position.map { entry.position < $0 } ?? true }.prefix(limit))
    }
  }

  public func epoch() async throws -> Int64 { state.withLock { $0.epoch } }

  public func position(of subscriber: String) async throws -> JournalPosition {
    state.withLock { $0.positions[subscriber] ?? .start }
  }

  public func completion(of study: StudyUID) async throws -> StudyCompletion? {
    state.withLock { $0.completions[study] }
  }

  public func completions(dueBy moment: Instant, limit: Int) async throws -> [StudyCompletion] {
    state.withLock { Array($0.deadlines.filter { $0.isDue(at: moment) }.prefix(limit)) }
  }

  public func nextCompletionDeadline() async throws -> Instant? { state.withLock { $0.deadlines.first?.deadline } }

  public func rules() async throws -> [RoutingRule] {
    state.withLock { $0.rules.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) } }
  }

  public func profiles() async throws -> [ProfileRecord] {
    state.withLock { $0.profiles.values.sorted { ($0.profile.name, $0.profile.id) < ($1.profile.name, $1.profile.id) } }
  }

  public func deviceDays(since day: Int64) async throws -> [DeviceDay] {
    state.withLock { state in
      state.deviceDays.filter { $0.key >= day }.flatMap { $0.value.values }.sorted(by: DeviceDay.order)
    }
  }

  public func destinations() async throws -> [DestinationRecord] {
    state.withLock { $0.queues.values.map(\.record).sorted { $0.name < $1.name } }
  }

  public func queues() async throws -> [QueueStatus] {
    state.withLock { state in state.queues.keys.sorted().compactMap { state.status(of: $0) } }
  }

  public func queue(of destination: String) async throws -> QueueStatus? {
    state.withLock { $0.status(of: destination) }
  }

  public func nextBatch(for destination: String, at moment: Instant, limit: Int) async throws -> ForwardBatch? {
    state.withLock { $0.nextBatch(for: destination, at: moment, limit: limit) }
  }

  public func nextDue(for destination: String) async throws -> Instant? {
    state.withLock { state in
      let queue = state.queues[destination]
      return queue?.items.filter { $0.state == .waiting }.map { queue?.due[$0.study] ?? $0.queuedAt }.min()
    }
  }

  public func forwarded(since moment: Instant) async throws -> [ForwardedHour] {
    let queues = state.withLock { $0.queues.mapValues(\.items) }
    return queues.sorted { $0.key < $1.key }.flatMap { name, items in
      let sent = items.filter { $0.state == .sent }.compactMap(\.settledAt).filter { $0 >= moment }
      return Dictionary(grouping: sent, by: \.hour).sorted { $0.key < $1.key }.map { hour, moments in
        ForwardedHour(destination: name, hour: hour, instances: moments.count, last: moments.max() ?? moment)
      }
    }
  }

  public func items(
    of destination: String, in wanted: ForwardItem.State, after id: Int64, limit: Int
  ) async throws -> [ForwardItem] {
    state.withLock { state in
      Array((state.queues[destination]?.items ?? []).filter { $0.state == wanted && $0.id > id }.prefix(limit))
    }
  }

  public func work(_ kind: WorkKind, _ item: WorkUID) async throws -> WorkRecord? {
    state.withLock { state in state.work.first { $0.record.kind == kind && $0.record.item == item }?.record }
  }

  public func work(_ question: WorkQuestion, after cursor: WorkCursor?, limit: Int) async throws -> WorkPage {
    state.withLock { $0.page(question, after: cursor, limit: limit) }
  }

  public func subscriptions(to item: WorkUID?) async throws -> [WorkSubscription] {
    state.withLock { $0.subscriptions(to: item) }
  }

  public func subscribers() async throws -> [String] {
    state.withLock { Set($0.subscriptions.map(\.subscriber)).sorted() }
  }

  public func finishedWorkitems(before moment: Instant, evenLocked: Bool, limit: Int) async throws -> [WorkRecord] {
    state.withLock { Array($0.finishedWorkitems(before: moment, evenLocked: evenLocked).prefix(max(0, limit))) }
  }

  public func owed() async throws -> [Notice] {
    state.withLock { state in
      var first: [String: Notice] = [:]
      for notice in state.notices where notice.state == .waiting && first[notice.node] == nil {
        first[notice.node] = notice
      }
      return first.values.sorted { $0.node < $1.node }
    }
  }

  public func notices(to node: String, limit: Int) async throws -> [Notice] {
    state.withLock { Array($0.notices.filter { $0.node == node && $0.state == .waiting }.prefix(limit)) }
  }

  public func notices(in wanted: Notice.State, after id: Int64, limit: Int) async throws -> [Notice] {
    state.withLock { Array($0.notices.filter { $0.state == wanted && $0.id > id }.prefix(limit)) }
  }
}
