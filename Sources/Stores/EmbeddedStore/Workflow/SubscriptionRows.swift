import ArchiveCore
import DICOM
import Foundation
import GRDB
import Workflow

/// How rows of subscriptions become values again.
enum SubscriptionRows {
  /// The item of a global subscription.
  static let global = Data()

  static func packed(_ item: WorkUID?) throws -> Data {
    guard let item else { return global }
    guard let packed = PackedUID.pack(item.value) else { throw Damage.column(1) }
    return packed
  }

  static func all(to item: WorkUID?, _ db: Database) throws -> [WorkSubscription] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT subscriber, locked, keys, sites FROM work_subscription WHERE item = ? ORDER BY subscriber"),
      arguments: [try packed(item)]
    ).map { row in
      let sites: String? = row[3]
      return WorkSubscription(
        row[0], to: item, isLocked: row[1], keys: DataSet(AttributeCodec.decode(row[2])),
        sites: try sites.map { .only(Set(try WorkflowRows.list($0).map(SiteID.init))) } ?? .all)
    }
  }

  static func finished(
    before moment: Instant, evenLocked: Bool, limit: Int, _ db: Database
  ) throws -> [WorkRecord] {
    let unlocked =
      evenLocked
      ? "" : "AND NOT EXISTS (SELECT 1 FROM work_subscription s WHERE s.item = work.item AND s.locked = 1)"
    return try Row.fetchAll(
      db.cachedStatement(
        sql: WorkRows.record + """
           WHERE kind = ? AND state IN (?, ?) AND changed < ? \(unlocked) ORDER BY changed LIMIT ?
          """),
      arguments: [
        WorkKind.workitem.rawValue, WorkState.completed.rawValue, WorkState.canceled.rawValue, moment.nanoseconds,
        max(0, limit),
      ]
    ).map(WorkRows.record)
  }
}
