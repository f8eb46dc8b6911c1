public import ArchiveCore
import Foundation
import GRDB
public import Workflow

/// The workflow's records in the catalog's own file: one transaction holds an entry's consequences and the position
/// behind it.
public struct EmbeddedWorkflowStore: WorkflowStore {
  let database: EmbeddedDatabase
  public let queueBell = Bell()

  public init(sharing catalog: EmbeddedCatalog) { database = catalog.database }

  public var bell: Bell { database.bell }

  public func commit(_ changes: [WorkflowChange]) async throws {
    let now = database.environment.now()
    try await database.write { db, state in
      for change in changes { try state.apply(change, at: now, db) }
    }
    if changes.contains(where: \.concernsQueues) { queueBell.ring() }
    if database.isOwingAudit { database.flushAuditSoon() }
  }

  // MARK: Journal

  public func journal(after position: JournalPosition, limit: Int) async throws -> [JournalEntry] {
    try await database.read { try JournalTable.entries(after: position, limit: limit, $0) }
  }

  public func history(before position: JournalPosition?, limit: Int) async throws -> [JournalEntry] {
    try await database.read { try JournalTable.history(before: position, limit: limit, $0) }
  }

  /// Where the journal ends now.
  public func journalEnd() async throws -> JournalPosition { try await database.read { try JournalTable.end($0) } }

  public func epoch() async throws -> Int64 {
    try await database.read { db in try db.number("SELECT max(epoch) FROM journal_epoch") ?? 1 }
  }

  public func position(of subscriber: String) async throws -> JournalPosition {
    try await database.read { try WorkflowRows.position(of: subscriber, $0) }
  }

  // MARK: Completion

  public func completion(of study: StudyUID) async throws -> StudyCompletion? {
    try await database.read { db in
      try db.row(WorkflowRows.completion + " WHERE study = ?", [study.value]).map(WorkflowRows.completion)
    }
  }

