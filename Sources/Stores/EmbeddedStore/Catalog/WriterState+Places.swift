import ArchiveCore
import DICOM
import Foundation
import GRDB

/// Patients, studies and series come to be with their first instance. Uniqueness is the tables' own.
extension WriterState {
  /// Finds or makes patient, study, series and statement of an entry, and marks where it contradicts them.
  ///
  /// What is found may have to be restated once the instance is there: `Place.mustRestate`.
  mutating func makePlace(
    for entry: InstanceEntry, _ mode: CommitMode, _ db: Database
  ) throws -> (place: Place, beginsSeries: Bool, beginsStudy: Bool) {
    let levels = LevelExtraction(entry.header)
    let statement = Statement(entry, levels)
    let since = Precedence(entry.record.attributes)
    let known = try db.row(
      "SELECT id, patient, since FROM study WHERE archive = 1 AND uid = ?", [entry.study.value])
    let statementID = try takeStatement(db)
    let (patient, study) =
      if let known { (known[1] as Int64, known[0] as Int64) } else {
        try makeStudy(entry, levels, statement: statementID, since, mode, db)
      }
    var place = Place(
      patient: patient, study: study, series: 0, modality: levels.text(.modality), journalSeries: 0,
      stated: Statement.source(entry.header), statement: statementID, since: since, form: 0, formBytes: Data())

    let series = try db.row(
      "SELECT id, modality, since FROM series WHERE uid = ? AND study = ?", [entry.series.value, study])
    if let series {
      place.series = series[0]
      place.modality = series[1]
      place.mustRestate = try since < Precedence(series[2])
    } else {
      try db.run(
        "INSERT INTO series (study, uid, modality, changed, attributes, statement, since) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          study, entry.series.value, place.modality, mode.now.nanoseconds,
          AttributeCodec.encode(levels.elements(SeriesRow.blobTags)), statementID, since.data,
        ])
      place.series = db.lastInsertedRowID
      if let known {
        place.mustRestate = try since < Precedence(known[2])
      } else {
        // It may have been corrected before it was deleted, and come again; or be the patient's first.
        place.mustRestate = try speaks(forPatient: patient, since) || isCorrected(entry.study, db)
      }
    }
    if mode.isRecorded {
      place.journalSeries = try journalSeries(entry.study.value, entry.series.value, place.modality, db)
    }
    try insert(statement, into: &place, since, db)
    return (place, series == nil, known == nil)

    func speaks(forPatient patient: Int64, _ since: Precedence) throws -> Bool {
      let present = try Data.fetchOne(
        db.cachedStatement(sql: "SELECT since FROM patient WHERE id = ?"), arguments: [patient])
      return present.map { Self.precedence(since.data, ofMoved: false).lexicographicallyPrecedes($0) } ?? false
    }
  }

  /// Keeps a statement that its series has not heard yet, and looks whether it contradicts.
  private mutating func insert(
    _ statement: Statement, into place: inout Place, _ since: Precedence, _ db: Database
  ) throws {
    let digest = statement.digest
    let known = try db.row(
      "SELECT id, since FROM statement WHERE series = ? AND digest = ?", [place.series, digest])
    if let known {
      place.statement = known[0]
      place.since = try Precedence(known[1])
      return
    }
    try db.run(
      "INSERT INTO statement (id, series, digest, since, attributes) VALUES (?, ?, ?, ?, ?)",
      [place.statement, place.series, digest, since.data, statement.attributes])
    try Contradictions(ofStudy: place.study, db)?.mark(statement, since, db)
  }

  private func isCorrected(_ study: StudyUID, _ db: Database) throws -> Bool {
    try db.number("SELECT 1 FROM correction WHERE study = ? LIMIT 1", [study.value]) != nil
  }

  func journalSeries(_ study: String, _ series: String, _ modality: String, _ db: Database) throws -> Int64 {
    let arguments: StatementArguments = [series, study, modality]
    if let id = try db.number(
      "SELECT id FROM journal_series WHERE series = ? AND study = ? AND modality = ?", arguments)
    {
      return id
    }
    try db.run("INSERT INTO journal_series (series, study, modality) VALUES (?, ?, ?)", arguments)
    return db.lastInsertedRowID
  }

  /// - Parameter since: when the study speaks for which the patient is looked for.
  func makePatient(
    _ identity: PatientIdentity, _ levels: LevelExtraction, since: Data, _ db: Database
  ) throws -> Int64 {
    let id = MatchingText.normalised(identity.id)
    let issuer = MatchingText.normalised(identity.issuer)
    if let known = try db.number(
      "SELECT id FROM patient WHERE archive = 1 AND patient_id = ? AND issuer = ?", [id, issuer])
    {
      return known
    }
    try db.run(
      "INSERT INTO patient (patient_id, issuer, birth_date, sex, attributes, since) VALUES (?, ?, ?, ?, ?, ?)",
      [
        id, issuer, levels.moment(.patientBirthDate, .da, missing: 0), levels.text(.patientSex),
        AttributeCodec.encode(levels.elements(PatientRow.blobTags)), since,
      ])
    let patient = db.lastInsertedRowID
    try insertName(levels, of: patient, db)
    return patient
  }

  func insertName(_ levels: LevelExtraction, of patient: Int64, _ db: Database) throws {
    for (part, name) in NameFolding.groups(levels.text(.patientName)).enumerated() where !name.isEmpty {
      try db.run("INSERT INTO patient_name (folded, part, patient) VALUES (?, ?, ?)", [name, part, patient])
      try PatientWords.insert(name, part: part, of: patient, db)
    }
  }

  private func makeStudy(
    _ entry: InstanceEntry, _ levels: LevelExtraction, statement: Int64, _ since: Precedence, _ mode: CommitMode,
    _ db: Database
  ) throws -> (patient: Int64, study: Int64) {
    let patient = try makePatient(
      entry.patient, levels, since: Self.precedence(since.data, ofMoved: false), db)
    try db.run(
      """
      INSERT INTO study (patient, uid, date, time, accession, study_id, description, changed, attributes, statement, since)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        patient, entry.study.value, levels.moment(.studyDate, .da, missing: 0),
        levels.moment(.studyTime, .tm, missing: -1), levels.text(.accessionNumber), levels.text(.studyID),
        levels.text(.studyDescription), mode.now.nanoseconds,
        AttributeCodec.encode(levels.elements(StudyRow.blobTags)), statement, since.data,
      ])
    return (patient, db.lastInsertedRowID)
  }
}

extension DataSet {
  /// The text of an attribute of a catalog row, which is UTF-8 without saying so.
  func utf8Text(_ tag: Tag) -> String {
    self[tag]?.bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
