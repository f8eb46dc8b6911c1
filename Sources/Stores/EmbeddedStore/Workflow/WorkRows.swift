import ArchiveCore
import DICOM
import Foundation
import GRDB
import Workflow

/// How rows of what people and machines work by, and of notices, become values again.
enum WorkRows {
  static let record = "SELECT id, kind, item, version, site, state, changed, start, attributes FROM work"

  static func record(_ row: Row) throws -> WorkRecord {
    guard let kind = WorkKind(rawValue: row[1]), let item = WorkUID(PackedUID.unpack(row[2])),
      let state = WorkState(rawValue: row[5])
    else { throw Damage.column(2) }
    return WorkRecord(
      kind: kind, item: item, version: row[3], site: SiteID(row[4]), state: state,
      changedAt: Instant(nanoseconds: row[6]), attributes: attributes(row[8]))
  }

  static func page(
    _ question: WorkQuestion, after cursor: WorkCursor?, limit: Int, _ db: Database
  ) throws -> WorkPage {
    var conditions = ["kind = ?"]
    var arguments: StatementArguments = [question.kind.rawValue]
    func demand(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
      guard let value else { return }
      conditions.append(condition)
      arguments += [value]
    }
    demand("study = ?", question.study)
    demand("accession = ?", question.accessionNumber)
    demand("patient = ?", question.patientID)
    demand("station = ?", question.station)
    demand("start >= ?", question.from)
    // A bound says as much as it says: whatever begins with it lies within.
    demand("start <= ?", question.to.map { $0 + "~" })
    if case .only(let sites) = question.sites {
      conditions.append("site IN (\(sites.map { _ in "?" }.joined(separator: ", ")))")
      arguments += StatementArguments(sites.map(\.value).sorted())
    }
    if let states = question.states {
      conditions.append("state IN (\(states.map { String($0.rawValue) }.sorted().joined(separator: ", ")))")
    }
    if let cursor {
      conditions.append("(start, id) > (?, ?)")
      arguments += [cursor.start, cursor.row]
    }
    let limit = max(1, min(limit, Int.max - 1))
    arguments += [limit + 1]
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: record + " WHERE \(conditions.joined(separator: " AND ")) ORDER BY start, id LIMIT ?"),
      arguments: arguments)
    let matcher = Matcher(question.keys)
    let records = try rows.prefix(limit).map(record).filter { matcher.matches($0.attributes) }
    let next = rows.count > limit ? rows.prefix(limit).last.map { WorkCursor(start: $0[7], row: $0[0]) } : nil
    return WorkPage(records: records, next: next)
  }

  // MARK: Notices

  static let notice = """
    SELECT id, node, operation, type, sop_class, sop_instance, attributes, state, attempts, queued, due, reason,
      subject
    FROM notice
    """

  static func notice(_ row: Row) throws -> Notice {
    let type: UInt16 = row[3]
    let operation: Notice.Operation
    switch row[2] as Int {
    case 0: operation = .eventReport(type)
    case 1: operation = .action(type)
    case 2: operation = .create
    case 3: operation = .set
    default: throw Damage.column(2)
    }
    guard let state = Notice.State(rawValue: row[7]) else { throw Damage.column(7) }
    return Notice(
      id: row[0], to: row[1], operation, sopClass: row[4], sopInstance: row[5], about: row[12],
      attributes: attributes(row[6]),
      state: state, attempts: row[8], queuedAt: Instant(nanoseconds: row[9]), due: Instant(nanoseconds: row[10]),
      reason: row[11])
  }

  static func code(_ operation: Notice.Operation) -> (operation: Int, type: UInt16) {
    switch operation {
    case .eventReport(let type): (0, type)
    case .action(let type): (1, type)
    case .create: (2, 0)
    case .set: (3, 0)
    }
  }

  private static func attributes(_ data: Data) -> DataSet { DataSet(AttributeCodec.decode(data)) }
}
