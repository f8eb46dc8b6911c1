import ArchiveCore
import DICOM
import GRDB
import Testing

@testable import EmbeddedStore

@Suite("The journal")
struct JournalTests {
  @Test("tells of each change once, in the order of commits, with what cannot be read later")
  func tells() async throws {
    try await atHome { home in
      let arrival = Arrival()
      let other = arrival.with { $0.content = 4 }
      try await home.catalog.store(arrival)
      _ = try await home.catalog.commit([.duplicate(try arrival.with { $0.record = 9 }.entry())])
      _ = try await home.catalog.commit([.quarantine(try other.entry())])
      _ = try await home.catalog.commit([
        .delete(records: [arrival.recordID, RecordID(bits: 9)], by: admin, at: home.clock.now, reason: "test")
      ])
      let entries = try await home.catalog.journal(after: .start, limit: 10)
      let study = try #require(StudyUID(arrival.study))
      let series = try #require(SeriesUID(arrival.series))
      let instance = try #require(InstanceUID(arrival.instance))
      let facts = InstanceFacts(
        study: study, series: series, instance: instance, record: arrival.recordID, site: .main, modality: "CT",
        bytes: 2048, seriesEdge: true, studyEdge: true)
      var copy = facts
      copy.record = RecordID(bits: 9)
      (copy.seriesEdge, copy.studyEdge) = (false, false)
      #expect(
        entries.map(\.event) == [
          .instanceStored(facts), .instanceResent(copy), .instanceQuarantined(instance, record: other.recordID),
          .duplicateRemoved(copy), .instanceDeleted(facts),
        ])
      let sent = Array(repeating: "node:SCANNER", count: 3)
      #expect(entries.map(\.principal) == sent + ["person:admin", "person:admin"])
      #expect(entries.first?.delivery == DeliveryID(bits: 1))
      #expect(entries.first?.channel == .association)
      #expect(entries.last?.delivery == nil)
      #expect(try await home.catalog.journalEnd() == entries.last?.position)
      let rest = try await home.catalog.journal(after: entries[1].position, limit: 10)
      #expect(rest == Array(entries[2...]))
    }
  }

  @Test("of a restored catalog goes on in a new epoch that old positions are recognised in")
  func epochs() async throws {
    try await atHome { home in
      try await home.catalog.store(Arrival())
      let before = try await home.catalog.journalEnd()
      try await home.catalog.beginEpoch()
      try await home.catalog.store(Arrival().with { $0.instance = "1.2.8" })
      let ahead = JournalPosition(epoch: before.epoch, partition: 0, sequence: 500)
      let entries = try await home.catalog.journal(after: ahead, limit: 10)
      #expect(entries.map(\.position.epoch) == [before.epoch + 1])
      #expect(try await home.catalog.journal(after: before, limit: 10) == entries)
    }
  }

  @Test("keeps a position for each subscriber")
  func positions() async throws {
    try await atHome { home in
      #expect(try await home.catalog.position(of: "worklist") == .start)
      let position = JournalPosition(epoch: 1, partition: 0, sequence: 42)
      try await home.catalog.save(position, of: "worklist")
      #expect(try await home.catalog.position(of: "worklist") == position)
      #expect(try await home.catalog.position(of: "analytics") == .start)
    }
  }

  @Test("counts for a site all of what it may know of, while something of its own is there")
  func sight() async throws {
    try await atHome { home in
      let (north, south) = (SiteID("north"), SiteID("south"))
      let first = Arrival().with { $0.site = "north" }
      let second = first.with {
        $0.instance = "1.2.3.2.1"; $0.series = "1.2.3.2"; $0.modality = "SR"; $0.length = 100
      }
      try await home.catalog.store(first, second)
      func lines(_ site: SiteID) async throws -> [String] {
        try await home.catalog.counters(within: .only([site])).map {
          "\($0.modality) \($0.studies) \($0.series) \($0.instances) \($0.bytes)"
        }
      }
      let whole = ["CT 1 1 1 2048", "SR 1 1 1 100"]
      #expect(try await lines(north) == whole)
      #expect(try await lines(south).isEmpty)
      // The south sends one of them again: it may know of the study, and so it counts.
      let copy = first.with {
        $0.site = "south"; $0.record = 9
      }
      try await home.catalog.store(copy)
      #expect(try await lines(south) == whole)
      let seen = try await home.catalog.find(Query(level: .instance), within: .only([south])).matches.count
      #expect(seen == 2)
      // Its record goes, and with it what it may know.
      func delete(_ record: RecordID) async throws {
        _ = try await home.catalog.commit([
          .delete(records: [record], by: admin, at: home.clock.now, reason: "test")
        ])
      }
      try await delete(copy.recordID)
      #expect(try await lines(south).isEmpty)
      #expect(try await home.catalog.find(Query(level: .study), within: .only([south])).matches.isEmpty)
      #expect(try await lines(north) == whole)
      // The first record goes and a copy of the south takes its place: the study has records of both.
      let heir = copy.with {
        $0.record = 10; $0.length = 2050
      }
      try await home.catalog.store(heir)
      try await delete(first.recordID)
      #expect(try await lines(north) == ["CT 1 1 1 2050", "SR 1 1 1 100"])
      #expect(try await lines(south) == ["CT 1 1 1 2050", "SR 1 1 1 100"])
      try await delete(second.recordID)
      #expect(try await lines(north).isEmpty)
      #expect(try await lines(south) == ["CT 1 1 1 2050"])
    }
  }

  @Test("read from zero gives the counters that the commits maintained", arguments: [1, 2, 3, 4] as [UInt64])
  func replay(seed: UInt64) async throws {
    try await atHome { home in
      var random = SplitMix(seed: seed)
      var live: [Arrival] = []
      for round in 0..<60 {
        var changes: [ArchiveChange] = []
        for number in 0..<Int.random(in: 1...6, using: &random) {
          if !live.isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
            let gone = live.remove(at: Int.random(in: 0..<live.count, using: &random))
            changes.append(.delete(records: [gone.recordID], by: admin, at: home.clock.now, reason: "test"))
          } else if let known = live.randomElement(using: &random), Int.random(in: 0..<5, using: &random) == 0 {
            let twin = known.with {
              $0.record = UInt128(round * 100 + number + 1)
              $0.site = "site\(Int.random(in: 0..<3, using: &random))"
              $0.length = UInt64.random(in: 1...5000, using: &random)
            }
            changes.append(.duplicate(try twin.entry()))
            live.append(twin)
          } else {
            let study = Int.random(in: 0..<6, using: &random)
            let series = Int.random(in: 0..<3, using: &random)
            let arrival = Arrival().with {
              $0.study = "1.\(study)"
              $0.series = "1.\(study).\(series)"
              $0.modality = ["CT", "MR", "SR"][series]
              $0.instance = "1.\(study).\(series).\(round).\(number)"
              $0.site = "site\(Int.random(in: 0..<3, using: &random))"
              $0.length = UInt64.random(in: 1...5000, using: &random)
            }
            changes.append(.store(try arrival.entry()))
            live.append(arrival)
          }
        }
        _ = try await home.catalog.commit(changes)
      }
      var projection = StudyCounters()
      while true {
        let entries = try await home.catalog.journal(after: projection.position, limit: 37)
        guard !entries.isEmpty else { break }
        for entry in entries { projection.apply(entry) }
        for entry in entries { projection.apply(entry) }
      }
      let maintained = try await home.catalog.counters(within: .all)
      #expect(projection.counters == maintained, "seed \(seed)")
      let sites: Set<SiteID> = [SiteID("site1")]
      #expect(try await home.catalog.counters(within: .only(sites)) == maintained.filter { sites.contains($0.site) })
    }
  }
}

