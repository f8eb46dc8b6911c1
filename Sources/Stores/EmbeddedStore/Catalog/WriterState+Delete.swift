import ArchiveCore
import Foundation
import GRDB

/// Departures.
extension WriterState {
  /// Deletes records; what loses its last record goes with it, and a duplicate takes the place of a current one.
  mutating func delete(
    _ records: [RecordID], by principal: Principal, reason: String, _ mode: CommitMode, _ db: Database
  ) throws -> ChangeOutcome {
    try flushTally(db)
    places.removeAll(keepingCapacity: true)
    var current: [(record: Int64, instance: Int64)] = []
    var departure = Departure(principal: principal, mode: mode)
    var affected = 0
    for id in records {
      guard let row = try db.row("SELECT id, state, instance FROM record WHERE record = ?", [id.data]) else { continue }
      let record: Int64 = row[0]
      switch CataloguedRecord.State(rawValue: row[1]) {
      case .current:
        let instance: Int64? = row[2]
        if let instance { current.append((record, instance)) }
      case .duplicate:
        try departDuplicate(record, &departure, db)
        affected += 1
      case .quarantined:
        try markDeleted(record, db)
        try db.run("DELETE FROM quarantine WHERE record = ?", [record])
        affected += 1
      case .deleted, nil:
        continue
      }
    }
    // Duplicates that are deleted too are gone by now, so none of them is promoted.
    for (record, instance) in current { try depart(record, instance, &departure, db) }
    affected += current.count
    guard affected > 0 else { return .alreadySo(nil) }
    try flushTally(db)
    try departure.removeEmpty(db)
    try restate(behind: departure, db)
    if mode.isRecorded {
      for (study, count) in departure.deletedByStudy {
        audit.note(.delete, by: principal.label, object: study, detail: reason, count: count)
      }
      if departure.deletedByStudy.isEmpty {
        audit.note(.delete, by: principal.label, object: "records", detail: reason, count: affected)
      }
    }
    return .applied
  }

  private func markDeleted(_ record: Int64, _ db: Database) throws {
    try db.run("UPDATE record SET state = 3, instance = NULL WHERE id = ?", [record])
  }

  private mutating func departDuplicate(_ record: Int64, _ departure: inout Departure, _ db: Database) throws {
    if let row = try db.row(Departure.present, [record]) {
      try departure.silence(row)
      try noteEnd(ofDuplicate: Departure.Copy(row), at: try departure.place(row, &self, db), row[6], departure, db)
      tally.record(-1, of: row[1], from: row[10])
    }
    try markDeleted(record, db)
  }

  /// The journal hears of duplicates only so that a replay knows whose records are left.
  private mutating func noteEnd(
    ofDuplicate copy: Departure.Copy, at place: Place, _ uid: Data, _ departure: Departure, _ db: Database
  ) throws {
    try note(.duplicateRemoved, copy, place, uid, 0, departure, db)
  }

  private mutating func depart(
    _ record: Int64, _ instance: Int64, _ departure: inout Departure, _ db: Database
  ) throws {
    guard let row = try db.row(Departure.present, [record]) else { return }
    try departure.silence(row)
    let place = try departure.place(row, &self, db)
    let studyUID: String = row[4]
    let uid: Data = row[6]
    let sopClass: Int64 = row[7]
    let old = Departure.Copy(row)
    try markDeleted(record, db)
    departure.deletedByStudy[studyUID, default: 0] += 1

    let heir = try db.row(Departure.heir, [instance]).map {
      (row: $0[0] as Int64, copy: Departure.Copy(record: $0[1], bytes: $0[2], site: $0[3], siteName: $0[4]))
    }
    if let heir {
      try db.run("UPDATE record SET state = 0 WHERE id = ?", [heir.row])
      try db.run("UPDATE instance SET record = ? WHERE id = ?", [heir.row, instance])
    } else {
      try db.run("DELETE FROM instance WHERE id = ?", [instance])
    }
    let endsSeries = heir == nil ? try departure.isLast(inSeries: place.series, db) : false
    let endsStudy = endsSeries ? try departure.isLastSeries(inStudy: place.study, db) : false
    let now = departure.mode.now.nanoseconds
    tally.count(
      -1, at: place, sopClass: sopClass, bytes: old.bytes, series: endsSeries, study: endsStudy, now: now)
    tally.record(-1, of: place.study, from: old.site)
    departure.patients.insert(place.patient)
    if endsSeries { departure.emptySeries.insert(place.series) }
    if endsStudy { departure.emptyStudies.insert(place.study) }
    try note(.deleted, old, place, uid, (endsSeries ? 1 : 0) | (endsStudy ? 2 : 0), departure, db)
    guard let heir else { return }
    tally.count(1, at: place, sopClass: sopClass, bytes: heir.copy.bytes, series: false, study: false, now: now)
    try noteEnd(ofDuplicate: heir.copy, at: place, uid, departure, db)
    try note(.stored, heir.copy, place, uid, 0, departure, db)
  }

