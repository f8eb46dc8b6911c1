import ArchiveCore
import DICOM
import Foundation
import GRDB

extension Schema {
  /// Statements: what the objects of a series say of it, of its study and of its patient, once for all that say the same.
  /// `statement` of a row is the one it says, `since` the `Precedence` of the first record behind it (of a patient behind
  /// a mark of whether that study was moved to them).
  static let statements = """
    CREATE TABLE statement (
      id INTEGER PRIMARY KEY, series INTEGER NOT NULL, digest BLOB NOT NULL, since BLOB NOT NULL,
      attributes BLOB NOT NULL, UNIQUE (series, digest));
    ALTER TABLE instance ADD COLUMN statement INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE series ADD COLUMN statement INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE series ADD COLUMN since BLOB NOT NULL DEFAULT x'';
    ALTER TABLE study ADD COLUMN statement INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE study ADD COLUMN since BLOB NOT NULL DEFAULT x'';
    ALTER TABLE study ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE patient ADD COLUMN since BLOB NOT NULL DEFAULT x'';
    """

  /// What earlier versions kept is taken as stated by all instances alike: by a series' row, and by its study's and
  /// patient's before they were corrected. A rebuild makes it exact.
  static func addStatements(_ db: Database) throws {
    try db.execute(sql: statements)
    let series = try Row.fetchCursor(
      db,
      sql: """
        SELECT e.id, e.attributes, e.modality, s.attributes, s.stated, p.patient_id, p.issuer, p.attributes, p.stated
        FROM series e JOIN study s ON s.id = e.study JOIN patient p ON p.id = s.patient
        """)
    while let row = try series.next() {
      guard let since = try firstRecord(ofSeries: row[0], db) else { continue }
      let statement = try formerStatement(row)
      try db.run(
        "INSERT INTO statement (id, series, digest, since, attributes) VALUES (?, ?, ?, ?, ?)",
        [row[0] as Int64, row[0] as Int64, statement.digest, since.data, statement.attributes])
    }
    try db.execute(
      sql: """
        UPDATE instance SET statement = series;
        UPDATE series SET statement = id, since = coalesce((SELECT since FROM statement t WHERE t.id = series.id), x'');
        UPDATE study SET
          statement = coalesce((SELECT id FROM series e WHERE e.study = study.id ORDER BY since LIMIT 1), 0),
          since = coalesce((SELECT min(since) FROM series e WHERE e.study = study.id), x'');
        ALTER TABLE study DROP COLUMN stated;
        ALTER TABLE patient DROP COLUMN stated;
        """)
    for row in try Row.fetchAll(db, sql: "SELECT patient, min(since) FROM study GROUP BY patient") {
      try db.run(
        "UPDATE patient SET since = ? WHERE id = ?",
        [WriterState.precedence(row[1], ofMoved: false), row[0] as Int64])
    }
    // A corrected study may have been moved, which only its statement tells.
    var state = WriterState()
    for study in try Int64.fetchAll(db, sql: "SELECT id FROM study WHERE belief IS NOT NULL") {
      try state.restate(study: study, db)
    }
  }

  private static func firstRecord(ofSeries series: Int64, _ db: Database) throws -> Precedence? {
    try db.row(
      """
      SELECT r.received, r.record FROM instance i JOIN record r ON r.id = i.record WHERE i.series = ?
      ORDER BY r.received, r.record LIMIT 1
      """, [series]
    ).map { Precedence(receivedAt: $0[0], record: try $0.identifier(1)) }
  }

  private static func formerStatement(_ row: Row) throws -> Statement {
    let series =
      AttributeCodec.decode(row[1]) + [
        DataElement(tag: .modality, vr: .cs, value: .bytes(Array((row[2] as String).utf8)))
      ]
    let patient = PatientIdentity(issuer: row[6], id: row[5])
    if let stated: Data = row[4] {
      let elements = AttributeCodec.decode(stated)
      return Statement(series + elements, of: LevelExtraction(DataSet(elements)).identity)
    }
    return Statement(
      series + AttributeCodec.decode(row[3]) + AttributeCodec.decode(row[8] as Data? ?? row[7]), of: patient)
  }
}
