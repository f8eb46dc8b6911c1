public import ArchiveCore
import DICOM

/// How long finished workitems are kept.
public struct WorkitemRetention: Hashable, Sendable {
  /// After the final state, when nobody holds a deletion lock.
  public var finished: Duration
  /// A deletion lock is not believed longer than that: who placed it may be gone for good.
  public var locked: Duration

  public init(finished: Duration = .seconds(30 * 86_400), locked: Duration = .seconds(365 * 86_400)) {
    self.finished = finished
    self.locked = locked
  }
}

/// Keeps the list of workitems: says after a start that it is there again, and removes what was finished long ago.
public struct UnifiedStepKeeper: Sendable {
  static let interval = Duration.seconds(3600)
  /// Workitems removed at a time.
  static let page = 100
  /// How long an event is owed to a node that does not take it: a bound on what a silent subscriber costs.
  static let eventLife = Duration.seconds(7 * 86_400)

  let store: any WorkflowStore
  let environment: Environment
  let retention: WorkitemRetention
  /// Nodes that hear of a restart even when they have no subscription (PS3.4 §CC.2.4.3, the fallback list).
  let fallback: Set<String>

  public init(
    store: any WorkflowStore, environment: Environment, retention: WorkitemRetention = WorkitemRetention(),
    fallback: Set<String> = []
  ) {
    self.store = store
    self.environment = environment
    self.retention = retention
    self.fallback = fallback
  }

  /// Works until the task is cancelled. What could not be done now is done the next time.
  public func run() async {
    try? await announceRestart()
    while !Task.isCancelled {
      _ = try? await sweep()
      try? await environment.sleep(Self.interval)
    }
  }

  /// Owes an SCP Status Change to every subscriber (PS3.4 §CC.2.4.3).
  public func announceRestart() async throws {
    let now = environment.now()
    let nodes = fallback.union(try await store.subscribers()).sorted()
    guard !nodes.isEmpty else { return }
    try await store.commit([.notify(nodes.map { UnifiedStepEvent.restarted(to: $0, at: now) })])
  }

  /// Removes workitems and events whose time is over.
  ///
  /// - Returns: how many workitems went.
  @discardableResult
  public func sweep() async throws -> Int {
    try await store.commit([
      .forgetNotices(
        sopClass: UnifiedStep.sopClass.rawValue, before: environment.now().adding(.zero - Self.eventLife))
    ])
    var removed = 0
    for (age, evenLocked) in [(retention.finished, false), (retention.locked, true)] {
      while !Task.isCancelled {
        let due = try await store.finishedWorkitems(
          before: environment.now().adding(.zero - age), evenLocked: evenLocked, limit: Self.page)
        var gone = 0
        for record in due where try await remove(record, evenLocked: evenLocked) { gone += 1 }
        removed += gone
        // Those that stay have changed or were locked meanwhile, and are looked at the next time.
        if due.count < Self.page || gone == 0 { break }
      }
    }
    return removed
  }

  private func remove(_ record: WorkRecord, evenLocked: Bool) async throws -> Bool {
    let principal = Principal.system("retention")
    do {
      try await store.commit(
        (evenLocked ? [] : [.requireUnlocked(record.item)]) + [
          .forgetSubscriptions(record.item), .removeWork(record, by: principal),
          .audit(
            AuditRecord(
              at: environment.now(), action: .delete, principal: principal.label, object: record.item.value, count: 1,
              detail: "workitem \(record.state) removed")),
        ])
      return true
    } catch is WorkflowConflict {
      return false
    }
  }
}
