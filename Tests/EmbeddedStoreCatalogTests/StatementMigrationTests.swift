import ArchiveCore
import DICOM
import Foundation
import GRDB
import Testing

@testable import EmbeddedStore

@Suite("An archive that learns to keep statements")
struct StatementMigrationTests {
  @Test("takes what its rows said before as stated: answers stay, and a correction can still be undone")
  func migrates() async throws {
    let home = try await Home()
    let other = Arrival().with {
      $0.study = "1.9"; $0.series = "1.9.1"; $0.instance = "1.9.1.1"; $0.patientID = "P2"; $0.name = "Roe^Richard"
    }
    let second = Arrival().with { $0.instance = "1.2.3.1.2" }
    try await home.catalog.store(Arrival(), second, other)
    let study = try #require(StudyUID("1.9"))
    var values = DataSet()
    values.set(.patientID, .lo, "P1")
    values.set(.issuerOfPatientID, .lo, "main")
    values.set(.patientName, .pn, "Doe^Janet")
    let correction = Correction(
      id: CorrectionID(bits: 1), study: study, action: .set(values), at: home.clock.now, principalKind: .person,
      principalName: "clerk", reason: "wrong person")
    _ = try await home.catalog.commit([.correct(correction)])
    let before = try await everything(home.catalog)
    try await home.catalog.close()
    try await asItWas(home.file)

    let again = try await Home(directory: home.directory, clock: home.clock)
    #expect(try await everything(again.catalog) == before)
    let undone = Correction(
      id: CorrectionID(bits: 2), study: study, action: .undo(correction.id), at: home.clock.now,
      principalKind: .person, principalName: "clerk", reason: "it was right")
    _ = try await again.catalog.commit([.correct(undone)])
    #expect(Set(try await again.catalog.answers(Query(level: .patient), .patientName)) == ["Doe^Jane", "Roe^Richard"])
    _ = try await again.catalog.commit([
      .delete(records: [Arrival().recordID], by: admin, at: home.clock.now, reason: "test")
    ])
    #expect(Set(try await again.catalog.answers(Query(level: .study), .patientName)) == ["Doe^Jane", "Roe^Richard"])
    _ = try await again.catalog.commit([
      .delete(records: [second.recordID, other.recordID], by: admin, at: home.clock.now, reason: "test")
    ])
    let left = try await again.catalog.database.read { try $0.number("SELECT count(*) FROM statement") }
    #expect(left == 0)
    try await again.remove()
  }

  private func everything(_ catalog: EmbeddedCatalog) async throws -> [[DataSet]] {
    var answers: [[DataSet]] = []
    for level in Query.Level.allCases {
      answers.append(try await catalog.find(Query(level: level), within: .all).matches.map(\.attributes))
    }
    return answers
  }

  /// The file as a program before this one left it.
  private func asItWas(_ file: String) async throws {
    let queue = try DatabaseQueue(path: file)
    try await queue.write { db in
      try db.execute(
        sql: """
          ALTER TABLE study ADD COLUMN stated BLOB;
          ALTER TABLE patient ADD COLUMN stated BLOB;
          UPDATE study SET stated = (SELECT attributes FROM statement t WHERE t.id = study.statement)
            WHERE belief IS NOT NULL;
          UPDATE patient SET stated = (SELECT t.attributes FROM study s JOIN statement t ON t.id = s.statement
            WHERE s.patient = patient.id ORDER BY s.moved, s.since LIMIT 1);
          DROP TABLE statement;
          ALTER TABLE instance DROP COLUMN statement;
          ALTER TABLE series DROP COLUMN statement;
          ALTER TABLE series DROP COLUMN since;
          ALTER TABLE study DROP COLUMN statement;
          ALTER TABLE study DROP COLUMN since;
          ALTER TABLE study DROP COLUMN moved;
          ALTER TABLE patient DROP COLUMN since;
          DELETE FROM grdb_migrations WHERE identifier = 'statements';
          """)
    }
    try queue.close()
  }
}