@Suite("A rebuild")
struct RebuildTests {
  @Test("empties what follows from the records, wakes no subscriber, and ends with the same answers")
  func rebuilds() async throws {
    try await atHome { home in
      let accounts = EmbeddedAccounts(sharing: home.catalog)
      try await accounts.save(Node(aeTitle: "PEER", host: "h", port: 104, site: .main))
      let arrivals = (0..<50).map { number in
        Arrival().with {
          $0.study = "1.\(number / 10)"
          $0.series = "1.\(number / 5).1"
          $0.instance = "1.9.\(number)"
          $0.date = "202401\(10 + number / 10)"
        }
      }
      try await home.catalog.store(arrivals)
      let query = Query(level: .instance)
      let before = try await home.catalog.find(query, within: .all)
      let counters = try await home.catalog.counters(within: .all)
      let end = try await home.catalog.journalEnd()
      let audit = EmbeddedAuditTrail(sharing: home.catalog)
      let rows = try await audit.records(limit: 1000)
      try await home.catalog.withRebuild { rebuilding in
        #expect(try await rebuilding.find(query, within: .all).matches.isEmpty)
        try await rebuilding.store(arrivals)
      }
      #expect(try await home.catalog.find(query, within: .all) == before)
      #expect(try await home.catalog.counters(within: .all) == counters)
      #expect(try await home.catalog.journalEnd() == end)
      #expect(try await audit.records(limit: 1000) == rows)
      #expect(try await accounts.nodes().map(\.aeTitle) == ["PEER"])
    }
  }

  @Test("cut short is noticed, and commits are synced one by one again")
  func cutShort() async throws {
    struct Interruption: Error {}
    try await atHome { home in
      #expect(try await !home.catalog.needsRebuild())
      await #expect(throws: Interruption.self) {
        try await home.catalog.withRebuild { rebuilding in
          try await rebuilding.store(Arrival())
          throw Interruption()
        }
      }
      #expect(try await home.catalog.needsRebuild())
      let level = try await home.catalog.database.pool.writeWithoutTransaction { db in
        try db.number("PRAGMA synchronous")
      }
      #expect(level == 2)
      try await home.catalog.withRebuild { _ in }
      #expect(try await !home.catalog.needsRebuild())
    }
  }
}
