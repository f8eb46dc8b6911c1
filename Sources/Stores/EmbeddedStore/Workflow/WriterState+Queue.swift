import ArchiveCore
import Foundation
import GRDB
import Workflow

/// Changes of queues. Each keeps the counts of its destination and of its study true.
extension WriterState {
  func enqueue(
    _ requests: [ForwardRequest], _ name: String, _ cause: ForwardCause, _ at: Instant, _ db: Database
  ) throws {
    guard let destination = try Self.destination(name, db) else { return }
    let sites = try WorkflowRows.text(cause.sites)
    let causeID = try Self.find(
      db, "SELECT id FROM forward_cause WHERE rule = ? AND version = ? AND sites = ?",
      or: "INSERT INTO forward_cause (rule, version, sites) VALUES (?, ?, ?)", [cause.rule, cause.version, sites])
    var added: [Int64: Int] = [:]
    for request in requests {
      guard let instance = PackedUID.pack(request.instance.value) else { continue }
      let study = try Self.find(
        db, "SELECT id FROM forward_study WHERE destination = ? AND study = ?",
        or: "INSERT INTO forward_study (destination, study) VALUES (?, ?)", [destination, request.study.value])
      try db.run(
        """
        INSERT INTO forward_item (destination, parent, record, instance, cause, queued) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """, [destination, study, request.record.data, instance, causeID, at.nanoseconds])
      if db.changesCount == 1 { added[study, default: 0] += 1 }
    }
    for (study, count) in added { try move(destination, study, waiting: count, db) }
  }

  func withdraw(_ record: RecordID, _ db: Database) throws {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT id, destination, parent, state FROM forward_item WHERE record = ? AND state <> 1"),
      arguments: [record.data])
    for row in rows {
      let id: Int64 = row[0]
      let isWaiting = row[3] == ForwardItem.State.waiting.rawValue
      try db.run("DELETE FROM forward_item WHERE id = ?", [id])
      try move(row[1], row[2], waiting: isWaiting ? -1 : 0, aside: isWaiting ? 0 : -1, db)
    }
  }

  mutating func settle(
    _ name: String, _ settlements: [Settlement], _ at: Instant, _ until: Instant?, _ db: Database
  ) throws {
    guard let destination = try Self.destination(name, db) else { return }
    for settlement in settlements {
      guard
        let row = try db.row(
          """
          SELECT i.parent, f.study, c.rule, c.version FROM forward_item i JOIN forward_study f ON f.id = i.parent
            JOIN forward_cause c ON c.id = i.cause
          WHERE i.id = ? AND i.destination = ? AND i.state = 0
          """, [settlement.item, destination])
      else { continue }
      let study: Int64 = row[0]
      switch settlement.result {
      case .sent(let remark):
        try db.run(
          "UPDATE forward_item SET state = 1, settled = ?, reason = ? WHERE id = ?",
          [at.nanoseconds, remark, settlement.item])
        try move(destination, study, waiting: -1, sent: 1, db)
        let cause = ForwardCause(rule: row[2], version: row[3], sites: .all)
        audit.note(.export, by: cause.principal.label, object: row[1], detail: "to \(name)")
      case .setAside(let reason):
        try db.run(
          "UPDATE forward_item SET state = 2, attempts = attempts + 1, settled = ?, reason = ? WHERE id = ?",
          [at.nanoseconds, reason, settlement.item])
        try move(destination, study, waiting: -1, aside: 1, db)
      case .again(let reason, _):
        try db.run(
          "UPDATE forward_item SET attempts = attempts + 1, reason = ? WHERE id = ?", [reason, settlement.item])
        if let until { try db.run("UPDATE forward_study SET due = ? WHERE id = ?", [until.nanoseconds, study]) }
      case .gone:
        try db.run("DELETE FROM forward_item WHERE id = ?", [settlement.item])
        try move(destination, study, waiting: -1, db)
      }
    }
  }

  func retry(_ name: String, _ db: Database) throws {
    guard let destination = try Self.destination(name, db) else { return }
    try db.run("UPDATE forward_study SET due = 0 WHERE destination = ? AND waiting > 0", [destination])
    let aside = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT parent, count(*) FROM forward_item WHERE destination = ? AND state = 2 GROUP BY parent"),
      arguments: [destination])
    for row in aside {
      let count: Int = row[1]
      let study: Int64 = row[0]
      try db.run("UPDATE forward_study SET due = 0 WHERE id = ?", [study])
      try move(destination, study, waiting: count, aside: -count, db)
    }
    try db.run(
      "UPDATE forward_item SET state = 0, attempts = 0, settled = NULL WHERE destination = ? AND state = 2",
      [destination])
  }

  func empty(_ name: String, _ db: Database) throws {
    guard let destination = try Self.destination(name, db) else { return }
    try db.run("DELETE FROM forward_item WHERE destination = ? AND state IN (0, 2)", [destination])
    try db.run("UPDATE forward_study SET waiting = 0, due = 0 WHERE destination = ? AND waiting > 0", [destination])
    try db.run("UPDATE destination SET waiting = 0, aside = 0 WHERE id = ?", [destination])
  }

  private func move(
    _ destination: Int64, _ study: Int64, waiting: Int, aside: Int = 0, sent: Int = 0, _ db: Database
  ) throws {
    try db.run(
      "UPDATE destination SET waiting = waiting + ?, aside = aside + ?, sent = sent + ? WHERE id = ?",
      [waiting, aside, sent, destination])
    if waiting != 0 { try db.run("UPDATE forward_study SET waiting = waiting + ? WHERE id = ?", [waiting, study]) }
  }
}