  public func completions(dueBy moment: Instant, limit: Int) async throws -> [StudyCompletion] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: WorkflowRows.completion + " WHERE deadline <= ? ORDER BY deadline, study LIMIT ?"),
        arguments: [moment.nanoseconds, max(0, limit)]
      ).map(WorkflowRows.completion)
    }
  }

  public func nextCompletionDeadline() async throws -> Instant? {
    try await database.read { db in
      try db.number("SELECT min(deadline) FROM completion WHERE deadline IS NOT NULL").map(Instant.init(nanoseconds:))
    }
  }

  // MARK: Rules

  public func rules() async throws -> [RoutingRule] {
    try await database.read { db in
      try String.fetchAll(db.cachedStatement(sql: "SELECT definition FROM routing_rule ORDER BY name, id")).map {
        text in
        guard let rule = try? JSONDecoder().decode(RoutingRule.self, from: Data(text.utf8)) else {
          throw Damage.column(0)
        }
        return rule
      }
    }
  }

  // MARK: Destinations and their queues

  public func destinations() async throws -> [DestinationRecord] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT name, kind, ae_title, host, port, url, token FROM destination ORDER BY name")
      ).map(WorkflowRows.destination)
    }
  }

  public func queues() async throws -> [QueueStatus] {
    try await database.read { db in
      try Row.fetchAll(db.cachedStatement(sql: WorkflowRows.queue + " ORDER BY d.name")).map(WorkflowRows.queue)
    }
  }

  public func queue(of destination: String) async throws -> QueueStatus? {
    try await database.read { db in
      try db.row(WorkflowRows.queue + " WHERE d.name = ?", [destination]).map(WorkflowRows.queue)
    }
  }

  public func nextBatch(for destination: String, at moment: Instant, limit: Int) async throws -> ForwardBatch? {
    try await database.read { db in
      guard
        let study = try db.number(
          """
          SELECT f.id FROM destination d CROSS JOIN forward_study f INDEXED BY forward_study_waiting
            ON f.destination = d.id AND f.waiting > 0 AND f.due <= ?
          WHERE d.name = ? ORDER BY f.id LIMIT 1
          """, [moment.nanoseconds, destination])
      else { return nil }
      let items = try Row.fetchAll(
        db.cachedStatement(
          sql: WorkflowRows.item + " WHERE i.parent = ? AND i.state = 0 ORDER BY i.id LIMIT ?"),
        arguments: [study, max(1, limit)]
      ).map(WorkflowRows.item)
      guard let first = items.first else { return nil }
      return ForwardBatch(
        study: first.study, cause: first.cause, items: Array(items.prefix { $0.cause == first.cause }))
    }
  }

  public func nextDue(for destination: String) async throws -> Instant? {
    try await database.read { db in
      try db.number(
        """
        SELECT min(f.due) FROM destination d CROSS JOIN forward_study f INDEXED BY forward_study_waiting
          ON f.destination = d.id AND f.waiting > 0
        WHERE d.name = ?
        """, [destination]
      ).map(Instant.init(nanoseconds:))
    }
  }

  public func forwarded(since moment: Instant) async throws -> [ForwardedHour] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT d.name, i.settled / 3600000000000 AS hour, count(*), max(i.settled)
            FROM forward_item i INDEXED BY forward_item_sent JOIN destination d ON d.id = i.destination
            WHERE i.state = 1 AND i.settled >= ? GROUP BY d.name, hour ORDER BY d.name, hour
            """), arguments: [moment.nanoseconds]
      ).map {
        ForwardedHour(destination: $0[0], hour: $0[1], instances: $0[2], last: Instant(nanoseconds: $0[3]))
      }
    }
  }

  public func items(
    of destination: String, in state: ForwardItem.State, after id: Int64, limit: Int
  ) async throws -> [ForwardItem] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: WorkflowRows.item + " WHERE d.name = ? AND i.state = ? AND i.id > ? ORDER BY i.id LIMIT ?"),
        arguments: [destination, state.rawValue, id, max(0, limit)]
      ).map(WorkflowRows.item)
    }
  }

  // MARK: Objects to work by

  public func work(_ kind: WorkKind, _ item: WorkUID) async throws -> WorkRecord? {
    guard let packed = PackedUID.pack(item.value) else { return nil }
    return try await database.read { db in
      try db.row(WorkRows.record + " WHERE kind = ? AND item = ?", [kind.rawValue, packed]).map(WorkRows.record)
    }
  }

  public func work(_ question: WorkQuestion, after cursor: WorkCursor?, limit: Int) async throws -> WorkPage {
    try await database.read { try WorkRows.page(question, after: cursor, limit: limit, $0) }
  }

  // MARK: Subscriptions to workitems

  public func subscriptions(to item: WorkUID?) async throws -> [WorkSubscription] {
    try await database.read { try SubscriptionRows.all(to: item, $0) }
  }

  public func subscribers() async throws -> [String] {
    try await database.read { db in
      try String.fetchAll(
        db.cachedStatement(sql: "SELECT DISTINCT subscriber FROM work_subscription ORDER BY subscriber"))
    }
  }

  public func finishedWorkitems(before moment: Instant, evenLocked: Bool, limit: Int) async throws -> [WorkRecord] {
    try await database.read {
      try SubscriptionRows.finished(before: moment, evenLocked: evenLocked, limit: limit, $0)
    }
  }

  // MARK: Notices

  public func owed() async throws -> [Notice] {
    try await notices("WHERE id IN (SELECT min(id) FROM notice WHERE state = 0 GROUP BY node) ORDER BY node", [])
  }

  public func notices(to node: String, limit: Int) async throws -> [Notice] {
    try await notices("WHERE state = 0 AND node = ? ORDER BY id LIMIT ?", [node, max(0, limit)])
  }

  public func notices(in state: Notice.State, after id: Int64, limit: Int) async throws -> [Notice] {
    try await notices("WHERE state = ? AND id > ? ORDER BY id LIMIT ?", [state.rawValue, id, max(0, limit)])
  }

  private func notices(_ clause: String, _ arguments: StatementArguments) async throws -> [Notice] {
    try await database.read { db in
      try Row.fetchAll(db.cachedStatement(sql: WorkRows.notice + " " + clause), arguments: arguments)
        .map(WorkRows.notice)
    }
  }
}

extension WorkflowChange {
  /// Whether workers and those who look at queues ought to look again.
  fileprivate var concernsQueues: Bool {
    switch self {
    case .advance, .completion, .forgetCompletion, .saveRule, .removeRule, .saveProfile, .removeProfile, .noteTrial,
      .observe, .saveWork, .removeWork, .requireWork, .requireUnlocked, .unsubscribe, .unsubscribeFromAll,
      .forgetSubscriptions, .admitSubscribers, .audit:
      false
    case .subscribe, .tellSubscribers, .notify, .settleNotice, .retryNotices, .forgetNotices, .removeNotice,
      .hastenNotices, .withdrawNotices, .saveDestination, .removeDestination, .enqueue, .withdraw, .settle, .postpone,
      .pause, .retry,
      .empty:
      true
    }
  }
}
