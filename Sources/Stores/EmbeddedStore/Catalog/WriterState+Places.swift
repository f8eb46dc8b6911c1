import ArchiveCore
import DICOM
import Foundation
import GRDB

/// Patients, studies and series come to be with their first instance. Uniqueness is the tables' own.
extension WriterState {
  /// What two objects of one patient ought to agree on.
  static func demographics(_ header: DataSet) -> [Value?] {
    [header[.patientName]?.value, header[.patientBirthDate]?.value, header[.patientSex]?.value]
  }

  /// Finds or makes patient, study and series of an entry, and marks where it contradicts them.
  mutating func makePlace(
    for entry: InstanceEntry, _ mode: CommitMode, _ db: Database
  ) throws -> (place: Place, beginsSeries: Bool, beginsStudy: Bool) {
    let levels = LevelExtraction(entry.header)
    let study: Int64
    let patient: Int64
    var beginsStudy = false
    if let row = try db.row("SELECT id, patient FROM study WHERE archive = 1 AND uid = ?", [entry.study.value]) {
      study = row[0]
      patient = row[1]
    } else {
      let stated = try makePatient(entry.patient, levels, db)
      study = try makeStudy(entry, levels, of: stated, mode, db)
      // It may have been corrected before it was deleted, and come again.
      patient = try believe(study, entry.study.value, of: stated, isCounted: false, db)
      beginsStudy = true
    }
    try markContradictions(entry, levels, study: study, patient: patient, mode, db)

    let series: Int64
    var modality = levels.text(.modality)
    var beginsSeries = false
    if let row = try db.row("SELECT id, modality FROM series WHERE uid = ? AND study = ?", [entry.series.value, study])
    {
      series = row[0]
      modality = row[1]
    } else {
      let attributes = AttributeCodec.encode(levels.elements(SeriesRow.blobTags))
      try db.run(
        "INSERT INTO series (study, uid, modality, changed, attributes) VALUES (?, ?, ?, ?, ?)",
        [study, entry.series.value, modality, mode.now.nanoseconds, attributes])
      series = db.lastInsertedRowID
      beginsSeries = true
    }
    let place = Place(
      patient: patient, study: study, series: series, modality: modality,
      journalSeries: mode.isRecorded ? try journalSeries(entry.study.value, entry.series.value, modality, db) : 0,
      demographics: Self.demographics(entry.header), form: 0, formBytes: Data())
    return (place, beginsSeries, beginsStudy)
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

  func makePatient(_ identity: PatientIdentity, _ levels: LevelExtraction, _ db: Database) throws -> Int64 {
    let id = MatchingText.normalised(identity.id)
    let issuer = MatchingText.normalised(identity.issuer)
    if let known = try db.number(
      "SELECT id FROM patient WHERE archive = 1 AND patient_id = ? AND issuer = ?", [id, issuer])
    {
      return known
    }
    try db.run(
      "INSERT INTO patient (patient_id, issuer, birth_date, sex, attributes) VALUES (?, ?, ?, ?, ?)",
      [
        id, issuer, levels.moment(.patientBirthDate, .da, missing: 0), levels.text(.patientSex),
        AttributeCodec.encode(levels.elements(PatientRow.blobTags)),
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
    _ entry: InstanceEntry, _ levels: LevelExtraction, of patient: Int64, _ mode: CommitMode, _ db: Database
  ) throws -> Int64 {
    try db.run(
      """
      INSERT INTO study (patient, uid, date, time, accession, study_id, description, changed, attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        patient, entry.study.value, levels.moment(.studyDate, .da, missing: 0),
        levels.moment(.studyTime, .tm, missing: -1), levels.text(.accessionNumber), levels.text(.studyID),
        levels.text(.studyDescription), mode.now.nanoseconds,
        AttributeCodec.encode(levels.elements(StudyRow.blobTags)),
      ])
    return db.lastInsertedRowID
  }

  // MARK: Contradictions

  private func markContradictions(
    _ entry: InstanceEntry, _ levels: LevelExtraction, study: Int64, patient: Int64, _ mode: CommitMode, _ db: Database
  ) throws {
    guard
      let row = try db.row(
        """
        SELECT p.patient_id, p.issuer, p.birth_date, p.sex, p.attributes, s.stated
        FROM patient p LEFT JOIN study s ON s.id = ? WHERE p.id = ?
        """, [study, patient])
    else { return }
    // A corrected study goes on arriving as its sender states it: no contradiction to what it stated before.
    if let stated: Data = row[5], Self.states(stated, entry.patient) { return }
    var found: [CatalogConflict.Kind] = []
    if row[0] != MatchingText.normalised(entry.patient.id) || row[1] != MatchingText.normalised(entry.patient.issuer) {
      found.append(.otherPatient)
    } else {
      let birthDate = levels.moment(.patientBirthDate, .da, missing: 0)
      let knownBirthDate: Int64 = row[2]
      if birthDate != 0, knownBirthDate != 0, birthDate != knownBirthDate { found.append(.birthDate) }
      let sex = levels.text(.patientSex)
      let knownSex: String = row[3]
      if !sex.isEmpty, !knownSex.isEmpty, sex != knownSex { found.append(.sex) }
      let name = NameFolding.groups(levels.text(.patientName))
      let known = NameFolding.groups(DataSet(AttributeCodec.decode(row[4])).utf8Text(.patientName))
      if zip(name, known).contains(where: { !$0.isEmpty && !$1.isEmpty && $0 != $1 }) { found.append(.name) }
    }
    for kind in found {
      try db.run(
        """
        INSERT INTO conflict (kind, study, patient, issuer, patient_id, record, found, proposal)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        [
          kind.rawValue, study, patient, entry.patient.issuer, entry.patient.id, entry.record.attributes.id.data,
          mode.now.nanoseconds, kind.proposal.rawValue,
        ])
    }
  }
}

extension WriterState {
  /// Whether a study said before its correction that it is of this patient.
  private static func states(_ stated: Data, _ patient: PatientIdentity) -> Bool {
    let stated = DataSet(AttributeCodec.decode(stated)).withoutPadding
    return stated.utf8Text(.patientID) == MatchingText.normalised(patient.id)
      && stated.utf8Text(.issuerOfPatientID) == MatchingText.normalised(patient.issuer)
  }
}

extension DataSet {
  /// The text of an attribute of a catalog row, which is UTF-8 without saying so.
  func utf8Text(_ tag: Tag) -> String {
    self[tag]?.bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
