import ArchiveCore
import DICOM
import Foundation
import GRDB
import Testing

@testable import EmbeddedStore

@Suite("Concurrent commits")
struct SharingTests {
  @Test("of one patient by a thousand callers make one row of each kind")
  func onePatient() async throws {
    try await atHome { home in
      try await withThrowingTaskGroup(of: [ChangeOutcome].self) { group in
        for number in 0..<1000 {
          group.addTask {
            try await home.catalog.store(
              Arrival().with {
                $0.study = "1.2.\(number % 10)"
                $0.series = "1.2.\(number % 10).\(number % 20)"
                $0.instance = "1.2.9.\(number)"
              })
          }
        }
        for try await outcome in group { #expect(outcome == [.applied]) }
      }
      let patients = try await home.catalog.find(Query(level: .patient), within: .all).matches
      #expect(patients.map { $0.attributes.int(.numberOfPatientRelatedStudies) } == [10])
      #expect(patients.map { $0.attributes.int(.numberOfPatientRelatedSeries) } == [20])
      #expect(patients.map { $0.attributes.int(.numberOfPatientRelatedInstances) } == [1000])
      let journal = try await home.catalog.journal(after: .start, limit: 5000)
      #expect(journal.map(\.position.sequence) == Array(1...1000))
    }
  }

  @Test("of one instance by many callers make one current record; all others are told so")
  func oneInstance() async throws {
    try await atHome { home in
      let applied = try await withThrowingTaskGroup(of: [ChangeOutcome].self) { group in
        for number in 1...50 {
          group.addTask { try await home.catalog.store(Arrival().with { $0.record = UInt128(number) }) }
        }
        return try await group.reduce(into: 0) { count, outcome in count += outcome == [.applied] ? 1 : 0 }
      }
      #expect(applied == 1)
      let study = Selection.instances([try #require(InstanceUID(Arrival().instance))])
      #expect(try await home.catalog.records(of: study, within: .all).count == 50)
    }
  }

  @Test("share a transaction, and one that fails takes nobody along")
  func savepoints() async throws {
    try await atHome { home in
      let bad = Arrival().with {
        $0.instance = "1.2.99"; $0.study = "9.9"
      }
      try await home.catalog.database.pool.writeWithoutTransaction { db in
        try db.execute(
          sql: """
            CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.instance WHEN NEW.uid = x'\(packedHex(bad.instance))'
            BEGIN SELECT RAISE(ABORT, 'refused'); END
            """)
      }
      let results = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<100 {
          group.addTask {
            let arrival = number == 50 ? bad : Arrival().with { $0.instance = "1.2.3.\(number)" }
            return await (try? home.catalog.store(arrival.with { $0.instance += ".1" }, arrival)) != nil
          }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(results == 99)
      #expect(try await home.catalog.answers(Query(level: .study), .numberOfStudyRelatedInstances) == ["198"])
      #expect(try await home.catalog.counters(within: .all).map(\.instances) == [198])
      #expect(try await home.catalog.journal(after: .start, limit: 1000).count == 198)
    }
  }

  @Test("that meet a full disk leave nothing behind, and go on when there is room")
  func fullDisk() async throws {
    try await atHome { home in
      try await home.catalog.store(Arrival())
      try await home.catalog.database.pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA max_page_count = 1")
      }
      let many = (0..<2000).map { number in
        Arrival().with {
          $0.instance = "1.2.5.\(number)"; $0.series = "1.5"
        }
      }
      let error = await #expect(throws: ArchiveError.self) { try await home.catalog.store(many) }
      #expect(error?.code == .outOfSpace)
      #expect(try await home.catalog.answers(Query(level: .study), .numberOfStudyRelatedInstances) == ["1"])
      try await home.catalog.database.pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA max_page_count = 1000000")
      }
      try await home.catalog.store(many)
      #expect(try await home.catalog.answers(Query(level: .study), .numberOfStudyRelatedInstances) == ["2001"])
      #expect(try await home.catalog.counters(within: .all).map(\.instances) == [2001])
    }
  }

  @Test("are synced: the writer runs with synchronous=FULL on a write-ahead log")
  func isSynced() async throws {
    try await atHome { home in
      let level = try await home.catalog.database.pool.writeWithoutTransaction { db in
        try db.number("PRAGMA synchronous")
      }
      #expect(level == 2)
    }
  }

  @Test("of small objects take at most 350 bytes each, journal and indexes included")
  func isSmall() async throws {
    try await atHome { home in
      let root = "1.2.826.0.1.3680043.8.498.12345678901234567890123456789012"
      func pages() async throws -> Int64 {
        try await home.catalog.database.pool.read { db in
          (try db.number("PRAGMA page_count") ?? 0) - (try db.number("PRAGMA freelist_count") ?? 0)
        }
      }
      var seed = SplitMix(seed: 7)
      let arrivals = (0..<20_000).map { number in
        Arrival().with {
          $0.study = "\(root).\(number / 1000)"
          $0.series = "\(root).\(number / 500).1"
          $0.instance = "\(root).\(number)"
          $0.number = number % 500
          $0.record = UInt128(seed.next()) << 64 | UInt128(seed.next())
          $0.more = [
            DataElement(tag: .contentDate, vr: .da, value: .bytes(Array("20240301".utf8))),
            DataElement(tag: .contentTime, vr: .tm, value: .bytes(Array("10\(1000 + number % 5000)".utf8))),
          ]
        }
      }
      let before = try await pages()
      for start in stride(from: 0, to: arrivals.count, by: 1000) {
        try await home.catalog.store(Array(arrivals[start..<start + 1000]))
      }
      let each = Double(try await pages() - before) * 4096 / Double(arrivals.count)
      #expect(each <= 350)
    }
  }

  private func packedHex(_ uid: String) -> String {
    (PackedUID.pack(uid) ?? .init()).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0\(text)" : text
    }.joined()
  }
}

/// A small generator of reproducible numbers (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
