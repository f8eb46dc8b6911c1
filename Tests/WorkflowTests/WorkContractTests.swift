import ArchiveCore
import DICOM
import Testing
import Workflow

/// What every store does with objects to work by, and with what is owed to nodes.
@Suite("A workflow store")
struct WorkContractTests {
  private static let principal = Principal.system("test")

  private func record(
    _ number: Int, _ kind: WorkKind = .workitem, site: String = "main", state: WorkState = .scheduled,
    at clock: ManualClock, start: String = "20261122080000"
  ) throws -> WorkRecord {
    var attributes = DataSet()
    attributes.set(.patientID, .lo, "P\(number % 2)")
    attributes.set(.patientName, .pn, "Änne^\(number)")
    attributes.set(.studyInstanceUID, .ui, "1.2.3.\(number)")
    attributes.set(.scheduledProcedureStepStartDateTime, .dt, start)
    return WorkRecord(
      kind: kind, item: try #require(WorkUID("2.25.\(number)")), site: SiteID(site), state: state, changedAt: clock.now,
      attributes: attributes)
  }

  @Test("keeps work under a version and says it in the journal", arguments: StoreKind.allCases)
  func versions(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      var one = try record(1, at: clock)
      try await store.commit([.saveWork(one, by: Self.principal)])
      await #expect(throws: WorkflowConflict.self) { try await store.commit([.saveWork(one, by: Self.principal)]) }
      let kept = try #require(try await store.work(.workitem, one.item))
      #expect(
        kept.version == 1 && kept.attributes.canonicallyEqual(to: one.attributes) && kept.changedAt == one.changedAt)
      // The same UID of another kind is another object.
      #expect(try await store.work(.performedStep, one.item) == nil)
      one = kept
      one.state = .inProgress
      try await store.commit([.requireWork(kept), .saveWork(one, by: Self.principal)])
      await #expect(throws: WorkflowConflict.self) { try await store.commit([.requireWork(kept)]) }
      await #expect(throws: WorkflowConflict.self) { try await store.commit([.removeWork(one, by: Self.principal)]) }
      let last = try #require(try await store.work(.workitem, one.item))
      try await store.commit([.removeWork(last, by: Self.principal)])
      #expect(try await store.work(.workitem, one.item) == nil)
      let states = try await store.journal(after: .start, limit: 10).compactMap { entry in
        if case .workItemChanged(let facts) = entry.event { facts } else { nil }
      }
      #expect(states.map(\.state) == [.scheduled, .inProgress, .removed])
      #expect(states.allSatisfy { $0.study?.value == "1.2.3.1" && $0.item == one.item && $0.kind == .workitem })
    }
  }

  @Test("finds work by its properties and keys, page by page, as the other stores do", arguments: StoreKind.allCases)
  func questions(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      for number in 1...9 {
        try await store.commit([
          .saveWork(
            try record(
              number, number == 9 ? .commitment : .workitem, site: number % 3 == 0 ? "north" : "main",
              state: number % 2 == 0 ? .inProgress : .scheduled, at: clock, start: "2026112\(number % 4)08"),
            by: Self.principal)
        ])
      }
      func found(_ change: (inout WorkQuestion) -> Void) async throws -> [String] {
        var question = WorkQuestion(.workitem, within: .all)
        change(&question)
        var items: [String] = []
        var cursor: WorkCursor?
        repeat {
          let page = try await store.work(question, after: cursor, limit: 2)
          #expect(page.records.count <= 2)
          items += page.records.map { String($0.item.value.dropFirst(5)) }
          cursor = page.next
        } while cursor != nil
        return items
      }
      #expect(try await found { _ in } == ["4", "8", "1", "5", "2", "6", "3", "7"])
      #expect(try await found { $0.sites = .only([SiteID("north")]) } == ["6", "3"])
      #expect(try await found { $0.sites = .only([]) } == [])
      #expect(try await found { $0.states = [.inProgress] } == ["4", "8", "2", "6"])
      #expect(try await found { $0.states = [] } == [])
      #expect(try await found { $0.patientID = "P1" } == ["1", "5", "3", "7"])
      #expect(try await found { $0.study = "1.2.3.5" } == ["5"])
      #expect(try await found { ($0.from, $0.to) = ("20261121", "20261122") } == ["1", "5", "2", "6"])
      #expect(try await found { $0.keys = [MatchingKey(.patientName, .pn, .wildcard("änne^*"))] }.count == 8)
      #expect(try await found { $0.keys = [MatchingKey(.patientName, .pn, .single("Änne^7"))] } == ["7"])
    }
  }

  @Test("owes notices to each node in order, until they are settled", arguments: StoreKind.allCases)
  func notices(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      var attributes = DataSet()
      attributes.set(.patientName, .pn, "Änne")
      attributes.transcodeToUTF8()
      func notice(_ node: String, _ operation: Notice.Operation, _ instance: String?) -> Notice {
        Notice(
          to: node, operation, sopClass: "1.2.840.10008.1.20.1", sopInstance: instance, attributes: attributes,
          queuedAt: clock.now)
      }
      let sent = [
        notice("A", .eventReport(2), "1.2"), notice("B", .action(1), "1.3"), notice("A", .create, nil),
        notice("A", .set, "1.4"),
      ]
      try await store.commit([.notify(sent)])
      let owed = try await store.notices(to: "A", limit: 10)
      #expect(owed.map(\.operation) == [.eventReport(2), .create, .set])
      #expect(owed.map(\.sopInstance) == ["1.2", nil, "1.4"])
      #expect(
        owed[0].attributes.canonicallyEqual(to: attributes) && owed[0].queuedAt == clock.now && owed[0].due == clock.now
      )
      #expect(try await store.owed().map(\.node) == ["A", "B"])
      #expect(try await store.owed().map(\.operation) == [.eventReport(2), .action(1)])

      let later = clock.now.adding(.seconds(60))
      try await store.commit([
        .settleNotice(owed[0].id, .again(at: later, reason: "silent")), .settleNotice(owed[1].id, .delivered),
        .settleNotice(owed[2].id, .setAside(reason: "refused")),
      ])
      let left = try await store.notices(to: "A", limit: 10)
      #expect(left.map(\.attempts) == [1] && left.map(\.due) == [later] && left.map(\.reason) == ["silent"])
      let aside = try await store.notices(in: .setAside, after: 0, limit: 10)
      #expect(aside.map(\.operation) == [.set] && aside.map(\.reason) == ["refused"])

      try await store.commit([.retryNotices(to: "A", at: clock.now)])
      let again = try await store.notices(to: "A", limit: 10)
      #expect(again.map(\.operation) == [.eventReport(2), .set] && again.map(\.due) == [clock.now, clock.now])
      #expect(again.map(\.attempts) == [1, 0])
      try await store.commit([.removeNotice(again[0].id)])
      #expect(try await examined.reopen().notices(to: "A", limit: 10).map(\.operation) == [.set])
    }
  }

  @Test("keeps subscriptions, and owes what they are told of", arguments: StoreKind.allCases)
  func subscriptions(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      let item = try record(1, at: clock)
      var keys = DataSet()
      keys.set(.patientID, .lo, "P1")
      let global = WorkSubscription("A", to: nil, isLocked: true, keys: keys, sites: .only([.main]))
      let other = WorkSubscription("B", to: nil, isLocked: false)
      let elsewhere = WorkSubscription("C", to: nil, isLocked: false, sites: .only([SiteID("north")]))
      try await store.commit([global, other, elsewhere].map { .subscribe($0, keeping: false, telling: []) })
      #expect(try await store.subscriptions(to: nil) == [global, other, elsewhere])
      let told = Notice(
        to: "", .eventReport(1), sopClass: "1.2", sopInstance: item.item.value, attributes: DataSet(),
        queuedAt: clock.now)
      try await store.commit([
        .saveWork(item, by: Self.principal), .admitSubscribers(item), .tellSubscribers(item.item, [told, told]),
      ])
      #expect(
        try await store.subscriptions(to: item.item) == [
          WorkSubscription("A", to: item.item, isLocked: true), WorkSubscription("B", to: item.item, isLocked: false),
        ])
      #expect(try await store.owed().map(\.node) == ["A", "B"])
      #expect(try await store.notices(to: "A", limit: 9).count == 2)
      await #expect(throws: WorkflowConflict.self) { try await store.commit([.requireUnlocked(item.item)]) }

      let unlocked = WorkSubscription("A", to: item.item, isLocked: false)
      try await store.commit([.subscribe(unlocked, keeping: true, telling: [told.to("A")])])
      await #expect(throws: WorkflowConflict.self) { try await store.commit([.requireUnlocked(item.item)]) }
      #expect(try await store.notices(to: "A", limit: 9).count == 2)
      try await store.commit([.subscribe(unlocked, keeping: false, telling: [told.to("A")])])
      try await store.commit([.requireUnlocked(item.item)])
      #expect(try await store.notices(to: "A", limit: 9).count == 3)

      try await store.commit([.unsubscribe("A", from: nil), .unsubscribe("B", from: item.item)])
      #expect(try await store.subscriptions(to: nil) == [other, elsewhere])
      #expect(try await store.subscriptions(to: item.item) == [unlocked])
      try await store.commit([.forgetSubscriptions(item.item), .unsubscribeFromAll("B")])
      #expect(try await store.subscribers() == ["C"])
      #expect(try await examined.reopen().subscriptions(to: nil) == [elsewhere])
    }
  }
}
