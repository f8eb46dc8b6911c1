import ArchiveCore
import Foundation
import GRDB

/// The journal as rows: numbers and identifiers, with what repeats kept once.
enum JournalTable {
  enum Kind: Int, Sendable {
    case stored = 1
    case deleted = 2
    case resent = 3
    case quarantined = 4
    case corrected = 5
    case duplicateRemoved = 6
    case restated = 7
    /// Of a study as a whole: the series row names the study only, bytes are its instances, edges its revision.
    case completed = 16
    /// Of something people work by: the series row names its study, if any; bytes are its kind, edges its state.
    case work = 17
  }

  struct Line {
    var sequence: Int64
    var at: Instant
    var context: Int64
    var kind: Kind
    /// 0 where the event names no series.
    var series: Int64
    var instance: Data
    var record: Data
    /// Of a correction the study's revision.
    var bytes: Int64
    var edges: Int
  }

  static func append(_ line: Line, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO journal (sequence, at, context, kind, series, instance, record, bytes, edges)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        line.sequence, line.at.nanoseconds, line.context, line.kind.rawValue, line.series, line.instance, line.record,
        line.bytes, line.edges,
      ])
  }

  /// Lines about copies that an early version wrote without their series are left out: they say nothing.
  static func entries(after position: JournalPosition, limit: Int, _ db: Database) throws -> [JournalEntry] {
    let epochs = try Epochs(db)
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: columns + " WHERE j.sequence > ? AND \(isTold) ORDER BY j.sequence LIMIT ?"),
      arguments: [epochs.sequence(behind: position), max(0, limit)])
    var entries: [JournalEntry] = []
    while let row = try rows.next() { entries.append(try entry(row, epochs)) }
    return entries
  }

  /// Entries before a position, newest first; from the end when there is none.
  static func history(before position: JournalPosition?, limit: Int, _ db: Database) throws -> [JournalEntry] {
    let epochs = try Epochs(db)
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: columns + " WHERE j.sequence < ? AND \(isTold) ORDER BY j.sequence DESC LIMIT ?"),
      arguments: [position?.sequence ?? Int64.max, max(0, limit)])
    var entries: [JournalEntry] = []
    while let row = try rows.next() { entries.append(try entry(row, epochs)) }
    return entries
  }

  /// Not a line about something sent again that an earlier version wrote without saying of which study.
  private static let isTold = "NOT (j.kind = 3 AND j.series = 0)"

  private static let columns = """
    SELECT j.sequence, j.at, c.principal, n.name, c.delivery, c.channel, j.kind, s.study, s.series, s.modality,
      j.instance, j.record, j.bytes, j.edges
    FROM journal j JOIN journal_context c ON c.id = j.context JOIN site n ON n.id = c.site
      LEFT JOIN journal_series s ON s.id = j.series
    """

  private static func entry(_ row: Row, _ epochs: Epochs) throws -> JournalEntry {
    let site = SiteID(row[3])
    let delivery: Data = row[4]
    return JournalEntry(
      position: epochs.position(row[0]), at: Instant(nanoseconds: row[1]), principal: row[2], site: site,
      delivery: DeliveryID(data: delivery), channel: Source.Channel(rawValue: row[5]), event: try event(row, site))
  }

  static func end(_ db: Database) throws -> JournalPosition {
    try Epochs(db).position(db.number("SELECT max(sequence) FROM journal") ?? 0)
  }

  private static func event(_ row: Row, _ site: SiteID) throws -> JournalEvent {
    switch Kind(rawValue: row[6]) {
    case .corrected: return .studyCorrected(try row.study(7), revision: row[12])
    case .completed: return .studyCompleted(try row.study(7), revision: row[13], instances: row[12])
    case .restated: return .seriesRestated(try row.study(7), try row.series(8), modality: row[9])
    case .stored: return .instanceStored(try facts(row, site))
    case .deleted: return .instanceDeleted(try facts(row, site))
    case .resent: return .instanceResent(try facts(row, site))
    case .duplicateRemoved: return .duplicateRemoved(try facts(row, site))
    case .quarantined: return .instanceQuarantined(try row.packedInstance(10), record: try row.identifier(11))
    case .work:
      let study: String? = row[7]
      guard let kind = WorkKind(rawValue: row[12]), let state = WorkState(rawValue: row[13]),
        let item = WorkUID(PackedUID.unpack(row[10]))
      else { throw Damage.column(12) }
      return .workItemChanged(
        WorkFacts(kind: kind, item: item, state: state, study: study.flatMap { StudyUID($0) }))
    case nil: throw Damage.column(6)
    }
  }

  private static func facts(_ row: Row, _ site: SiteID) throws -> InstanceFacts {
    let edges: Int = row[13]
    return InstanceFacts(
      study: try row.study(7), series: try row.series(8), instance: try row.packedInstance(10),
      record: try row.identifier(11), site: site,
      modality: row[9], bytes: try row.uint64(12), seriesEdge: edges & 1 != 0, studyEdge: edges & 2 != 0)
  }
}

/// Which stretch of sequence numbers belongs to which epoch: a restore begins a new one, numbers go on.
struct Epochs {
  private let starts: [(epoch: Int64, first: Int64)]

  init(_ db: Database) throws {
    starts = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT epoch, first FROM journal_epoch ORDER BY epoch")
    ).map { ($0[0], $0[1]) }
  }

  func position(_ sequence: Int64) -> JournalPosition {
    let epoch = starts.last { $0.first <= max(sequence, 1) }?.epoch ?? 1
    return JournalPosition(epoch: epoch, partition: 0, sequence: sequence)
  }

  /// The number to read on behind: a position of an epoch before a restore may lie behind what the restore brought back.
  func sequence(behind position: JournalPosition) -> Int64 {
    guard let next = starts.first(where: { $0.epoch > position.epoch }) else { return position.sequence }
    return min(position.sequence, next.first - 1)
  }

  /// Begins a new epoch behind everything there is.
  static func begin(_ db: Database, at now: Instant) throws {
    let last = try db.number("SELECT max(epoch) FROM journal_epoch") ?? 0
    let first = (try db.number("SELECT max(sequence) FROM journal") ?? 0) + 1
    try db.run(
      "INSERT INTO journal_epoch (epoch, first, began) VALUES (?, ?, ?)", [last + 1, first, now.nanoseconds])
  }
}
