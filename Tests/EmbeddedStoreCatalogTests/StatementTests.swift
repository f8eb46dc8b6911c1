import ArchiveCore
import DICOM
import EmbeddedStore
import Foundation
import TestKit
import Testing

/// Objects of few patients, studies and series that contradict each other in everything they can: they arrive in another
/// order than they were received in, are sent again, deleted and corrected.
private struct Turmoil {
  var random: SeededGenerator
  private(set) var live: [Arrival] = []
  private(set) var corrections: [Correction] = []
  private var records: UInt128 = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func one<Value>(of values: [Value]) -> Value {
    values[Int(random.next() % UInt64(values.count))]
  }

  mutating func next(at now: Instant) throws -> ArchiveChange {
    switch random.next() % 12 {
    case 0..<3 where !live.isEmpty:
      var gone: [RecordID] = []
      for _ in 0...(random.next() % 3) where !live.isEmpty {
        gone.append(live.remove(at: Int(random.next() % UInt64(live.count))).recordID)
      }
      return .delete(records: gone, by: admin, at: now, reason: "test")
    case 3..<5 where !live.isEmpty:
      let twin = again(one(of: live))
      live.append(twin)
      return .store(try twin.entry())
    case 5: return .correct(try correction(at: now))
    default:
      let arrival = arrival()
      // The same UID with other content is set aside, which is not what this is about.
      guard !live.contains(where: { $0.instance == arrival.instance }) else { return try next(at: now) }
      live.append(arrival)
      return .store(try arrival.entry())
    }
  }

  private mutating func again(_ arrival: Arrival) -> Arrival {
    let (number, moment, site) = (nextRecord(), moment(), one(of: ["north", "south"]))
    return arrival.with {
      $0.record = number
      $0.receivedAt = moment
      $0.site = site
      $0.issuer = $0.issuer ?? "north"
    }
  }

  private mutating func arrival() -> Arrival {
    let study = Int(random.next() % 3)
    let series = Int(random.next() % 2)
    var arrival = Arrival()
    arrival.study = "1.\(study)"
    arrival.series = "1.\(study).\(series)"
    arrival.instance = "1.\(study).\(series).\(random.next() % 6)"
    arrival.patientID = one(of: ["P1", "P2"])
    arrival.issuer = one(of: ["CITY", "CITY", "COUNTY"])
    arrival.name = one(of: ["Doe^Jane", "Roe^Richard", ""])
    arrival.birthDate = one(of: ["19700102", "19800101", ""])
    arrival.sex = one(of: ["F", "M"])
    arrival.date = one(of: ["20240301", "20240302"])
    arrival.accession = one(of: ["A1", "A2"])
    arrival.description = one(of: ["Thorax", "Abdomen"])
    arrival.modality = one(of: ["CT", "MR", "PT"])
    arrival.more = [
      DataElement(tag: .seriesDescription, vr: .lo, value: .bytes(Array(one(of: ["axial", "sagittal"]).utf8)))
    ]
    arrival.site = one(of: ["north", "south"])
    arrival.record = nextRecord()
    arrival.receivedAt = moment()
    return arrival
  }

  private mutating func correction(at now: Instant) throws -> Correction {
    let study = try #require(StudyUID("1.\(random.next() % 3)"))
    var action = Correction.Action.set(DataSet())
    if let former = corrections.last(where: { $0.study == study }), random.next() % 3 == 0 {
      action = .undo(former.id)
    } else {
      var values = DataSet()
      if random.next() % 2 == 0 {
        values.set(.patientID, .lo, one(of: ["P1", "P2", "P3"]))
        values.set(.issuerOfPatientID, .lo, "CITY")
      }
      if random.next() % 2 == 0 { values.set(.patientName, .pn, one(of: ["Poe^Edgar", "Doe^Jane"])) }
      if random.next() % 2 == 0 { values.set(.studyDate, .da, "20240401") }
      values.set(.studyDescription, .lo, one(of: ["Knee", "Hip"]))
      action = .set(values)
    }
    let correction = Correction(
      id: CorrectionID(bits: UInt128(corrections.count + 1)), study: study, action: action,
      at: Instant(nanoseconds: now.nanoseconds + Int64(corrections.count)), principalKind: .person,
      principalName: "clerk", reason: "typed wrongly")
    corrections.append(correction)
    return correction
  }

  private mutating func nextRecord() -> UInt128 {
    records += 1
    return records
  }

  private mutating func moment() -> Instant {
    // Few moments, so that some are received at once.
    Instant(nanoseconds: 1_700_000_000_000_000_000 + Int64(random.next() % 40) * 1_000_000)
  }
}

/// Everything that a catalog answers, in an order that does not depend on how it came to be.
private struct Answers: Equatable {
  var levels: [[String]] = []
  var list: [String] = []
  var counters: [StudyCounter] = []
  var conflicts: Set<CatalogConflict> = []

