import ArchiveCore
import DICOM
import EmbeddedStore
import Testing

@Suite("A search that goes on where it ended")
struct CursorTests {
  private func name(_ match: Match, _ level: Query.Level) -> String {
    switch level {
    case .patient:
      "\(match.attributes.string(.patientID) ?? "")/\(match.attributes.string(.issuerOfPatientID) ?? "")"
    case .study: match.study?.value ?? ""
    case .series: match.series?.value ?? ""
    case .instance: match.instance?.value ?? ""
    }
  }

  /// All answers, page by page, with something happening between two pages.
  private func leaf(
    _ query: Query, of limit: Int, within sites: Principal.Sites, _ home: Home,
    between: () async throws -> Void = {}
  ) async throws -> [String] {
    var names: [String] = []
    var page = query
    page.limit = limit
    while true {
      let found = try await home.catalog.find(page, within: sites)
      names += found.matches.map { name($0, query.level) }
      guard found.hasMore else { return names }
      let end: QueryCursor = try #require(found.end)
      page.after = end
      page.offset = 0
      try await between()
    }
  }

  @Test("gives in pages what it gives at once", arguments: 1...4 as ClosedRange<UInt64>)
  func agrees(seed: UInt64) async throws {
    try await atHome { home in
      var invention = Invention(seed: seed)
      try await home.catalog.store(invention.arrivals(studies: 40))
      for round in 0..<150 {
        var query = invention.query()
        query.limit = nil
        let sites: Principal.Sites = round % 4 == 0 ? .only([SiteID("site\(round % 3)")]) : .all
        let whole = try await home.catalog.find(query, within: sites).matches.map { name($0, query.level) }
        let pages = try await leaf(query, of: 1 + round % 5, within: sites, home)
        #expect(pages == whole, "seed \(seed) round \(round): \(query)")
      }
    }
  }

  @Test(
    "gives nothing twice and loses nothing that was there, whatever arrives and goes meanwhile",
    arguments: Query.Level.allCases, 1...3 as ClosedRange<UInt64>)
  func isStable(level: Query.Level, seed: UInt64) async throws {
    try await atHome { home in
      var invention = Invention(seed: seed)
      let arrivals = invention.arrivals(studies: 40)
      let before = arrivals.filter { Int($0.study.dropFirst(4)).map { $0 % 2 == 0 } ?? false }
      var later = arrivals.filter { arrival in !before.contains { $0.study == arrival.study } }
      try await home.catalog.store(before)
      let query = Query(level: level)
      let present = try await home.catalog.find(query, within: .all).matches.map { name($0, level) }
      let doomed = Array(before.filter { $0.study.hasSuffix("8") })
      var gone: Set<String> = []
      let seen = try await leaf(query, of: 3, within: .all, home) {
        try await home.catalog.store(Array(later.prefix(4)))
        later.removeFirst(min(4, later.count))
        guard gone.isEmpty else { return }
        gone = Set(doomed.map { ReferenceCatalog.key($0, level) })
        _ = try await home.catalog.commit([
          .delete(records: doomed.map(\.recordID), by: admin, at: home.clock.now, reason: "test")
        ])
      }
      #expect(Set(seen).count == seen.count)
      // A patient is gone only when none of their studies is left.
      #expect(Set(present).subtracting(gone).isSubset(of: Set(seen)))
    }
  }
}
