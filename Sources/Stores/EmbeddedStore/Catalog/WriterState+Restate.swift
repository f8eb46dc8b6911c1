import ArchiveCore
import DICOM
import Foundation
import GRDB

/// What rows of series, studies and patients say follows from the records that are there, whatever came and went on the
/// way: from the first statement about each, and from corrections. So a rebuild says the same.
///
/// A statement speaks since the first of its records, a series since its first statement, and so on. Counts must have
/// been written before anything is restated.
extension WriterState {
  /// Brings a series and what is above it up to date with its statements.
  mutating func restate(series: Int64, of study: Int64, _ mode: CommitMode, _ db: Database) throws {
    try flushTally(db)
    places.removeAll(keepingCapacity: true)
    try restate(series: series, mode, db)
    try restate(study: study, db)
  }

  /// Gives a series the words of its first statement.
  mutating func restate(series: Int64, _ mode: CommitMode, _ db: Database) throws {
    let sql = """
      SELECT e.study, e.modality, e.statement, e.since, t.id, t.since, t.attributes
      FROM series e JOIN statement t ON t.series = e.id WHERE e.id = ? ORDER BY t.since LIMIT 1
      """
    guard let row = try db.row(sql, [series]) else { return }
    let since: Data = row[5]
    guard row[2] as Int64 != row[4] as Int64 else {
      if since != row[3] as Data { try db.run("UPDATE series SET since = ? WHERE id = ?", [since, series]) }
      return
    }
    let levels = Statement(attributes: row[6]).levels()
    let modality = levels.text(.modality)
    func update() throws {
      try db.run(
        "UPDATE series SET statement = ?, since = ?, modality = ?, attributes = ? WHERE id = ?",
        [row[4] as Int64, since, modality, AttributeCodec.encode(levels.elements(SeriesRow.blobTags)), series])
    }
    guard modality != row[1] else { return try update() }
    try Tally.recount(row[0], db, update)
    if mode.isRecorded { try note(series, is: modality, mode, db) }
  }

  /// Gives a study the words of its first statement, and those of its corrections in their place. That may make it
  /// somebody else's.
  mutating func restate(study: Int64, _ db: Database) throws {
    let sql = """
      SELECT s.uid, s.patient, s.date, s.time, s.modalities, s.series, s.instances, e.statement, e.since, t.attributes
      FROM study s JOIN series e ON e.study = s.id JOIN statement t ON t.id = e.statement
      WHERE s.id = ? ORDER BY e.since LIMIT 1
      """
    guard let row = try db.row(sql, [study]) else { return }
    let belief = try CorrectionTable.history(of: row[0], db).belief
    let statement = Statement(attributes: row[9])
    let levels = statement.levels(believing: belief?.values)
    let isMoved = belief != nil && levels.identity != statement.levels().identity
    let since: Data = row[8]

    let former: Int64 = row[1]
    let patient = try makePatient(levels.identity, levels, since: Self.precedence(since, ofMoved: isMoved), db)
    let date = levels.moment(.studyDate, .da, missing: 0)
    let time = levels.moment(.studyTime, .tm, missing: -1)
    try db.run(
      """
      UPDATE study SET patient = ?, date = ?, time = ?, accession = ?, study_id = ?, description = ?, attributes = ?,
        belief = ?, believed_since = ?, statement = ?, since = ?, moved = ? WHERE id = ?
      """,
      [
        patient, date, time, levels.text(.accessionNumber), levels.text(.studyID), levels.text(.studyDescription),
        AttributeCodec.encode(levels.elements(StudyRow.blobTags)), belief.map { AttributeCodec.encode($0.values) },
        belief?.since.nanoseconds, row[7] as Int64, since, isMoved, study,
      ])
    if (date, time) != (row[2], row[3]) {
      let modalities: String = row[4]
      for modality in modalities.split(separator: "\\") {
        try db.run(
          """
          UPDATE study_modality SET date = ?, time = ?
          WHERE archive = 1 AND modality = ? AND date = ? AND time = ? AND study = ?
          """, [date, time, String(modality), row[2] as Int64, row[3] as Int64, study])
      }
    }
    if patient != former {
      try count(1, series: row[5], instances: row[6], of: patient, db)
      try count(-1, series: row[5], instances: row[6], of: former, db)
      try removeIfEmpty(former, db)
      try restate(patient: former, db)
    }
    if try !restate(patient: patient, db) { try markContradictions(of: study, db) }
  }

