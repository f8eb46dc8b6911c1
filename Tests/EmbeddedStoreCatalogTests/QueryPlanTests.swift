import ArchiveCore
import DICOM
import Foundation
import GRDB
import Testing

@testable import EmbeddedStore

/// A search and how SQLite must go about it.
struct PlannedSearch: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var query: Query
  var sites = Principal.Sites.all
  /// The first step of the plan.
  var start: String
  /// Whether answers come in order from the index, so that a page costs a page.
  var isOrdered: Bool

  init(
    _ level: Query.Level, _ keys: [(DICOM.Tag, String)], sites: Principal.Sites = .all, fuzzy: Bool = false,
    combined: Bool = false, start: String, ordered: Bool = true
  ) {
    query = Query(
      level: level,
      keys: keys.map { MatchingKey.parse(tag: $0.0, vr: DataDictionary.vr($0.0) ?? .lo, text: $0.1) }
        .understood(MatchingOptions(combinesDateAndTime: combined, isFuzzy: fuzzy)), limit: 101)
    self.sites = sites
    self.start = start
    isOrdered = ordered
    testDescription = "\(level) " + keys.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }

  static let names = "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)"
  static let all: [PlannedSearch] = [
    PlannedSearch(.study, [], start: "SEARCH s USING INDEX study_by_date (archive=?)"),
    PlannedSearch(.study, [], sites: .only([.main]), start: "SEARCH s USING INDEX study_by_date (archive=?)"),
    PlannedSearch(
      .study, [(.studyDate, "20240301")], start: "SEARCH s USING INDEX study_by_date (archive=? AND date>? AND date<?)"),
    PlannedSearch(
      .study, [(.studyDate, "20240101-"), (.studyDescription, "*thorax*")],
      start: "SEARCH s USING INDEX study_by_date (archive=? AND date>?)"),
    PlannedSearch(
      .study, [(.modalitiesInStudy, "MG")], start: "SEARCH m USING PRIMARY KEY (archive=? AND modality=?)"),
    PlannedSearch(
      .study, [(.modalitiesInStudy, "CT"), (.studyDate, "20240101-20240131")], sites: .only([.main]),
      start: "SEARCH m USING PRIMARY KEY (archive=? AND modality=? AND date>? AND date<?)"),
    PlannedSearch(
      .study, [(.patientID, "P77")],
      start: "SEARCH p USING INDEX sqlite_autoindex_patient_1 (archive=? AND patient_id=?)", ordered: false),
    PlannedSearch(
      .study, [(.patientID, "P7*")],
      start: "SEARCH p USING INDEX sqlite_autoindex_patient_1 (archive=? AND patient_id>? AND patient_id<?)",
      ordered: false),
    PlannedSearch(.study, [(.patientName, "DOE^JANE")], start: names, ordered: false),
    PlannedSearch(.study, [(.patientName, "doe*")], start: names, ordered: false),
    PlannedSearch(.study, [(.patientName, "Jayne^Dow")], fuzzy: true, start: names, ordered: false),
    PlannedSearch(.study, [(.patientName, "jayne do*")], fuzzy: true, start: names, ordered: false),
    PlannedSearch(
      .study, [(.studyDate, "20240101-20240131"), (.studyTime, "10-12")], combined: true,
      start: "SEARCH s USING INDEX study_by_date (archive=? AND date>? AND date<?)"),
    PlannedSearch(
      .study, [(.studyDate, "20240101-"), (.studyTime, "10-")], combined: true,
      start: "SEARCH s USING INDEX study_by_date (archive=? AND date>?)"),
    PlannedSearch(.study, [(.patientName, "*ane*")], sites: .only([.main]), start: names, ordered: false),
    PlannedSearch(.study, [(.patientName, "doe*"), (.modalitiesInStudy, "CT")], start: names, ordered: false),
    PlannedSearch(
      .study, [(.accessionNumber, "A17")],
      start: "SEARCH s USING INDEX study_by_accession (archive=? AND accession=?)", ordered: false),
    PlannedSearch(
      .study, [(.accessionNumber, "A17*")],
      start: "SEARCH s USING INDEX study_by_accession (archive=? AND accession>? AND accession<?)", ordered: false),
    PlannedSearch(
      .study, [(.studyInstanceUID, "1.2.17")],
      start: "SEARCH s USING INDEX sqlite_autoindex_study_1 (archive=? AND uid=?)", ordered: false),
    PlannedSearch(
      .study, [(.studyInstanceUID, "1.2.17\\1.2.18")],
      start: "SEARCH s USING INDEX sqlite_autoindex_study_1 (archive=? AND uid=?)", ordered: false),
    PlannedSearch(
      .series, [(.studyInstanceUID, "1.2.17")],
      start: "SEARCH s USING INDEX sqlite_autoindex_study_1 (archive=? AND uid=?)", ordered: false),
    PlannedSearch(
      .series, [(.seriesInstanceUID, "1.2.17.1")], start: "SEARCH e USING INDEX sqlite_autoindex_series_1 (uid=?)",
      ordered: false),
    PlannedSearch(.series, [(.modality, "CT")], start: "SEARCH s USING INDEX study_by_date (archive=?)"),
    PlannedSearch(
      .instance, [(.studyInstanceUID, "1.2.17"), (.seriesInstanceUID, "1.2.17.1")],
      start: "SEARCH s USING INDEX sqlite_autoindex_study_1 (archive=? AND uid=?)", ordered: false),
    PlannedSearch(
      .instance, [(.sopInstanceUID, "1.2.17.1.1")],
      start: "SEARCH i USING INDEX sqlite_autoindex_instance_1 (archive=? AND uid=?)", ordered: false),
    PlannedSearch(.instance, [], start: "SEARCH s USING INDEX study_by_date (archive=?)"),
    PlannedSearch(
      .patient, [(.patientID, "P77")],
      start: "SEARCH p USING INDEX sqlite_autoindex_patient_1 (archive=? AND patient_id=?)", ordered: false),
    PlannedSearch(.patient, [(.patientName, "doe*")], sites: .only([.main]), start: names, ordered: false),
  ]
}

