import ArchiveCore
import Foundation
import GRDB
import Workflow

/// Changes of the workflow's records, and the journal entries and audit records that come with them.
extension WriterState {
  mutating func apply(_ change: WorkflowChange, at now: Instant, _ db: Database) throws {
    switch change {
    case .advance(let name, let from, let to): try advance(name, from, to, db)
    case .completion(let completion, let announcing):
      try keep(completion, db)
      if let announcing { try announce(completion, announcing, at: now, db) }
    case .forgetCompletion(let study): try db.run("DELETE FROM completion WHERE study = ?", [study.value])
    case .saveRule(let rule): try save(rule, db)
    case .removeRule(let id): try db.run("DELETE FROM routing_rule WHERE id = ?", [id])
    case .saveProfile(let record): try save(record, db)
    case .removeProfile(let id): try db.run("DELETE FROM source_profile WHERE id = ?", [id])
    case .noteTrial(let id, let trial): try note(trial, of: id, db)
    case .observe(let days): try observe(days, db)
    case .saveDestination(let record): try save(record, db)
    case .removeDestination(let name): try remove(name, db)
    case .enqueue(let requests, let name, let cause, let at): try enqueue(requests, name, cause, at, db)
    case .withdraw(let records): for record in records { try withdraw(record, db) }
    case .settle(let name, let settlements, let at, let until): try settle(name, settlements, at, until, db)
    case .postpone(let name, let postponement):
      try db.run(
        "UPDATE destination SET failures = ?, until = ?, reason = ? WHERE name = ?",
        [postponement?.failures ?? 0, postponement?.until.nanoseconds, postponement?.reason, name])
    case .pause(let name, let isPaused):
      try db.run("UPDATE destination SET paused = ? WHERE name = ?", [isPaused, name])
    case .retry(let name, _): try retry(name, db)
    case .empty(let name): try empty(name, db)
    case .saveWork(let record, let principal): try save(record, principal, at: now, db)
    case .removeWork(let record, let principal): try remove(record, principal, at: now, db)
    case .requireWork(let record): try require(record, db)
    case .requireUnlocked(let item): try requireUnlocked(item, db)
    case .subscribe(let subscription, let keeping, let telling): try subscribe(subscription, keeping, telling, db)
    case .unsubscribe(let node, let item): try unsubscribe(node, item, db)
    case .unsubscribeFromAll(let node): try unsubscribeFromAll(node, db)
    case .forgetSubscriptions(let item): try forgetSubscriptions(item, db)
    case .admitSubscribers(let record): try admitSubscribers(record, db)
    case .tellSubscribers(let item, let notices): try tellSubscribers(item, notices, db)
    case .notify(let notices): try notify(notices, db)
    case .settleNotice(let id, let outcome): try settleNotice(id, outcome, db)
    case .retryNotices(let node, let moment): try retryNotices(node, moment, db)
    case .forgetNotices(let sopClass, let moment):
      try db.run("DELETE FROM notice WHERE sop_class = ? AND queued < ?", [sopClass, moment.nanoseconds])
    case .removeNotice(let id): try db.run("DELETE FROM notice WHERE id = ?", [id])
    case .hastenNotices(let subject, let node, let moment):
      try db.run(
        "UPDATE notice SET due = ? WHERE state = 0 AND node = ? AND subject = ?", [moment.nanoseconds, node, subject])
    case .withdrawNotices(let subject, let node):
      try db.run("DELETE FROM notice WHERE state = 0 AND node = ? AND subject = ?", [node, subject])
    case .audit(let record): try audit.append(record, db)
    }
  }

  private func advance(_ name: String, _ from: JournalPosition, _ to: JournalPosition, _ db: Database) throws {
    guard try WorkflowRows.position(of: name, db) == from else { throw WorkflowConflict("\(name) stands elsewhere") }
    try db.run(
      "INSERT OR REPLACE INTO subscriber (name, epoch, partition, sequence) VALUES (?, ?, ?, ?)",
      [name, to.epoch, to.partition, to.sequence])
  }

  // MARK: Completion

  private func keep(_ completion: StudyCompletion, _ db: Database) throws {
    let present = try db.number("SELECT version FROM completion WHERE study = ?", [completion.study.value]) ?? 0
    guard present == completion.version else { throw WorkflowConflict("the study has changed") }
    try db.run(
      """
      INSERT OR REPLACE INTO completion
        (study, version, state, revision, deadline, completed, instances, sites, sources, clinical)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        completion.study.value, present + 1, completion.state.rawValue, completion.revision,
        completion.deadline?.nanoseconds, completion.completedAt?.nanoseconds, completion.instances,
        try WorkflowRows.text(completion.sites.map(\.value)), try WorkflowRows.text(Array(completion.sources)),
        completion.isClinical,
      ])
  }

  private mutating func announce(
    _ completion: StudyCompletion, _ principal: Principal, at now: Instant, _ db: Database
  ) throws {
    let study = try journalSeries(completion.study.value, "", "", db)
    for site in completion.sites.sorted(by: { $0.value < $1.value }) {
      let context = try context(
        Circumstances(
          principalKind: principal.kind, principalName: principal.name, site: site, delivery: nil,
          channel: completion.isClinical ? .association : .importing), db)
      try JournalTable.append(
        JournalTable.Line(
          sequence: takeSequence(db), at: now, context: context.id, kind: .completed, series: study, instance: Data(),
          record: Data(), bytes: Int64(completion.instances), edges: completion.revision), db)
    }
  }

  // MARK: Rules and destinations

  private func save(_ rule: RoutingRule, _ db: Database) throws {
    let present = try db.number("SELECT version FROM routing_rule WHERE id = ?", [rule.id]) ?? 0
    guard present == rule.version - 1 else { throw WorkflowConflict("the rule has changed") }
    try db.run(
      "INSERT OR REPLACE INTO routing_rule (id, version, name, definition) VALUES (?, ?, ?, ?)",
      [rule.id, rule.version, rule.name, String(decoding: try JSONEncoder().encode(rule), as: UTF8.self)])
  }

  private func save(_ record: DestinationRecord, _ db: Database) throws {
    var columns: (kind: String, aeTitle: String?, host: String?, port: Int?, url: String?)
    switch record.address {
    case .dimse(let aeTitle, let host, let port): columns = ("dimse", aeTitle, host, port, nil)
    case .node(let aeTitle): columns = ("node", aeTitle, nil, nil, nil)
    case .dicomweb(let url): columns = ("dicomweb", nil, nil, nil, url)
    }
    try db.run(
      """
      INSERT INTO destination (name, kind, ae_title, host, port, url, token) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, ae_title = excluded.ae_title, host = excluded.host,
        port = excluded.port, url = excluded.url, token = excluded.token
      """,
      [
        record.name, columns.kind, columns.aeTitle, columns.host, columns.port, columns.url, record.token?.text,
      ])
  }

  private func remove(_ name: String, _ db: Database) throws {
    guard let id = try Self.destination(name, db) else { return }
    for table in ["forward_item", "forward_study"] { try db.run("DELETE FROM \(table) WHERE destination = ?", [id]) }
    try db.run("DELETE FROM destination WHERE id = ?", [id])
  }

  static func destination(_ name: String, _ db: Database) throws -> Int64? {
    try db.number("SELECT id FROM destination WHERE name = ?", [name])
  }
}
