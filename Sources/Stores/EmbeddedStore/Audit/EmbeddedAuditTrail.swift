public import ArchiveCore
import Foundation
import GRDB
import Synchronization

/// The audit of the embedded home, in the catalog's own file: changes are audited in the transaction that makes them.
public final class EmbeddedAuditTrail: AuditTrail {
  private let database: EmbeddedDatabase

  public init(sharing catalog: EmbeddedCatalog) { database = catalog.database }

  public func noteRead(
    _ action: AuditRecord.Action, by principal: Principal, object: String, count: Int
  ) async throws {
    try database.reads.note(action, by: principal.label, object: object, count: count, at: database.environment.now())
    database.flushAuditSoon()
  }

  public func write(_ record: AuditRecord) async throws {
    try await database.write { db, state in try state.audit.append(record, db) }
  }

  public func flush() async throws { try await database.flushAudit() }

  public func records(limit: Int) async throws -> [AuditRecord] {
    try await flush()
    return try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT sequence, at, action, principal, object, count, detail FROM audit ORDER BY id DESC LIMIT ?
            """), arguments: [max(0, limit)]
      ).compactMap(Self.record)
    }
  }

  public func entries(_ question: AuditQuestion, limit: Int) async throws -> [AuditEntry] {
    try await flush()
    return try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT sequence, at, action, principal, object, count, detail, id FROM audit
            WHERE id < ? AND at >= ? AND at < ? AND (? IS NULL OR action = ?)
              AND (? = '' OR instr(principal, ?) > 0) AND (? = '' OR instr(object, ?) > 0)
            ORDER BY id DESC LIMIT ?
            """),
        arguments: [
          question.before ?? .max, question.from?.nanoseconds ?? .min, question.until?.nanoseconds ?? .max,
          question.action?.rawValue, question.action?.rawValue, question.principal ?? "", question.principal ?? "",
          question.object ?? "", question.object ?? "", max(0, limit),
        ]
      ).compactMap { row in Self.record(row).map { AuditEntry(id: row[7], record: $0) } }
    }
  }

  public func verify() async throws -> [AuditFinding] {
    try await flush()
    return try await database.read { db in
      var findings: [AuditFinding] = []
      var ends: [String: (sequence: Int64, hash: Data)] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT sequence, at, action, principal, object, count, detail, writer, hash FROM audit
          ORDER BY writer, sequence
          """)
      while let row = try rows.next() {
        let writer: String = row[7]
        let sequence: Int64 = row[0]
        let stored: Data = row[8]
        let last = ends[writer] ?? (0, Data(count: 32))
        if sequence != last.sequence + 1 {
          findings.append(AuditFinding(writer: writer, sequence: last.sequence + 1, problem: "rows are missing"))
        }
        let expected = Self.record(row).map {
          AuditChain.hash($0, sequence: sequence, writer: writer, after: last.hash)
        }
        if expected != stored, sequence == last.sequence + 1 {
          findings.append(AuditFinding(writer: writer, sequence: sequence, problem: "not what was written"))
        }
        ends[writer] = (sequence, stored)
      }
      for row in try Row.fetchAll(db, sql: "SELECT name, sequence, hash FROM audit_writer ORDER BY name") {
        let writer: String = row[0]
        let sequence: Int64 = row[1]
        let hash: Data = row[2]
        let end = ends.removeValue(forKey: writer) ?? (0, Data(count: 32))
        if end.sequence != sequence || end.hash != hash {
          findings.append(AuditFinding(writer: writer, sequence: sequence, problem: "the end is not what was written"))
        }
      }
      for (writer, end) in ends {
        findings.append(AuditFinding(writer: writer, sequence: end.sequence, problem: "the writer is not known"))
      }
      return findings
    }
  }

  private static func record(_ row: Row) -> AuditRecord? {
    guard let action = AuditRecord.Action(rawValue: row[2]) else { return nil }
    return AuditRecord(
      at: Instant(nanoseconds: row[1]), action: action, principal: row[3], object: row[4], count: row[5],
      detail: row[6])
  }
}

/// Reads that were answered and are not written yet, coalesced by principal, object and minute.
final class GatheredReads: Sendable {
  struct Key: Hashable, Sendable {
    var action: AuditRecord.Action
    var principal: String
    var object: String
    var minute: Int64
  }

  struct Gathered: Sendable {
    var first: Instant
    var count: Int
  }

  private struct State: Sendable {
    var reads: [Key: Gathered] = [:]
    var isFailing = false
  }

  private let state = Mutex(State())

  /// Kinds of reads that wait at a time; beyond it reads are refused until they are written.
  static let maximumWaiting = 50_000

  /// - Throws: `.unavailable` while what came before could not be written.
  func note(_ action: AuditRecord.Action, by principal: String, object: String, count: Int, at now: Instant) throws {
    let isTaken = state.withLock { state in
      guard !state.isFailing, state.reads.count < Self.maximumWaiting else { return false }
      let key = Key(action: action, principal: principal, object: object, minute: now.seconds / 60)
      state.reads[key, default: Gathered(first: now, count: 0)].count += count
      return true
    }
    guard isTaken else { throw ArchiveError(.unavailable, "reads cannot be audited just now") }
  }

  var isEmpty: Bool { state.withLock { $0.reads.isEmpty } }

  func take() -> [Key: Gathered] {
    state.withLock { state in
      defer { state.reads = [:] }
      return state.reads
    }
  }

  /// They are written: reads may go on.
  func written() { state.withLock { $0.isFailing = false } }

  /// They could not be written: they wait on, and nobody reads until they are.
  func giveBack(_ reads: [Key: Gathered]) {
    state.withLock { state in
      state.isFailing = true
      state.reads.merge(reads) { Gathered(first: min($0.first, $1.first), count: $0.count + $1.count) }
    }
  }
}