  init(_ catalog: EmbeddedCatalog, within sites: Principal.Sites) async throws {
    for level in Query.Level.allCases {
      levels.append(
        try await catalog.find(Query(level: level), within: sites).matches.map { match in
          match.attributes.map { "\($0.tag) \(match.attributes.strings($0.tag))" }.joined(separator: " ")
        }.sorted())
    }
    for word in ["", "doe", "roe", "poe", "P1"] {
      list += try await catalog.studies(StudySearch(text: word, limit: 100), within: sites).studies.map { line in
        "\(word): \(line.study) \(line.patientName) \(line.patientID) \(line.birthDate ?? 0) \(line.sex) "
          + "\(line.accessionNumber) \(line.description) \(line.date ?? 0) \(line.modalities) \(line.instances) \(line.sites)"
      }.sorted()
    }
    for modality in ["CT", "MR", "PT"] {
      let key = MatchingKey.parse(tag: .modalitiesInStudy, vr: .cs, text: modality)
      list += try await catalog.answers(Query(level: .study, keys: [key]), .studyInstanceUID, within: sites).sorted()
    }
    counters = try await catalog.counters(within: sites)
    conflicts = try await Set(catalog.conflicts(within: sites, limit: 1000))
  }

  /// What one side says and the other does not.
  func differences(from other: Answers) -> [String] {
    func lines(_ answers: Answers) -> Set<String> {
      Set(answers.levels.joined() + answers.list + answers.counters.map { "\($0)" } + answers.conflicts.map { "\($0)" })
    }
    return lines(self).symmetricDifference(lines(other)).sorted()
  }
}

@Suite("What rows say")
struct StatementTests {
  @Test("follows from the records that are there and the corrections, whatever came and went on the way")
  func isAFunction() async throws {
    for seed in UInt64(1)...30 {
      try await atHome { home in
        var turmoil = Turmoil(seed: seed)
        for _ in 0..<25 {
          home.clock.advance(seconds: 1)
          var changes: [ArchiveChange] = []
          for _ in 0...(turmoil.random.next() % 4) { changes.append(try turmoil.next(at: home.clock.now)) }
          _ = try await home.catalog.commit(changes)
        }
        let inOrder = try turmoil.live.map { try $0.entry() }.sorted {
          let (left, right) = ($0.record.attributes, $1.record.attributes)
          return (left.receivedAt, left.id.bits) < (right.receivedAt, right.id.bits)
        }
        let views: [Principal.Sites] = [.all, .only([SiteID("north")]), .only([SiteID("south")])]
        var before: [Answers] = []
        for sites in views { before.append(try await Answers(home.catalog, within: sites)) }

        var projection = StudyCounters()
        for entry in try await home.catalog.journal(after: .start, limit: 10_000) { projection.apply(entry) }
        #expect(projection.counters == before[0].counters, "the journal of seed \(seed) counts otherwise")

        try await home.catalog.withRebuild { rebuilding in
          for entry in inOrder { _ = try await rebuilding.commit([.store(entry)]) }
          _ = try await rebuilding.commit(turmoil.corrections.map { .correct($0) })
        }
        for (sites, before) in zip(views, before) {
          let after = try await Answers(home.catalog, within: sites)
          if before != after {
            Issue.record("seed \(seed), \(sites): \(before.differences(from: after).joined(separator: "\n"))")
          }
        }
      }
    }
  }

  @Test("is what the next object says when the first one goes, at every level and in every count")
  func nextOne() async throws {
    try await atHome { home in
      let first = Arrival()
      let next = first.with {
        $0.instance = "1.2.3.1.2"
        $0.name = "Roe^Jane"
        $0.description = "Abdomen"
        $0.date = "20240302"
        $0.modality = "MR"
        $0.more = [DataElement(tag: .seriesDescription, vr: .lo, value: .bytes(Array("sagittal".utf8)))]
      }
      try await home.catalog.store(first, next)
      #expect(try await home.catalog.conflicts(within: .all, limit: 9).map(\.kind) == [.name])
      _ = try await home.catalog.commit([
        .delete(records: [first.recordID], by: admin, at: home.clock.now, reason: "test")
      ])
      let series = try #require(try await home.catalog.find(Query(level: .series), within: .all).matches.first)
      #expect(series.attributes.string(.patientName) == "Roe^Jane")
      #expect(series.attributes.string(.studyDescription) == "Abdomen")
      #expect(series.attributes.string(.studyDate) == "20240302")
      #expect(series.attributes.string(.modality) == "MR")
      #expect(series.attributes.string(.seriesDescription) == "sagittal")
      #expect(try await home.catalog.counters(within: .all).map(\.modality) == ["MR"])
      #expect(try await home.catalog.conflicts(within: .all, limit: 9).isEmpty)
      let entries = try await home.catalog.journal(after: .start, limit: 10).map(\.event)
      #expect(
        entries.last
          == .seriesRestated(
            try #require(StudyUID(first.study)), try #require(SeriesUID(first.series)), modality: "MR"))
    }
  }

  @Test("is what an earlier object says that was committed later")
  func earlierOne() async throws {
    try await atHome { home in
      let early = try Arrival().entry()
      let late = try Arrival().with {
        $0.instance = "1.2.3.1.2"; $0.description = "Abdomen"; $0.patientID = "P2"
      }.entry()
      _ = try await home.catalog.commit([.store(late)])
      _ = try await home.catalog.commit([.store(early)])
      let study = try #require(try await home.catalog.find(Query(level: .study), within: .all).matches.first)
      #expect(study.attributes.string(.studyDescription) == "Thorax")
      #expect(study.attributes.string(.patientID) == "P1")
      #expect(try await home.catalog.answers(Query(level: .patient), .patientID) == ["P1"])
      #expect(try await home.catalog.answers(Query(level: .patient), .numberOfPatientRelatedInstances) == ["2"])
      #expect(try await home.catalog.conflicts(within: .all, limit: 9).map(\.stated.id) == ["P2"])
    }
  }
}