@Suite("The plan of a search", .serialized)
struct QueryPlanTests {
  private static let studies = 20_000

  /// Where a search goes on behind a place in its order: at that place of the same index.
  private static let continued: [(Query.Level, String)] = [
    (.patient, "SEARCH p USING INTEGER PRIMARY KEY (rowid<?)"),
    (.study, "SEARCH s USING INDEX study_by_date (archive=? AND (date,time)<(?,?))"),
    (.study, "SEARCH m USING PRIMARY KEY (archive=? AND modality=? AND (date,time,study)<(?,?,?))"),
    (.series, "SEARCH s USING INDEX study_by_date (archive=? AND (date,time)<(?,?))"),
    (.instance, "SEARCH s USING INDEX study_by_date (archive=? AND (date,time)<(?,?))"),
  ]

  @Test("uses the index of its most telling key in a catalog of 20,000 studies, and reads no table from end to end")
  func plans() async throws {
    try await atHome { home in
      for start in stride(from: 0, to: Self.studies, by: 2000) {
        try await home.catalog.store((start..<start + 2000).map(arrival))
      }
      for search in PlannedSearch.all {
        let plan = FindPlan(search.query, within: search.sites, limit: 102)
        let steps = try await home.catalog.database.pool.read { db in
          try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + plan.sql, arguments: plan.arguments)
            .map { $0["detail"] as String }
        }
        #expect(steps.first == search.start, "\(search.testDescription): \(steps)")
        #expect(
          !steps.contains { $0.hasPrefix("SCAN") && !$0.hasPrefix("SCAN (") }, "\(search.testDescription): \(steps)")
        let isSorted = steps.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }
        #expect(!search.isOrdered || !isSorted, "\(search.testDescription): \(steps)")
      }
      for (level, start) in Self.continued {
        let places: [Int64] =
          level == .patient ? [500] : [20_240_615, 0, 900, 900, 900].prefix(level.rawValue + 2).map { $0 }
        let query = Query(
          level: level, keys: start.contains(" m ") ? [MatchingKey(.modalitiesInStudy, .cs, .single("CT"))] : [],
          limit: 101, after: QueryCursor(position: places))
        let plan = FindPlan(query, within: .all, limit: 102)
        let steps = try await home.catalog.database.pool.read { db in
          try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + plan.sql, arguments: plan.arguments)
            .map { $0["detail"] as String }
        }
        #expect(steps.first == start, "\(level): \(steps)")
        #expect(!steps.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(level): \(steps)")
      }
      let newest = try await home.catalog.find(Query(level: .study, limit: 3), within: .all)
      #expect(newest.hasMore)
      #expect(newest.matches.map { $0.study?.value } == ["1.2.19907", "1.2.19655", "1.2.19403"])
    }
  }

  private func arrival(_ number: Int) -> Arrival {
    Arrival().with {
      $0.patientID = "P\(number / 4)"
      $0.name = "\(["Doe", "Roe", "Poe"][number / 4 % 3])^\(["Jane", "John"][number / 4 % 2])\(number / 4)"
      $0.study = "1.2.\(number)"
      $0.series = "1.2.\(number).1"
      $0.instance = "1.2.\(number).1.1"
      $0.date = "2024\(number % 12 < 9 ? "0" : "")\(number % 12 + 1)\(number % 28 < 9 ? "0" : "")\(number % 28 + 1)"
      $0.time = "\(10 + number % 9)0000"
      $0.accession = "A\(number)"
      $0.modality = ["CT", "MR", "US", "MG"][number % 4]
    }
  }
}
