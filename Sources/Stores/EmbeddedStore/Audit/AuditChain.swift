import ArchiveCore
import Crypto
import Foundation
import GRDB

/// The writing end of the audit: each row carries a SHA-256 over the row before and its own content.
struct AuditChain: Sendable {
  /// The embedded home has one writer.
  static let writer = "embedded"

  private struct Key: Hashable, Sendable {
    var action: AuditRecord.Action
    var principal: String
    var object: String
    var detail: String
  }

  private struct Carried: Sendable {
    /// What no row says yet.
    var count: Int
    /// When the last row was written; `nil` before the first, which goes into the transaction that causes it.
    var writtenAt: Instant?
  }

  private var notes: [Key: Carried] = [:]
  private var head: (sequence: Int64, hash: Data)?

  /// A delivery's instances of one study share a row a second.
  static let nanosecondsBetweenRows: Int64 = 1_000_000_000

  /// Counts something done to an object. The first of its kind is written with this transaction; what follows within
  /// a second is gathered into one more row.
  mutating func note(
    _ action: AuditRecord.Action, by principal: String, object: String, detail: String, count: Int = 1
  ) {
    notes[Key(action: action, principal: principal, object: object, detail: detail), default: Carried(count: 0)]
      .count += count
  }

  /// Whether something was counted that no row says yet.
  var isOwing: Bool { notes.values.contains { $0.count > 0 } }

  /// Writes what is due; all of it when `everything`.
  mutating func flush(_ db: Database, at now: Instant, everything: Bool = false) throws {
    for (key, carried) in notes {
      let isDue = carried.writtenAt.map { now.nanoseconds - $0.nanoseconds >= Self.nanosecondsBetweenRows } ?? true
      guard everything || isDue else { continue }
      guard carried.count > 0 else {
        notes[key] = nil
        continue
      }
      try append(
        AuditRecord(
          at: now, action: key.action, principal: key.principal, object: key.object, count: carried.count,
          detail: key.detail), db)
      notes[key] = Carried(count: 0, writtenAt: now)
    }
  }

  /// Writes one row behind the last.
  mutating func append(_ record: AuditRecord, _ db: Database) throws {
    let last = try head ?? Self.readHead(db)
    let sequence = last.sequence + 1
    let hash = Self.hash(record, sequence: sequence, writer: Self.writer, after: last.hash)
    try db.run(
      """
      INSERT INTO audit (writer, sequence, at, action, principal, object, count, detail, hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        Self.writer, sequence, record.at.nanoseconds, record.action.rawValue, record.principal, record.object,
        record.count, record.detail, hash,
      ])
    try db.run(
      """
      INSERT INTO audit_writer (name, sequence, hash) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash
      """, [Self.writer, sequence, hash])
    head = (sequence, hash)
  }

  /// What a chain from before a failed transaction goes on as: it still owes what it owed.
  func afterFailure() -> AuditChain {
    var chain = self
    chain.head = nil
    return chain
  }

  private static func readHead(_ db: Database) throws -> (Int64, Data) {
    guard let row = try db.row("SELECT sequence, hash FROM audit_writer WHERE name = ?", [writer]) else {
      return (0, Data(count: 32))
    }
    return (row[0], row[1])
  }

  /// SHA-256 over the hash before, then each field with its length in front, so that no two rows read the same.
  static func hash(_ record: AuditRecord, sequence: Int64, writer: String, after previous: Data) -> Data {
    var hasher = SHA256()
    hasher.update(data: previous)
    let numbers = [sequence, record.at.nanoseconds, Int64(record.count)]
    for number in numbers {
      withUnsafeBytes(of: number.bigEndian) { hasher.update(bufferPointer: $0) }
    }
    for text in [writer, record.action.rawValue, record.principal, record.object, record.detail] {
      let bytes = Array(text.utf8)
      withUnsafeBytes(of: Int64(bytes.count).bigEndian) { hasher.update(bufferPointer: $0) }
      bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    }
    return Data(hasher.finalize())
  }
}