  /// Gives a patient the demographics that their first study states, those that corrections say in their place, the
  /// last over the earlier. A study that was moved here by a correction is asked last: it states somebody else's.
  ///
  /// - Returns: whether the row says something else now; then all contradictions to it have been looked for anew.
  @discardableResult
  mutating func restate(patient: Int64, _ db: Database) throws -> Bool {
    let sql = """
      SELECT p.attributes, p.since, s.moved, s.since, t.attributes
      FROM patient p JOIN study s ON s.patient = p.id JOIN statement t ON t.id = s.statement
      WHERE p.id = ? ORDER BY s.moved, s.since LIMIT 1
      """
    guard let row = try db.row(sql, [patient]) else { return false }
    let beliefs = try Data.fetchAll(
      db.cachedStatement(
        sql: "SELECT belief FROM study WHERE patient = ? AND belief IS NOT NULL ORDER BY believed_since, uid"),
      arguments: [patient])
    var believed = DataSet()
    for belief in beliefs {
      for element in DataSet(AttributeCodec.decode(belief)).withoutPadding
      where CorrectableAttributes.demographics.contains(element.tag) {
        believed.set(element)
      }
    }
    let levels = Statement(attributes: row[4]).levels(believing: believed)
    let since = Self.precedence(row[3], ofMoved: row[2])
    let attributes = AttributeCodec.encode(levels.elements(PatientRow.blobTags))
    guard attributes != row[0] as Data else {
      if since != row[1] as Data { try db.run("UPDATE patient SET since = ? WHERE id = ?", [since, patient]) }
      return false
    }
    try db.run(
      "UPDATE patient SET birth_date = ?, sex = ?, attributes = ?, since = ? WHERE id = ?",
      [levels.moment(.patientBirthDate, .da, missing: 0), levels.text(.patientSex), attributes, since, patient])
    try db.run("DELETE FROM patient_name WHERE patient = ?", [patient])
    try db.run("DELETE FROM patient_word WHERE patient = ?", [patient])
    try insertName(levels, of: patient, db)
    for study in try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT id FROM study WHERE patient = ?"), arguments: [patient])
    {
      try markContradictions(of: study, db)
    }
    return true
  }

  /// When a study speaks for its patient: in its turn, a moved one after all others.
  static func precedence(_ since: Data, ofMoved isMoved: Bool) -> Data { Data([isMoved ? 1 : 0]) + since }

  // MARK: Statements

  /// A statement has a record that is earlier than all it had.
  func bring(forward statement: Int64, to precedence: Precedence, _ db: Database) throws {
    try db.run("UPDATE statement SET since = ? WHERE id = ?", [precedence.data, statement])
  }

  /// After some of its records went: the statement speaks since the first that is left, and goes with the last.
  func settle(statement: Int64, _ db: Database) throws {
    let sql = """
      WITH said AS MATERIALIZED (
        SELECT i.id, i.record FROM statement t JOIN instance i ON i.series = t.series AND i.statement = t.id
        WHERE t.id = ?)
      SELECT r.received, r.record FROM said JOIN record r ON r.id = said.record
      UNION ALL
      SELECT r.received, r.record FROM said JOIN record r INDEXED BY record_duplicate
        ON r.instance = said.id AND r.state = 1
      ORDER BY 1, 2 LIMIT 1
      """
    guard let row = try db.row(sql, [statement]) else {
      return try db.run("DELETE FROM statement WHERE id = ?", [statement])
    }
    let since = Precedence(receivedAt: row[0], record: try row.identifier(1))
    try db.run("UPDATE statement SET since = ? WHERE id = ?", [since.data, statement])
  }

  // MARK: Patients

  private func count(_ sign: Int, series: Int, instances: Int, of patient: Int64, _ db: Database) throws {
    try db.run(
      "UPDATE patient SET studies = studies + ?, series = series + ?, instances = instances + ? WHERE id = ?",
      [sign, sign * series, sign * instances, patient])
  }

  private func removeIfEmpty(_ patient: Int64, _ db: Database) throws {
    guard try db.number("SELECT 1 FROM study WHERE patient = ? LIMIT 1", [patient]) == nil else { return }
    try db.run("DELETE FROM patient_name WHERE patient = ?", [patient])
    try db.run("DELETE FROM patient WHERE id = ?", [patient])
  }

  // MARK: Journal

  /// One line for each site that may know of the study.
  mutating func noteForSites(
    of study: Int64, by circumstances: (SiteID) -> Circumstances, _ db: Database,
    _ line: (_ sequence: Int64, _ context: Int64) throws -> JournalTable.Line
  ) throws {
    let sites = try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT n.name FROM study_site v JOIN site n ON n.id = v.site WHERE v.study = ? ORDER BY n.id
          """), arguments: [study])
    for site in sites {
      let context = try context(circumstances(SiteID(site)), db)
      try JournalTable.append(line(takeSequence(db), context.id), db)
    }
  }

  private mutating func note(_ series: Int64, is modality: String, _ mode: CommitMode, _ db: Database) throws {
    guard
      let row = try db.row(
        "SELECT s.id, s.uid, e.uid FROM series e JOIN study s ON s.id = e.study WHERE e.id = ?", [series])
    else { return }
    let place = try journalSeries(row[1], row[2], modality, db)
    try noteForSites(
      of: row[0],
      by: { site in
        Circumstances(principalKind: .system, principalName: "catalog", site: site, delivery: nil, channel: nil)
      }, db
    ) { sequence, context in
      JournalTable.Line(
        sequence: sequence, at: mode.now, context: context, kind: .restated, series: place, instance: Data(),
        record: Data(), bytes: 0, edges: 0)
    }
  }
}
