import ArchiveCore
import DICOM
import EmbeddedStore
import Testing

@Suite("A deletion")
struct DeleteTests {
  private let study = "1.2.3"

  private func delete(_ records: [RecordID], _ home: Home) async throws -> [ChangeOutcome] {
    try await home.catalog.commit([.delete(records: records, by: admin, at: home.clock.now, reason: "test")])
  }

  @Test("takes series, study and patient along when they lose their last instance, and only then")
  func cascades() async throws {
    try await atHome { home in
      let first = Arrival()
      let second = first.with {
        $0.instance = "1.2.3.2.1"; $0.series = "1.2.3.2"; $0.modality = "SR"
      }
      try await home.catalog.store(first, second)
      #expect(try await delete([second.recordID], home) == [.applied])
      #expect(try await home.catalog.answers(Query(level: .study), .modalitiesInStudy) == ["CT"])
      #expect(try await home.catalog.answers(Query(level: .study), .numberOfStudyRelatedSeries) == ["1"])
      #expect(try await home.catalog.answers(Query(level: .patient), .numberOfPatientRelatedInstances) == ["1"])
      #expect(try await delete([first.recordID], home) == [.applied])
      for level in Query.Level.allCases {
        #expect(try await home.catalog.find(Query(level: level), within: .all).matches.isEmpty)
      }
      #expect(try await home.catalog.counters(within: .all).isEmpty)
      #expect(try await home.catalog.location(of: first.recordID) == nil)
      let edges = try await home.catalog.journal(after: .start, limit: 10).compactMap { entry -> [Bool]? in
        guard case .instanceDeleted(let facts) = entry.event else { return nil }
        return [facts.seriesEdge, facts.studyEdge]
      }
      #expect(edges == [[true, false], [true, true]])
    }
  }

  @Test("done twice does nothing more, and a known record never comes back")
  func isIdempotent() async throws {
    try await atHome { home in
      let arrival = Arrival()
      try await home.catalog.store(arrival)
      _ = try await delete([arrival.recordID], home)
      #expect(try await delete([arrival.recordID], home) == [.alreadySo(nil)])
      #expect(try await home.catalog.store(arrival) == [.alreadySo(nil)])
      #expect(try await home.catalog.find(Query(level: .study), within: .all).matches.isEmpty)
    }
  }

  @Test("lets its UIDs be stored again by another record")
  func freesUIDs() async throws {
    try await atHome { home in
      let arrival = Arrival()
      try await home.catalog.store(arrival)
      _ = try await delete([arrival.recordID], home)
      let again = arrival.with {
        $0.record = 5; $0.content = 9; $0.name = "Roe^Richard"
      }
      #expect(try await home.catalog.store(again) == [.applied])
      let names = try await home.catalog.answers(Query(level: .study), .patientName)
      #expect(names == ["Roe^Richard"])
    }
  }

  @Test("names duplicates too; of what it does not name the oldest becomes current")
  func duplicates() async throws {
    try await atHome { home in
      let arrival = Arrival()
      let twin = arrival.with {
        $0.record = 77; $0.length = 3000; $0.site = "north"
      }
      let third = arrival.with { $0.record = 78 }
      try await home.catalog.store(arrival)
      #expect(try await home.catalog.commit([.duplicate(try twin.entry())]) == [.applied])
      #expect(try await home.catalog.store(third) == [.alreadySo(arrival.recordID)])
      let selection = Selection.study(try #require(StudyUID(study)))
      let records = try await home.catalog.records(of: selection, within: .all)
      #expect(Set(records) == [arrival.recordID, twin.recordID, third.recordID])
      _ = try await delete([arrival.recordID], home)
      let current = try await home.catalog.instances(of: selection, within: .all)
      #expect(current.map(\.record) == [twin.recordID])
      // The third record is the first site's, the current one the other's: both may know of the study.
      #expect(try await home.catalog.counters(within: .all).map(\.site) == [.main, SiteID("north")])
      #expect(try await home.catalog.counters(within: .all).map(\.bytes) == [3000, 3000])
      _ = try await delete([twin.recordID, third.recordID], home)
      #expect(try await home.catalog.instances(of: selection, within: .all).isEmpty)
      #expect(try await home.catalog.counters(within: .all).isEmpty)
    }
  }

  @Test("of a quarantined record takes it off the list")
  func quarantine() async throws {
    try await atHome { home in
      let arrival = Arrival()
      let other = arrival.with { $0.content = 3 }
      try await home.catalog.store(arrival)
      _ = try await home.catalog.commit([.quarantine(try other.entry())])
      #expect(
        try await home.catalog.records(in: ContainerID(bits: 1)).map(\.state).sorted { $0.rawValue < $1.rawValue }
          == [.current, .quarantined])
      _ = try await delete([other.recordID], home)
      #expect(try await home.catalog.quarantined(within: .all, limit: 5).isEmpty)
      #expect(try await home.catalog.records(in: ContainerID(bits: 1)).map(\.record) == [arrival.recordID])
    }
  }

  @Test("within one commit with the arrival leaves nothing")
  func inOneCommit() async throws {
    try await atHome { home in
      let arrival = Arrival()
      let outcomes = try await home.catalog.commit([
        .store(try arrival.entry()),
        .delete(records: [arrival.recordID], by: admin, at: home.clock.now, reason: "test"),
        .store(try arrival.with { $0.record = 2 }.entry()),
      ])
      #expect(outcomes == [.applied, .applied, .applied])
      #expect(try await home.catalog.counters(within: .all).map(\.instances) == [1])
      #expect(try await home.catalog.answers(Query(level: .study), .numberOfStudyRelatedInstances) == ["1"])
    }
  }
}
