import ArchiveCore
import DICOM
import Foundation
import GRDB
import Testing

@testable import EmbeddedStore

@Suite("A list of 100,000 studies", .serialized)
struct LongStudyListTests {
  private static let studies = 100_000
  private static let families = ["Doe", "Roe", "Poe", "Müller", "Yamada", "García", "Nowak", "Okafor", "Singh", "Kim"]

  /// Patients of four studies; one in a thousand has a name that is rare.
  private func arrival(_ number: Int) -> Arrival {
    Arrival().with {
      let patient = number / 4
      $0.patientID = "P\(patient)"
      $0.name = "\(patient % 1000 == 7 ? "Quasimodo" : Self.families[patient % 10])^Given\(patient % 97)"
      $0.study = "1.2.\(number)"
      $0.series = "1.2.\(number).1"
      $0.instance = "1.2.\(number).1.1"
      let day = number * 7919 % 3650
      $0.date = "\(2015 + day / 365)\(day % 12 < 9 ? "0" : "")\(day % 12 + 1)\(day % 28 < 9 ? "0" : "")\(day % 28 + 1)"
      $0.time = "\(10 + number % 9)0000"
      $0.accession = "A\(number)"
      $0.modality = number % 5000 == 3 ? "XA" : ["CT", "MR", "US", "MG"][number % 4]
      $0.site = number % 10 == 0 ? "south" : "north"
    }
  }

  private static let searches: [(name: String, search: StudySearch)] = [
    ("everything", StudySearch()),
    ("one modality", StudySearch(modalities: ["MR"])),
    ("three modalities", StudySearch(modalities: ["MR", "XA", "PT"])),
    ("a rare modality", StudySearch(modalities: ["XA"])),
    ("a rare name", StudySearch(text: "quasi")),
    ("a common name", StudySearch(text: "mull")),
    ("two words", StudySearch(text: "mull given3")),
    ("one letter", StudySearch(text: "g")),
    ("a common prefix of numbers", StudySearch(text: "P1")),
    ("one study", StudySearch(text: "A77123")),
    ("nobody", StudySearch(text: "nobody")),
    (
      "a month",
      StudySearch(from: StudyDate(year: 2019, month: 3, day: 1), to: StudyDate(year: 2019, month: 3, day: 31))
    ),
    (
      "a common name in a month",
      StudySearch(
        text: "mull", modalities: ["CT"], from: StudyDate(year: 2019, month: 3, day: 1),
        to: StudyDate(year: 2019, month: 3, day: 31))
    ),
  ]

  @Test(
    "is paged to its end without a gap, never scanned, and no page is sorted out of more than a rare word's studies")
  func pages() async throws {
    try await atHome { home in
      for start in stride(from: 0, to: Self.studies, by: 5000) {
        try await home.catalog.store((start..<start + 5000).map(arrival))
      }
      try await plans(home)
      try await walk(home)
      try await answers(home)
    }
  }

  private func plans(_ home: Home) async throws {
    let middle = StudyListPlace(date: 20_190_315, time: 0, number: 50_000)
    for (name, search) in Self.searches {
      for (after, sites) in [
        (nil, Principal.Sites.all), (middle, .all), (nil, .only([SiteID("south")])), (middle, .only([SiteID("south")])),
      ] {
        var search = search
        search.after = after
        let asked = search
        let plans = try await home.catalog.database.pool.read { db in
          try EmbeddedCatalog.plan(asked, within: sites, db).statements.map { statement in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + statement.sql, arguments: statement.arguments)
              .map { $0["detail"] as String }
          }
        }
        for steps in plans {
          #expect(!steps.contains { $0.hasPrefix("SCAN") && !$0.contains("CONSTANT ROW") }, "\(name): \(steps)")
          let isGathered = steps.first?.contains("INTEGER PRIMARY KEY") == true
          let isSorted = steps.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }
          #expect(isSorted == isGathered, "\(name): \(steps)")
          let first = steps.first ?? ""
          guard !isGathered else { continue }
          #expect(
            first.hasPrefix("SEARCH s USING INDEX study_by_date (archive=?")
              || first.hasPrefix("SEARCH m USING PRIMARY KEY (archive=? AND modality=?"), "\(name): \(steps)")
          // A page behind a place begins there, and a range of days ends at its first.
          if search.from != nil { #expect(first.contains("date>?"), "\(name): \(steps)") }
          if search.from != nil || after != nil {
            #expect(first.contains("<(?") || first.contains("date<?"), "\(name): \(steps)")
          }
        }
      }
    }
  }

  private func walk(_ home: Home) async throws {
    var search = StudySearch(limit: StudySearch.maximumPage)
    var seen: Set<StudyUID> = []
    var last: StudyListPlace?
    var isInOrder = true
    while true {
      let page = try await home.catalog.studies(search, within: .all)
      for study in page.studies {
        seen.insert(study.study)
        if let last {
          isInOrder =
            isInOrder && (last.date, last.time, last.number) > (study.place.date, study.place.time, study.place.number)
        }
        last = study.place
      }
      guard page.hasMore else { break }
      search.after = last
    }
    #expect(seen.count == Self.studies)
    #expect(isInOrder)
  }

  /// Against the plain definition over what was stored.
  private func answers(_ home: Home) async throws {
    let newestFirst = (0..<Self.studies).map { (number: $0, arrival: arrival($0)) }.sorted { left, right in
      (left.arrival.date, left.arrival.time, left.number) > (right.arrival.date, right.arrival.time, right.number)
    }.map(\.arrival).filter { $0.site == "south" }
    for (name, search) in Self.searches {
      var search = search
      search.limit = StudySearch.maximumPage
      var found: [StudyUID] = []
      for _ in 0..<3 {
        let page = try await home.catalog.studies(search, within: .only([SiteID("south")]))
        found += page.studies.map(\.study)
        guard page.hasMore else { break }
        search.after = page.studies.last?.place
      }
      let expected = newestFirst.filter { Self.matches(search, $0) }.prefix(3 * StudySearch.maximumPage)
        .compactMap { StudyUID($0.study) }
      #expect(found == expected, "\(name): \(found.count) found, \(expected.count) expected")
    }
  }

  private static func matches(_ search: StudySearch, _ arrival: Arrival) -> Bool {
    let words = search.text.split(separator: " ").allSatisfy { word in
      arrival.name.replacing("ü", with: "u").replacing("í", with: "i").split(separator: "^")
        .contains { $0.lowercased().hasPrefix(word.lowercased()) }
        || arrival.patientID.hasPrefix(word) || arrival.accession.hasPrefix(word)
    }
    guard words, search.modalities.isEmpty || search.modalities.contains(arrival.modality),
      let date = Int64(arrival.date)
    else { return false }
    return date >= search.from?.number ?? 0 && date <= search.to?.number ?? .max
  }
}