  /// Rows say what the first that is left states.
  private mutating func restate(behind departure: Departure, _ db: Database) throws {
    // A deletion that takes no first word away changes no row.
    var affected: Set<Int64> = []
    for (statement, silenced) in departure.silenced {
      if departure.emptySeries.contains(silenced.series) {
        affected.insert(silenced.study)
        continue
      }
      guard let since = try db.row("SELECT since FROM statement WHERE id = ?", [statement]),
        try silenced.first <= Precedence(since[0])
      else { continue }
      try settle(statement: statement, db)
      try restate(series: silenced.series, departure.mode, db)
      affected.insert(silenced.study)
    }
    for study in affected.subtracting(departure.emptyStudies) { try restate(study: study, db) }
    // What a study that is gone said of its patient, nobody says any more.
    for patient in departure.patients where !departure.emptyStudies.isEmpty { try restate(patient: patient, db) }
  }

  private mutating func note(
    _ kind: JournalTable.Kind, _ copy: Departure.Copy, _ place: Place, _ uid: Data, _ edges: Int,
    _ departure: Departure, _ db: Database
  ) throws {
    guard departure.mode.isRecorded else { return }
    let context = try context(
      Circumstances(
        principalKind: departure.principal.kind, principalName: departure.principal.name,
        site: SiteID(copy.siteName), delivery: nil, channel: nil), db)
    try JournalTable.append(
      JournalTable.Line(
        sequence: takeSequence(db), at: departure.mode.now, context: context.id, kind: kind,
        series: place.journalSeries, instance: uid, record: copy.record, bytes: copy.bytes, edges: edges), db)
  }
}

/// What a deletion has done so far.
private struct Departure {
  /// A record as far as counts and journal need it.
  struct Copy {
    var record: Data
    var bytes: Int64
    var site: Int64
    var siteName: String

    init(record: Data, bytes: Int64, site: Int64, siteName: String) {
      self.record = record
      self.bytes = bytes
      self.site = site
      self.siteName = siteName
    }

    /// - Parameter row: of `present`.
    init(_ row: Row) { self.init(record: row[8], bytes: row[9], site: row[10], siteName: row[11]) }
  }

  /// - Parameter row: of `present`.
  func place(_ row: Row, _ state: inout WriterState, _ db: Database) throws -> WriterState.Place {
    WriterState.Place(
      patient: row[0], study: row[1], series: row[2], modality: row[3],
      journalSeries: mode.isRecorded ? try state.journalSeries(row[4], row[5], row[3], db) : 0, stated: [],
      statement: row[12],
      since: Precedence(receivedAt: row[13], record: try row.identifier(8)), form: 0, formBytes: Data())
  }

  let principal: Principal
  let mode: CommitMode
  /// Patients that lost something.
  var patients: Set<Int64> = []
  /// Statements that lost records, and the first of those.
  var silenced: [Int64: (study: Int64, series: Int64, first: Precedence)] = [:]
  var emptySeries: Set<Int64> = []
  var emptyStudies: Set<Int64> = []
  var deletedByStudy: [String: Int] = [:]
  private var leftInSeries: [Int64: Int64] = [:]
  private var leftInStudy: [Int64: Int64] = [:]

  init(principal: Principal, mode: CommitMode) {
    self.principal = principal
    self.mode = mode
  }

  static let present = """
    SELECT s.patient, s.id, e.id, e.modality, s.uid, e.uid, i.uid, i.class, r.record, r.length, src.site, n.name,
      i.statement, r.received
    FROM record r JOIN instance i ON i.id = r.instance JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
      JOIN source src ON src.id = r.source JOIN site n ON n.id = src.site
    WHERE r.id = ?
    """

  mutating func silence(_ row: Row) throws {
    let precedence = Precedence(receivedAt: row[13], record: try row.identifier(8))
    let statement: Int64 = row[12]
    let former = silenced[statement]
    silenced[statement] = (row[1], row[2], min(precedence, former?.first ?? precedence))
  }

  /// The first duplicate.
  static let heir = """
    SELECT r.id, r.record, r.length, src.site, n.name
    FROM record r JOIN source src ON src.id = r.source JOIN site n ON n.id = src.site
    WHERE r.instance = ? AND r.state = 1 ORDER BY r.received, r.record LIMIT 1
    """

  mutating func isLast(inSeries series: Int64, _ db: Database) throws -> Bool {
    let left = try leftInSeries[series] ?? (db.number("SELECT instances FROM series WHERE id = ?", [series]) ?? 1)
    leftInSeries[series] = left - 1
    return left <= 1
  }

  mutating func isLastSeries(inStudy study: Int64, _ db: Database) throws -> Bool {
    let left = try leftInStudy[study] ?? (db.number("SELECT series FROM study WHERE id = ?", [study]) ?? 1)
    leftInStudy[study] = left - 1
    return left <= 1
  }

  /// Removes what has no instance left; counts have been written.
  func removeEmpty(_ db: Database) throws {
    for id in emptySeries {
      try db.run("DELETE FROM statement WHERE series = ?", [id])
      try db.run("DELETE FROM series WHERE id = ?", [id])
    }
    for id in emptyStudies {
      try db.run("DELETE FROM conflict WHERE study = ?", [id])
      try db.run("DELETE FROM study_site WHERE study = ?", [id])
      try db.run("DELETE FROM study WHERE id = ?", [id])
    }
    guard !emptyStudies.isEmpty else { return }
    for id in patients where try db.number("SELECT studies FROM patient WHERE id = ?", [id]) == 0 {
      try db.run("DELETE FROM patient_name WHERE patient = ?", [id])
      try db.run("DELETE FROM patient WHERE id = ?", [id])
    }
    try db.run("DELETE FROM counter WHERE instances = 0")
  }
}
