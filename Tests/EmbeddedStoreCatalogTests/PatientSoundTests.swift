import ArchiveCore
import DICOM
import Foundation
import GRDB
import Testing

@testable import EmbeddedStore

@Suite("The sounds of patients' names")
struct PatientSoundTests {
  private static let similar = Query(
    level: .study,
    keys: [MatchingKey.parse(tag: .patientName, vr: .pn, text: "Jayne^Mair")]
      .understood(MatchingOptions(isFuzzy: true)))

  private static let arrivals = [
    Arrival().with { $0.name = "Meyer^Jane" },
    Arrival().with {
      $0.patientID = "P2"; $0.name = "Smith^Jane"; $0.study = "1.9"; $0.series = "1.9.1"; $0.instance = "1.9.1.1"
    },
  ]

  @Test("are filled in for an archive that is older than they are")
  func migrates() async throws {
    let home = try await Home()
    try await home.catalog.store(Self.arrivals)
    try await home.catalog.close()
    let queue = try DatabaseQueue(path: home.file)
    try await queue.write { db in
      try db.execute(
        sql: """
          DROP TRIGGER patient_sounds_go;
          DROP TABLE patient_sound;
          DELETE FROM grdb_migrations WHERE identifier = 'patient sounds';
          """)
    }
    try queue.close()
    let again = try await Home(directory: home.directory, clock: home.clock)
    #expect(try await again.catalog.answers(Self.similar, .studyInstanceUID) == [Arrival().study])
    try await again.remove()
  }

  @Test("go with the patient, and come again with a rebuild")
  func follow() async throws {
    try await atHome { home in
      try await home.catalog.store(Self.arrivals)
      #expect(try await home.catalog.answers(Self.similar, .studyInstanceUID) == [Arrival().study])
      _ = try await home.catalog.commit([
        .delete(records: [Self.arrivals[0].recordID], by: admin, at: home.clock.now, reason: "asked")
      ])
      let left = try await home.catalog.database.pool.read { db in
        try Int.fetchOne(db, sql: "SELECT count(DISTINCT patient) FROM patient_sound")
      }
      #expect(left == 1)
      try await home.catalog.rebuildDerived()
      try await home.catalog.store(Self.arrivals)
      #expect(try await home.catalog.answers(Self.similar, .studyInstanceUID) == [Arrival().study])
    }
  }

  @Test("are those of a corrected name")
  func corrected() async throws {
    try await atHome { home in
      try await home.catalog.store(Self.arrivals)
      var believed = DataSet()
      believed.set(.patientName, .pn, "Roe^Richard")
      let correction = Correction(
        id: CorrectionID(bits: 1), study: try #require(StudyUID(Arrival().study)), action: .set(believed),
        at: home.clock.now, principalKind: .person, principalName: "admin", reason: "misspelt")
      _ = try await home.catalog.commit([.correct(correction)])
      #expect(try await home.catalog.answers(Self.similar, .studyInstanceUID).isEmpty)
    }
  }
}
