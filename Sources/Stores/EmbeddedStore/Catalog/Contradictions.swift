import ArchiveCore
import DICOM
import Foundation
import GRDB

/// Looks where the statements about a study contradict what is believed of its patient.
struct Contradictions {
  private let study: Int64
  private let patient: Int64
  private let believed: PatientIdentity
  private let birthDate: Int64
  private let sex: String
  private let name: [String]
  /// Who a corrected study was of before. It goes on arriving as its sender states it, which is no contradiction.
  private let formerly: PatientIdentity?

  /// - Returns: `nil` when there is no such study.
  init?(ofStudy study: Int64, _ db: Database) throws {
    let sql = """
      SELECT p.id, p.issuer, p.patient_id, p.birth_date, p.sex, p.attributes, s.belief IS NOT NULL, t.attributes
      FROM study s JOIN patient p ON p.id = s.patient LEFT JOIN statement t ON t.id = s.statement WHERE s.id = ?
      """
    guard let row = try db.row(sql, [study]) else { return nil }
    self.study = study
    patient = row[0]
    believed = PatientIdentity(issuer: row[1], id: row[2])
    birthDate = row[3]
    sex = row[4]
    name = NameFolding.groups(DataSet(AttributeCodec.decode(row[5])).utf8Text(.patientName))
    let isCorrected: Bool = row[6]
    let first: Data? = row[7]
    formerly = isCorrected ? first.map { Statement(attributes: $0).levels().identity } : nil
  }

  /// Notes every contradiction of a statement, with the first record that brings it to light.
  func mark(_ statement: Statement, _ since: Precedence, _ db: Database) throws {
    let levels = statement.levels()
    let stated = levels.identity
    for kind in kinds(levels, stated) {
      try db.run(
        """
        INSERT INTO conflict (kind, study, patient, issuer, patient_id, record, found, proposal)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET record = excluded.record, found = excluded.found
          WHERE (excluded.found, excluded.record) < (found, record)
        """,
        [
          kind.rawValue, study, patient, stated.issuer, stated.id, since.record.data, since.receivedAt,
          kind.proposal.rawValue,
        ])
    }
  }

  private func kinds(_ levels: LevelExtraction, _ stated: PatientIdentity) -> [CatalogConflict.Kind] {
    guard stated != formerly else { return [] }
    guard stated == believed else { return [.otherPatient] }
    var found: [CatalogConflict.Kind] = []
    let birthDate = levels.moment(.patientBirthDate, .da, missing: 0)
    if birthDate != 0, self.birthDate != 0, birthDate != self.birthDate { found.append(.birthDate) }
    let sex = levels.text(.patientSex)
    if !sex.isEmpty, !self.sex.isEmpty, sex != self.sex { found.append(.sex) }
    let name = NameFolding.groups(levels.text(.patientName))
    if zip(name, self.name).contains(where: { !$0.isEmpty && !$1.isEmpty && $0 != $1 }) { found.append(.name) }
    return found
  }
}

extension WriterState {
  /// Looks for a study's contradictions anew.
  func markContradictions(of study: Int64, _ db: Database) throws {
    try db.run("DELETE FROM conflict WHERE study = ?", [study])
    guard let contradictions = try Contradictions(ofStudy: study, db) else { return }
    let statements = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT t.attributes, t.since FROM series e JOIN statement t ON t.series = e.id WHERE e.study = ? ORDER BY t.since
          """), arguments: [study])
    while let row = try statements.next() {
      try contradictions.mark(Statement(attributes: row[0]), Precedence(row[1]), db)
    }
  }
}
