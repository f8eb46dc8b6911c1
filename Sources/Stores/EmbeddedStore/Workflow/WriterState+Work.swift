import ArchiveCore
import DICOM
import Foundation
import GRDB
import Workflow

/// Changes of what people and machines work by, with their journal entries, and of notices.
extension WriterState {
  mutating func save(_ record: WorkRecord, _ principal: Principal, at now: Instant, _ db: Database) throws {
    guard let item = PackedUID.pack(record.item.value) else { throw Damage.column(2) }
    let fields = record.fields
    let attributes = AttributeCodec.encode(record.attributes)
    try requireVersion(record, item, db)
    try db.run(
      """
      INSERT INTO work (kind, item, version, site, state, changed, study, accession, patient, station, start, attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind, item) DO UPDATE SET version = excluded.version, site = excluded.site, state = excluded.state,
        changed = excluded.changed, study = excluded.study, accession = excluded.accession, patient = excluded.patient,
        station = excluded.station, start = excluded.start, attributes = excluded.attributes
      """,
      [
        record.kind.rawValue, item, record.version + 1, record.site.value, record.state.rawValue,
        record.changedAt.nanoseconds, fields.study, fields.accessionNumber, fields.patientID, fields.station,
        fields.start, attributes,
      ])
    try announce(record, record.state, item, principal, at: now, db)
  }

  mutating func remove(_ record: WorkRecord, _ principal: Principal, at now: Instant, _ db: Database) throws {
    guard let item = PackedUID.pack(record.item.value), record.version > 0 else {
      throw WorkflowConflict("the record has changed")
    }
    try requireVersion(record, item, db)
    try db.run("DELETE FROM work WHERE kind = ? AND item = ?", [record.kind.rawValue, item])
    try announce(record, .removed, item, principal, at: now, db)
  }

  private func requireVersion(_ record: WorkRecord, _ item: Data, _ db: Database) throws {
    let present =
      try db.number("SELECT version FROM work WHERE kind = ? AND item = ?", [record.kind.rawValue, item]) ?? 0
    guard present == record.version else { throw WorkflowConflict("the record has changed") }
  }

  private mutating func announce(
    _ record: WorkRecord, _ state: WorkState, _ item: Data, _ principal: Principal, at now: Instant, _ db: Database
  ) throws {
    let study = record.fields.study.flatMap { StudyUID($0) }
    let context = try context(
      Circumstances(
        principalKind: principal.kind, principalName: principal.name, site: record.site, delivery: nil, channel: nil),
      db)
    try JournalTable.append(
      JournalTable.Line(
        sequence: takeSequence(db), at: now, context: context.id, kind: .work,
        series: study.map { try journalSeries($0.value, "", "", db) } ?? 0, instance: item, record: Data(),
        bytes: Int64(record.kind.rawValue), edges: state.rawValue), db)
  }

  // MARK: Notices

  func notify(_ notices: [Notice], _ db: Database) throws {
    for notice in notices {
      let code = WorkRows.code(notice.operation)
      try db.run(
        """
        INSERT INTO notice (node, operation, type, sop_class, sop_instance, subject, attributes, queued, due)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          notice.node, code.operation, code.type, notice.sopClass, notice.sopInstance, notice.subject,
          AttributeCodec.encode(notice.attributes), notice.queuedAt.nanoseconds, notice.due.nanoseconds,
        ])
    }
  }

  func settleNotice(_ id: Int64, _ outcome: NoticeOutcome, _ db: Database) throws {
    switch outcome {
    case .delivered: try db.run("DELETE FROM notice WHERE id = ?", [id])
    case .again(let moment, let reason):
      try db.run(
        "UPDATE notice SET attempts = attempts + 1, due = ?, reason = ? WHERE id = ?", [moment.nanoseconds, reason, id])
    case .setAside(let reason):
      try db.run("UPDATE notice SET attempts = attempts + 1, state = 1, reason = ? WHERE id = ?", [reason, id])
    }
  }

  func retryNotices(_ node: String, _ moment: Instant, _ db: Database) throws {
    try db.run(
      """
      UPDATE notice SET due = ?, attempts = CASE state WHEN 1 THEN 0 ELSE attempts END, state = 0
      WHERE state IN (0, 1) AND node = ?
      """,
      [moment.nanoseconds, node])
  }
}
