import ArchiveCore
import DICOM
import Foundation
import GRDB

/// Corrections: rows say what is believed, and keep what was stated.
extension WriterState {
  mutating func correct(_ correction: Correction, _ mode: CommitMode, _ db: Database) throws -> ChangeOutcome {
    guard try CorrectionTable.insert(correction, db) else { return .alreadySo(nil) }
    try flushTally(db)
    places.removeAll(keepingCapacity: true)
    let uid = correction.study.value
    guard let row = try db.row("SELECT id, patient FROM study WHERE archive = 1 AND uid = ?", [uid]) else {
      return .applied
    }
    let study: Int64 = row[0]
    _ = try believe(study, uid, of: row[1], isCounted: true, db)
    try db.run("UPDATE study SET revision = revision + 1 WHERE id = ?", [study])
    if mode.isRecorded { try note(correction, of: study, mode, db) }
    return .applied
  }

  /// Makes a study's rows say what its corrections say in all.
  ///
  /// - Parameter isCounted: whether the patient's counts know of the study.
  /// - Returns: the patient it belongs to now.
  mutating func believe(
    _ study: Int64, _ uid: String, of patient: Int64, isCounted: Bool, _ db: Database
  ) throws -> Int64 {
    guard
      let row = try db.row(
        "SELECT attributes, stated, date, time, modalities, series, instances FROM study WHERE id = ?", [study])
    else { return patient }
    let belief = try CorrectionTable.history(of: uid, db).belief
    let stated = try row[1] as Data? ?? self.stated(ofStudy: row[0], patient, db)
    guard belief != nil || (row[1] as Data?) != nil else { return patient }
    var believed = DataSet(AttributeCodec.decode(stated)).withoutPadding
    for element in belief?.values ?? DataSet() { believed.set(element) }
    believed.set(.specificCharacterSet, .cs, "ISO_IR 192")
    let levels = LevelExtraction(believed)

    let owner = try patientRow(of: levels, db)
    let date = levels.moment(.studyDate, .da, missing: 0)
    let time = levels.moment(.studyTime, .tm, missing: -1)
    try db.run(
      """
      UPDATE study SET patient = ?, date = ?, time = ?, accession = ?, study_id = ?, description = ?, attributes = ?,
        belief = ?, believed_since = ?, stated = ? WHERE id = ?
      """,
      [
        owner, date, time, levels.text(.accessionNumber), levels.text(.studyID), levels.text(.studyDescription),
        AttributeCodec.encode(levels.elements(StudyRow.blobTags)), belief.map { AttributeCodec.encode($0.values) },
        belief?.since.nanoseconds, belief == nil ? nil : stated, study,
      ])
    let modalities: String = row[4]
    for modality in modalities.split(separator: "\\") {
      try db.run(
        """
        UPDATE study_modality SET date = ?, time = ?
        WHERE archive = 1 AND modality = ? AND date = ? AND time = ? AND study = ?
        """, [date, time, String(modality), row[2] as Int64, row[3] as Int64, study])
    }
    if owner != patient {
      if isCounted {
        try count(1, series: row[5], instances: row[6], of: owner, db)
        try count(-1, series: row[5], instances: row[6], of: patient, db)
      }
      try removeIfEmpty(patient, db)
      try restate(patient, db)
    }
    try restate(owner, db)
    return owner
  }

  /// Gives a patient the demographics that the corrected studies of theirs say, the last correction over the earlier;
  /// without one those that the first study said.
  func restate(_ patient: Int64, _ db: Database) throws {
    guard let row = try db.row("SELECT attributes, stated FROM patient WHERE id = ?", [patient]) else { return }
    let beliefs = try Data.fetchAll(
      db.cachedStatement(
        sql: "SELECT belief FROM study WHERE patient = ? AND belief IS NOT NULL ORDER BY believed_since, uid"),
      arguments: [patient])
    let formerly: Data? = row[1]
    guard !beliefs.isEmpty || formerly != nil else { return }
    let stated: Data = formerly ?? row[0]
    var believed = DataSet(AttributeCodec.decode(stated)).withoutPadding
    for belief in beliefs {
      for element in AttributeCodec.decode(belief) where CorrectableAttributes.demographics.contains(element.tag) {
        believed.set(element)
      }
    }
    believed.set(.specificCharacterSet, .cs, "ISO_IR 192")
    let levels = LevelExtraction(believed.withoutPadding)
    try db.run(
      "UPDATE patient SET birth_date = ?, sex = ?, attributes = ?, stated = ? WHERE id = ?",
      [
        levels.moment(.patientBirthDate, .da, missing: 0), levels.text(.patientSex),
        AttributeCodec.encode(levels.elements(PatientRow.blobTags)), beliefs.isEmpty ? nil : stated, patient,
      ])
    try db.run("DELETE FROM patient_name WHERE patient = ?", [patient])
    try db.run("DELETE FROM patient_word WHERE patient = ?", [patient])
    try insertName(levels, of: patient, db)
  }

  // MARK: Rows

  /// What patient and study said before anything was corrected.
  private func stated(ofStudy attributes: Data, _ patient: Int64, _ db: Database) throws -> Data {
    let row = try db.row(
      "SELECT \(PatientRow.columns.joined(separator: ", ")), p.stated FROM patient p WHERE p.id = ?", [patient])
    guard let row else { return attributes }
    var elements = PatientRow.elements(row, at: 0)
    if let stated: Data = row[PatientRow.columns.count] {
      // Another study's correction speaks for the patient just now; this one never said that.
      elements =
        AttributeCodec.decode(stated) + elements.filter { $0.tag == .patientID || $0.tag == .issuerOfPatientID }
    }
    return AttributeCodec.encode(DataSet(elements + AttributeCodec.decode(attributes)))
  }

  /// The patient that the attributes name, made when there is none.
  private func patientRow(of levels: LevelExtraction, _ db: Database) throws -> Int64 {
    try makePatient(PatientIdentity(issuer: levels.text(.issuerOfPatientID), id: levels.text(.patientID)), levels, db)
  }

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

  /// One line for each site that may know of the study.
  private mutating func note(
    _ correction: Correction, of study: Int64, _ mode: CommitMode, _ db: Database
  ) throws {
    let uid = correction.study.value
    let revision = try db.number("SELECT revision FROM study WHERE id = ?", [study]) ?? 1
    let sites = try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT n.name FROM study_site v JOIN site n ON n.id = v.site WHERE v.study = ? ORDER BY n.id
          """), arguments: [study])
    for site in sites {
      let context = try context(
        Circumstances(
          principalKind: correction.principalKind, principalName: correction.principalName, site: SiteID(site),
          delivery: nil, channel: nil), db)
      try JournalTable.append(
        JournalTable.Line(
          sequence: takeSequence(db), at: mode.now, context: context.id, kind: .corrected,
          series: try journalSeries(uid, "", "", db), instance: Data(), record: Data(), bytes: revision, edges: 0), db)
    }
    audit.note(
      .correct, by: "\(correction.principalKind):\(correction.principalName)", object: uid, detail: correction.reason)
  }
}
