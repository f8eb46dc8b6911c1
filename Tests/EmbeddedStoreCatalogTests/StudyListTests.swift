import ArchiveCore
import DICOM
import Foundation
import GRDB
import Testing

@testable import EmbeddedStore

/// A text that somebody types and the studies it finds.
private struct Typed: Sendable, CustomTestStringConvertible {
  var text: String
  var found: [String]
  var testDescription: String { "“\(text)”" }

  init(_ text: String, _ found: String...) {
    self.text = text
    self.found = found
  }

  static let table = [
    Typed("", "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5"),
    Typed("  ", "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5"),
    // Any word of the name, from its beginning, whatever its case and diacritics.
    Typed("mul", "1.2.1"), Typed("MÜL", "1.2.1"), Typed("jose", "1.2.1"), Typed("lüdenscheidt", "1.2.1"),
    Typed("Muller-Ludenscheidt", "1.2.1"), Typed("muller jos", "1.2.1"), Typed("jos muller", "1.2.1"),
    Typed("ller"), Typed("muller nobody"), Typed("jørgen", "1.2.2"), Typed("jorgen", "1.2.2"),
    Typed("strasse", "1.2.2"),
    Typed("obrien", "1.2.5"), Typed("o’brien", "1.2.5"), Typed("O'Br", "1.2.5"),
    // Any group of it (PS3.5 §H and §I).
    Typed("yamada", "1.2.3"), Typed("山田", "1.2.3"), Typed("太郎", "1.2.3"), Typed("山田太郎", "1.2.3"),
    Typed("やまだ", "1.2.3"), Typed("ﾔﾏﾀﾞ"), Typed("ｙａｍａｄａ", "1.2.3"), Typed("郎"), Typed("홍", "1.2.4"),
    Typed("길동", "1.2.4"),
    // Identifiers from their beginning.
    Typed("PAT-1", "1.2.1"), Typed("pat-", "1.2.1", "1.2.2", "1.2.5"), Typed("AT-1"), Typed("acc7", "1.2.2"),
    Typed("ACC7", "1.2.2"), Typed("pat muller", "1.2.1"), Typed("PAT-1 muller", "1.2.1"), Typed("ACC7 hansen", "1.2.2"),
    Typed("ACC7 muller"), Typed("1.2.3", "1.2.3"), Typed("1.2"),
    // Nothing in it is a pattern.
    Typed("%"), Typed("*"), Typed("_"), Typed("ha?sen"), Typed("\" OR 1=1 --"),
  ]
}

@Suite("The list of studies")
struct StudyListTests {
  /// Newest first: 1.2.1 … 1.2.5.
  private static let arrivals: [Arrival] = [
    ("1.2.5", "P5", "O'Brien^Pat", "A5"), ("1.2.4", "P4", "Hong^Gildong=洪^吉洞=홍^길동", "A4"),
    ("1.2.3", "P3", "Yamada^Tarou=山田^太郎=やまだ^たろう", "A3"),
    ("1.2.2", "PAT-2", "Hansen^Jørgen^Straße", "ACC7"), ("1.2.1", "PAT-1", "Müller-Lüdenscheidt^José", "A1"),
  ].enumerated().map { place, facts in
    Arrival().with {
      $0.study = facts.0
      $0.series = "\(facts.0).1"
      $0.instance = "\(facts.0).1.1"
      $0.patientID = facts.1
      $0.name = facts.2
      $0.accession = facts.3
      $0.date = "2024030\(place + 1)"
      $0.modality = ["CT", "MR", "US", "CT", "MR"][place]
      $0.site = place % 2 == 0 ? "north" : "south"
    }
  }

  private func list(
    _ search: StudySearch, within sites: Principal.Sites = .all, _ home: Home
  ) async throws -> [String] {
    try await home.catalog.studies(search, within: sites).studies.map(\.study.value)
  }

  @Test("finds what was typed, word by word")
  func typed() async throws {
    try await atHome { home in
      try await home.catalog.store(Self.arrivals)
      for typed in Typed.table {
        #expect(try await list(StudySearch(text: typed.text), home) == typed.found, "\(typed.testDescription)")
      }
    }
  }

