import ArchiveCore
import DICOM
import Foundation
import GRDB
import Workflow

/// Changes of who is told of workitems, and what is owed to them.
extension WriterState {
  func require(_ record: WorkRecord, _ db: Database) throws {
    let present =
      try db.number(
        "SELECT version FROM work WHERE kind = ? AND item = ?",
        [record.kind.rawValue, try SubscriptionRows.packed(record.item)]) ?? 0
    guard present == record.version else { throw WorkflowConflict("the record has changed") }
  }

  func requireUnlocked(_ item: WorkUID, _ db: Database) throws {
    let locks =
      try db.number(
        "SELECT count(*) FROM work_subscription WHERE item = ? AND locked = 1", [try SubscriptionRows.packed(item)])
      ?? 0
    guard locks == 0 else { throw WorkflowConflict("the workitem is locked") }
  }

  func subscribe(
    _ subscription: WorkSubscription, _ keeping: Bool, _ telling: [Notice], _ db: Database
  ) throws {
    var sites: String?
    if case .only(let some) = subscription.sites { sites = try WorkflowRows.text(some.map(\.value)) }
    try db.run(
      "INSERT OR \(keeping ? "IGNORE" : "REPLACE") INTO work_subscription (subscriber, item, locked, keys, sites) "
        + "VALUES (?, ?, ?, ?, ?)",
      [
        subscription.subscriber, try SubscriptionRows.packed(subscription.item), subscription.isLocked,
        AttributeCodec.encode(subscription.keys), sites,
      ])
    if db.changesCount > 0 { try notify(telling, db) }
  }

  func unsubscribe(_ node: String, _ item: WorkUID?, _ db: Database) throws {
    try db.run(
      "DELETE FROM work_subscription WHERE subscriber = ? AND item = ?", [node, try SubscriptionRows.packed(item)])
  }

  func unsubscribeFromAll(_ node: String, _ db: Database) throws {
    try db.run("DELETE FROM work_subscription WHERE subscriber = ?", [node])
  }

  func forgetSubscriptions(_ item: WorkUID, _ db: Database) throws {
    try db.run("DELETE FROM work_subscription WHERE item = ?", [try SubscriptionRows.packed(item)])
  }

  func admitSubscribers(_ record: WorkRecord, _ db: Database) throws {
    for global in try SubscriptionRows.all(to: nil, db) where global.admits(record) {
      try subscribe(
        WorkSubscription(global.subscriber, to: record.item, isLocked: global.isLocked), true, [], db)
    }
  }

  func tellSubscribers(_ item: WorkUID, _ notices: [Notice], _ db: Database) throws {
    for subscription in try SubscriptionRows.all(to: item, db) {
      try notify(notices.map { $0.to(subscription.subscriber) }, db)
    }
  }
}
