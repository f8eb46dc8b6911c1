import ArchiveCore
import Testing
import Workflow

@Suite("Traffic", .timeLimit(.minutes(2)))
struct TrafficTests {
  private static let hour = Duration.seconds(3600)

  /// Entries of three sources in six hours.
  private static func entries(from start: Instant) throws -> [JournalEntry] {
    try (0..<60).map { number in
      var entry = try Specimen.stored(
        number, number % 7 == 0 ? .importing : .association, at: start.adding(.seconds(360 * number)))
      entry.principal = "node:CT\(number % 3)"
      entry.site = number % 2 == 0 ? .main : SiteID("north")
      return entry
    }
  }

  @Test("is the same in whatever order and pages it is read")
  func order() throws {
    let entries = try Self.entries(from: ManualClock().now)
    func folded(_ entries: [JournalEntry]) -> Traffic { entries.reduce(into: Traffic()) { $0.add($1) } }
    let whole = folded(entries)
    #expect(folded(entries.reversed()) == whole)
    #expect(folded(Array(entries[20...] + entries[..<20])) == whole)
    #expect(whole.flows.values.flatMap(\.hours.values).map(\.instances).reduce(0, +) == 60)
    #expect(whole.flows.values.flatMap(\.hours.values).map(\.bytes).reduce(0, +) == 6000)
    #expect(whole.flows.values.flatMap(\.hours.values).map(\.studies).reduce(0, +) == 6)
    let studies = try (0..<6).reversed().map { try Specimen.study($0 * 10) }
    #expect(whole.recent.map(\.study) == studies)
  }

  @Test("forgets volumes after a day and sources after a week")
  func forgetting() throws {
    let clock = ManualClock()
    var traffic = Traffic()
    traffic.add(try Specimen.stored(1, .association, at: clock.now))
    clock.advance(.seconds(20 * 3600))
    traffic.forget(at: clock.now)
    #expect(traffic.flows.values.first?.hours.count == 1)
    clock.advance(.seconds(6 * 3600))
    traffic.forget(at: clock.now)
    #expect(traffic.flows.values.map(\.hours.isEmpty) == [true])
    clock.advance(.seconds(7 * 86_400))
    traffic.forget(at: clock.now)
    #expect(traffic.flows.isEmpty)
  }

  @Test("has no more sources and studies than it may")
  func bounds() throws {
    let clock = ManualClock()
    var traffic = Traffic()
    for number in 0..<(Traffic.maximumSources + 5) {
      var entry = try Specimen.stored(number * 10, .association, at: clock.now.adding(.seconds(number)))
      entry.principal = "node:CT\(number)"
      traffic.add(entry)
    }
    #expect(traffic.flows.count == Traffic.maximumSources)
    #expect(traffic.isPartial)
    #expect(traffic.recent.count == Traffic.maximumRecent)
  }

  @Test("that follows the journal is what a new reading finds", arguments: StoreKind.allCases)
  func replay(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let following = TrafficProjection(store: examined.store, environment: clock.environment)
      #expect(try await following.present().flows.isEmpty)
      for number in 1...30 {
        try await examined.arrive(number, number % 4 == 0 ? .importing : .association)
        if number % 10 == 0 {
          let anew = TrafficProjection(store: examined.store, environment: clock.environment)
          let found = try await anew.present()
          #expect(try await following.present() == found)
        }
      }
      let traffic = try await following.present()
      #expect(traffic.flows.values.flatMap(\.hours.values).map(\.instances).reduce(0, +) == 30)
      #expect(Set(traffic.flows.keys.map(\.channel)) == [.association, .importing])
      // Asked again, and by many at once, nothing is counted twice.
      let answers = try await withThrowingTaskGroup(of: Traffic.self) { group in
        for _ in 0..<8 { group.addTask { try await following.present() } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.allSatisfy { $0 == traffic })
    }
  }

  @Test("counts what was forwarded by destination and hour", arguments: StoreKind.allCases)
  func forwarded(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      for name in ["a", "b"] { try await store.commit([.saveDestination(Specimen.destination(name))]) }
      for name in ["a", "b"] {
        try await store.commit([
          .enqueue(try (1...4).map(Specimen.request), to: name, because: Specimen.cause, at: clock.now)
        ])
      }
      let start = clock.now
      func settle(_ name: String, _ place: Int, _ result: Settlement.Result) async throws {
        let items = try await store.items(of: name, in: .waiting, after: 0, limit: 10)
        try await store.commit([
          .settle(name, [Settlement(items[place].id, result)], at: clock.now, until: nil)
        ])
      }
      try await settle("a", 0, .sent(remark: nil))
      try await settle("a", 0, .sent(remark: nil))
      try await settle("b", 0, .setAside(reason: "no"))
      clock.advance(.seconds(7200))
      try await settle("a", 0, .sent(remark: nil))
      let hour = start.seconds / 3600
      #expect(
        try await store.forwarded(since: start) == [
          ForwardedHour(destination: "a", hour: hour, instances: 2, last: start),
          ForwardedHour(destination: "a", hour: hour + 2, instances: 1, last: clock.now),
        ])
      #expect(try await store.forwarded(since: clock.now).map(\.instances) == [1])
      let projection = TrafficProjection(store: store, environment: clock.environment)
      #expect(try await projection.forwarded().map(\.instances) == [2, 1])
      clock.advance(.seconds(86_400))
      #expect(try await projection.forwarded().map(\.instances) == [1])
    }
  }
}
