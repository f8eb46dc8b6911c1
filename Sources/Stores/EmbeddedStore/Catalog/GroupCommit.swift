import ArchiveCore
import GRDB
import Synchronization

/// Gathers concurrent commits into shared transactions: whoever comes while one is being synced shares the next.
///
/// Each commit has a savepoint of its own, so one that fails takes nobody along.
final class GroupCommit: Sendable {
  private struct Waiting: Sendable {
    var changes: [ArchiveChange]
    var isRecorded: Bool
    var continuation: CheckedContinuation<[ChangeOutcome], any Error>
  }

  private struct Line: Sendable {
    var waiting: [Waiting] = []
    var isScheduled = false
  }

  private let database: EmbeddedDatabase
  private let line = Mutex(Line())

  /// Most changes of one transaction; what is beyond waits for the next.
  private static let maximumChanges = 4096

  init(_ database: EmbeddedDatabase) { self.database = database }

  func commit(_ changes: [ArchiveChange], isRecorded: Bool) async throws -> [ChangeOutcome] {
    try await withCheckedThrowingContinuation { continuation in
      let mustSchedule = line.withLock { line in
        line.waiting.append(Waiting(changes: changes, isRecorded: isRecorded, continuation: continuation))
        defer { line.isScheduled = true }
        return !line.isScheduled
      }
      if mustSchedule { schedule() }
    }
  }

  private func schedule() {
    database.pool.asyncWriteWithoutTransaction { db in
      let group = self.take()
      if !group.isEmpty { self.carryOut(group, db) }
      let isMore = self.line.withLock { line in
        line.isScheduled = !line.waiting.isEmpty
        return line.isScheduled
      }
      if isMore { self.schedule() }
    }
  }

  private func take() -> [Waiting] {
    line.withLock { line in
      var changes = 0
      let count = line.waiting.prefix { waiting in
        defer { changes += waiting.changes.count }
        return changes < Self.maximumChanges
      }.count
      let group = Array(line.waiting.prefix(count))
      line.waiting.removeFirst(count)
      return group
    }
  }

  private func carryOut(_ group: [Waiting], _ db: Database) {
    let results: [Result<[ChangeOutcome], any Error>]
    do {
      results = try database.transaction(db) { db, state in
        let now = database.environment.now()
        return try group.map { waiting in
          let mode = CommitMode(now: now, isRecorded: waiting.isRecorded)
          return try state.attempt(waiting.changes, mode, db)
        }
      }
    } catch {
      // Nothing of the transaction is there, so nobody in it may believe otherwise.
      let failure = EmbeddedDatabase.translated(error)
      for waiting in group { waiting.continuation.resume(throwing: failure) }
      return
    }
    for (waiting, result) in zip(group, results) {
      waiting.continuation.resume(with: result.mapError(EmbeddedDatabase.translated))
    }
    if database.isOwingAudit { database.flushAuditSoon() }
  }
}

extension WriterState {
  /// Carries out one commit in a savepoint: its outcomes, or why nothing of it happened.
  ///
  /// - Throws: when the whole transaction is lost.
  fileprivate mutating func attempt(
    _ changes: [ArchiveChange], _ mode: CommitMode, _ db: Database
  ) throws -> Result<[ChangeOutcome], any Error> {
    // Deletions read counts from the tables, so what earlier commits of the group gathered goes there first.
    if changes.contains(where: \.readsCounts) { try flushTally(db) }
    let gathered = tally
    let notes = audit
    tally = Tally()
    try db.run("SAVEPOINT attempt")
    do {
      let outcomes = try changes.map { try apply($0, mode, db) }
      try db.run("RELEASE attempt")
      var sum = gathered
      sum.merge(tally)
      tally = sum
      return .success(outcomes)
    } catch {
      // A full disk ends the transaction itself.
      guard db.isInsideTransaction else { throw error }
      try db.run("ROLLBACK TO attempt")
      try db.run("RELEASE attempt")
      tally = gathered
      audit = notes
      forget()
      return .failure(error)
    }
  }

  private mutating func apply(_ change: ArchiveChange, _ mode: CommitMode, _ db: Database) throws -> ChangeOutcome {
    switch change {
    case .store(let entry): try store(entry, mode, db)
    case .duplicate(let entry, let record): try duplicate(entry, of: record, mode, db)
    case .quarantine(let entry, let record): try quarantine(entry, besides: record, mode, db)
    case .delete(let records, let principal, _, let reason):
      try delete(records, by: principal, reason: reason, mode, db)
    case .correct(let correction): try correct(correction, mode, db)
    case .relocate(let moves): try relocate(moves, db)
    case .applied(let container, let offset): try noteApplied(container, offset, db)
    }
  }

  private mutating func relocate(_ moves: [RecordID: RecordLocation], _ db: Database) throws -> ChangeOutcome {
    for (record, location) in moves {
      try db.run(
        "UPDATE record SET container = ?, offset = ?, length = ? WHERE record = ?",
        [try id(of: location.container, db), location.offset.column, location.length.column, record.data])
    }
    return .applied
  }

  private mutating func noteApplied(
    _ container: ContainerID, _ offset: UInt64, _ db: Database
  ) throws -> ChangeOutcome {
    let id = try id(of: container, db)
    try db.run("UPDATE container SET applied = max(applied, ?) WHERE id = ?", [offset.column, id])
    return .applied
  }
}

extension ArchiveChange {
  fileprivate var readsCounts: Bool {
    switch self {
    case .delete, .correct: true
    case .store, .duplicate, .quarantine, .relocate, .applied: false
    }
  }
}