  @Test("tells of each study what a line shows")
  func line() async throws {
    try await atHome { home in
      let first = Arrival().with {
        $0.name = "Yamada^Tarou=山田^太郎=やまだ^たろう"
        $0.site = "north"
      }
      try await home.catalog.store([
        first,
        first.with {
          $0.series = "1.2.3.2"
          $0.instance = "1.2.3.2.1"
          $0.modality = "SR"
          $0.site = "south"
        },
      ])
      let page = try await home.catalog.studies(StudySearch(), within: .all)
      let line = try #require(page.studies.first)
      #expect(page.studies.count == 1 && !page.hasMore)
      #expect(line.patientName == PersonName(alphabetic: "Yamada^Tarou", ideographic: "山田^太郎", phonetic: "やまだ^たろう"))
      #expect(line.patientID == "P1" && line.birthDate == 19_700_102 && line.sex == "F")
      #expect(line.accessionNumber == "A1" && line.description == "Thorax")
      #expect(line.date == 20_240_301 && line.time == 36_900_000_000)
      #expect(line.modalities.sorted() == ["CT", "SR"] && line.series == 2 && line.instances == 2)
      #expect(line.bytes == 4096 && line.sites == [SiteID("north"), SiteID("south")])
      #expect(line.changedAt == home.clock.now)
    }
  }

  @Test("is narrowed by modality, site, day and what the caller may know of")
  func filters() async throws {
    try await atHome { home in
      try await home.catalog.store(Self.arrivals)
      #expect(try await list(StudySearch(modalities: ["CT"]), home) == ["1.2.2", "1.2.5"])
      #expect(try await list(StudySearch(modalities: ["CT", "US"]), home) == ["1.2.2", "1.2.3", "1.2.5"])
      #expect(try await list(StudySearch(text: "hansen", modalities: ["CT", "US"]), home) == ["1.2.2"])
      #expect(try await list(StudySearch(modalities: ["XA"]), home) == [])
      let day = { StudyDate(year: 2024, month: 3, day: $0) }
      #expect(try await list(StudySearch(from: day(4)), home) == ["1.2.1", "1.2.2"])
      #expect(try await list(StudySearch(to: day(2)), home) == ["1.2.4", "1.2.5"])
      #expect(try await list(StudySearch(text: "pat", from: day(2), to: day(4)), home) == ["1.2.2"])
      #expect(try await list(StudySearch(modalities: ["MR"], from: day(2), to: day(5)), home) == ["1.2.1", "1.2.4"])
      let south = Principal.Sites.only([SiteID("south")])
      #expect(try await list(StudySearch(), within: south, home) == ["1.2.2", "1.2.4"])
      #expect(try await list(StudySearch(text: "muller"), within: south, home) == [])
      #expect(try await list(StudySearch(limit: 1), within: south, home) == ["1.2.2"])
      #expect(try await list(StudySearch(), within: .only([]), home) == [])
    }
  }

  @Test("knows a study without a date, and shows it last")
  func dateless() async throws {
    try await atHome { home in
      try await home.catalog.store(
        Self.arrivals + [
          Arrival().with {
            $0.study = "1.2.9"
            $0.series = "1.2.9.1"
            $0.instance = "1.2.9.1.1"
            $0.date = ""
            $0.time = ""
          }
        ])
      #expect(try await list(StudySearch(), home).last == "1.2.9")
      #expect(try await list(StudySearch(to: StudyDate(year: 2030, month: 1, day: 1)), home).count == 5)
    }
  }

  @Test("forgets the words of a patient who is gone, and makes them again in a rebuild")
  func words() async throws {
    try await atHome { home in
      try await home.catalog.store(Self.arrivals)
      let records = try await home.catalog.records(of: .study(try #require(StudyUID("1.2.1"))), within: .all)
      _ = try await home.catalog.commit([
        .delete(records: records, by: admin, at: home.clock.now, reason: "asked")
      ])
      let count = try await home.catalog.database.pool.read { db in
        try Int.fetchOne(db, sql: "SELECT count(*) FROM patient_word WHERE word = 'jose'")
      }
      #expect(count == 0)
      try await home.catalog.rebuildDerived()
      try await home.catalog.store(Self.arrivals)
      #expect(try await list(StudySearch(text: "jose"), home) == ["1.2.1"])
    }
  }

  @Test("finds a corrected name, and not the former one")
  func corrected() async throws {
    try await atHome { home in
      try await home.catalog.store(Self.arrivals)
      var believed = DataSet()
      believed.set(.specificCharacterSet, .cs, "ISO_IR 192")
      believed.set(.patientName, .pn, "Smith^Joséphine")
      let correction = Correction(
        id: CorrectionID(bits: 1), study: try #require(StudyUID("1.2.1")), action: .set(believed), at: home.clock.now,
        principalKind: .person, principalName: "admin", reason: "misspelt")
      _ = try await home.catalog.commit([.correct(correction)])
      #expect(try await list(StudySearch(text: "josephine smi"), home) == ["1.2.1"])
      #expect(try await list(StudySearch(text: "muller"), home) == [])
      let page = try await home.catalog.studies(StudySearch(text: "smith"), within: .all)
      #expect(page.studies.first?.patientName.alphabetic == "Smith^Joséphine")
    }
  }
}
