import ArchiveCore
import DICOM
import Testing
import Workflow

/// PS3.4 Table CC.2.3-2 and §CC.2.4.3: who is told of what.
@Suite("Subscriptions to unified procedure steps")
struct StepSubscriptionTests {
  static let everyStep = "1.2.840.10008.5.1.4.34.5"
  static let filtered = "1.2.840.10008.5.1.4.34.5.1"

  private func locks(_ desk: StepDesk, _ number: Int) async throws -> [String: Bool] {
    let item = try #require(WorkUID(UnifiedStepSpecimen.uid(number)))
    return Dictionary(
      uniqueKeysWithValues: try await desk.store.subscriptions(to: item).map { ($0.subscriber, $0.isLocked) })
  }

  @Test("tell of one step how it stands, and of everything that becomes of it", arguments: StoreKind.allCases)
  func specific(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make(0)
      try await desk.make(1)
      try await desk.steps.subscribe("WATCHER", to: UnifiedStepSpecimen.uid, isLocked: false, as: desk.watcher)
      #expect(try await desk.owed(to: "WATCHER") == ["1 SCHEDULED"])
      var ready = DataSet()
      ready.set(.inputReadinessState, .cs, "INCOMPLETE")
      try await desk.steps.set(UnifiedStepSpecimen.uid, ready, transaction: nil, as: desk.ris)
      var station = DataSet()
      station.set(.scheduledStationNameCodeSequence, items: [UnifiedStepSpecimen.code("ST1")])
      try await desk.steps.set(UnifiedStepSpecimen.uid, station, transaction: nil, as: desk.ris)
      try await desk.claim()
      try await desk.claim(1)
      var half = DataSet()
      half.set(.procedureStepProgress, .ds, "50")
      var progress = DataSet()
      progress.set(.procedureStepProgressInformationSequence, items: [half])
      try await desk.steps.set(UnifiedStepSpecimen.uid, progress, transaction: "1.2.3", as: desk.worker)
      try await desk.finish()
      #expect(
        try await desk.owed(to: "WATCHER") == ["1 SCHEDULED", "5", "1 IN PROGRESS", "3", "1 COMPLETED"])
    }
  }

  @Test("change by the standard's table", arguments: StoreKind.allCases)
  func table(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      let steps = desk.steps
      func subscribe(_ item: String, _ isLocked: Bool) async throws {
        try await steps.subscribe("WATCHER", to: item, isLocked: isLocked, as: desk.watcher)
      }
      for number in 0..<3 { try await desk.make(number) }
      try await subscribe(UnifiedStepSpecimen.uid(0), false)
      try await subscribe(UnifiedStepSpecimen.uid(1), true)
      #expect(try await desk.owed(to: "WATCHER") == ["1 SCHEDULED", "1 SCHEDULED"])
      // Globally with lock: those that were not subscribed are, and told of; the others stay as they were.
      try await subscribe(Self.everyStep, true)
      #expect(try await desk.owed(to: "WATCHER") == ["1 SCHEDULED"])
      #expect(try await locks(desk, 0) == ["WATCHER": false])
      #expect(try await locks(desk, 1) == ["WATCHER": true])
      #expect(try await locks(desk, 2) == ["WATCHER": true])
      try await desk.make(3)
      #expect(try await desk.owed(to: "WATCHER") == ["1 SCHEDULED"])
      #expect(try await locks(desk, 3) == ["WATCHER": true])
      // Specific with and without lock: the state changes, the initial event comes each time.
      try await subscribe(UnifiedStepSpecimen.uid(3), false)
      try await subscribe(UnifiedStepSpecimen.uid(3), false)
      #expect(try await desk.owed(to: "WATCHER").count == 2)
      #expect(try await locks(desk, 3) == ["WATCHER": false])
      // From one: only from that one.
      try await steps.unsubscribe("WATCHER", from: UnifiedStepSpecimen.uid(0), as: desk.watcher)
      #expect(try await locks(desk, 0) == [:])
      // Suspended: those there stay, new ones do not come.
      try await steps.suspend("WATCHER", at: Self.everyStep, as: desk.watcher)
      #expect(try await locks(desk, 1) == ["WATCHER": true])
      try await desk.make(4)
      #expect(try await locks(desk, 4) == [:])
      #expect(try await desk.owed(to: "WATCHER") == [])
      // Globally without lock: no initial events.
      try await subscribe(Self.everyStep, false)
      #expect(try await locks(desk, 4) == ["WATCHER": false])
      #expect(try await desk.owed(to: "WATCHER") == [])
      // From everything: specific ones too.
      try await steps.unsubscribe("WATCHER", from: Self.everyStep, as: desk.watcher)
      for number in 0..<5 { #expect(try await locks(desk, number) == [:]) }
      #expect(try await examined.store.subscribers() == [])
    }
  }

  @Test("to what matches keys leave out the rest", arguments: StoreKind.allCases)
  func filteredSubscription(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make(0, UnifiedStepSpecimen.asked(label: "Lungs left"))
      try await desk.make(1, UnifiedStepSpecimen.asked(label: "Heart"))
      var keys = DataSet()
      keys.set(.procedureStepLabel, .lo, "Lungs*")
      try await desk.steps.subscribe("WATCHER", to: Self.filtered, isLocked: true, keys: keys, as: desk.watcher)
      try await desk.make(2, UnifiedStepSpecimen.asked(label: "Lungs right", station: "ST1"))
      try await desk.make(3, UnifiedStepSpecimen.asked(label: "Liver"))
      #expect(try await desk.owed(to: "WATCHER") == ["1 SCHEDULED", "1 SCHEDULED", "5"])
      for (number, expected) in [true, false, true, false].enumerated() {
        #expect(try await locks(desk, number).isEmpty != expected)
      }
      #expect(
        await desk.refusal {
          try await desk.steps.subscribe("WATCHER", to: Self.filtered, isLocked: true, as: desk.watcher)
        } == .invalidArgument)
    }
  }

  @Test("are for known nodes, and of their sites", arguments: StoreKind.allCases)
  func receivers(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make(0)
      #expect(
        await desk.refusal {
          try await desk.steps.subscribe("STRANGER", to: UnifiedStepSpecimen.uid, isLocked: false, as: desk.ris)
        } == .unknownReceiver)
      #expect(
        await desk.refusal {
          try await desk.steps.suspend("WATCHER", at: UnifiedStepSpecimen.uid, as: desk.watcher)
        } == .actionNotAppropriate)
      #expect(
        await desk.refusal {
          try await desk.steps.subscribe("WATCHER", to: "2.25.999", isLocked: false, as: desk.watcher)
        } == .noSuchStep)
      // Somebody who knows of more may subscribe it, and it hears of its own site only.
      try await desk.steps.subscribe("NORTH", to: Self.everyStep, isLocked: true, as: desk.ris)
      try await desk.make(1, site: SiteID("north"))
      try await desk.make(2)
      #expect(try await desk.owed(to: "NORTH") == ["1 SCHEDULED"])
      #expect(try await locks(desk, 1) == ["NORTH": true])
    }
  }

  @Test("with a deletion lock keep a finished step, for a bounded time", arguments: StoreKind.allCases)
  func retention(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      let keeper = UnifiedStepKeeper(
        store: examined.store, environment: clock.environment,
        retention: WorkitemRetention(finished: .seconds(100), locked: .seconds(1000)), fallback: ["RIS"])
      for number in 0..<4 { try await desk.make(number) }
      for number in 0..<3 {
        try await desk.claim(number)
        try await desk.finish(number)
      }
      try await desk.steps.subscribe("WATCHER", to: UnifiedStepSpecimen.uid(0), isLocked: true, as: desk.watcher)
      try await desk.steps.subscribe("WATCHER", to: UnifiedStepSpecimen.uid(1), isLocked: true, as: desk.watcher)
      #expect(try await keeper.sweep() == 0)
      clock.advance(.seconds(200))
      #expect(try await keeper.sweep() == 1)
      #expect(
        await desk.refusal { _ = try await desk.steps.attributes(UnifiedStepSpecimen.uid(2), as: desk.ris) }
          == .noSuchStep)
      try await desk.steps.subscribe("WATCHER", to: UnifiedStepSpecimen.uid(0), isLocked: false, as: desk.watcher)
      #expect(try await keeper.sweep() == 1)
      clock.advance(.seconds(2000))
      #expect(try await keeper.sweep() == 1)
      #expect(try await examined.store.subscribers() == [])
      // What nobody has finished stays; nobody hears of old events.
      _ = try await desk.steps.attributes(UnifiedStepSpecimen.uid(3), as: desk.ris)
      #expect(try await examined.store.notices(to: "WATCHER", limit: 9).isEmpty == false)
      clock.advance(.seconds(8 * 86_400))
      try await keeper.sweep()
      #expect(try await examined.store.notices(to: "WATCHER", limit: 9) == [])
    }
  }

  @Test("hear that the server was started again")
  func restart() async throws {
    try await StoreKind.embedded.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      try await desk.steps.subscribe("WATCHER", to: UnifiedStepSpecimen.uid, isLocked: false, as: desk.watcher)
      _ = try await desk.owed(to: "WATCHER")
      let keeper = UnifiedStepKeeper(store: examined.store, environment: clock.environment, fallback: ["RIS"])
      try await keeper.announceRestart()
      #expect(try await desk.owed(to: "RIS") == ["4"])
      let notice = try #require(try await examined.store.notices(to: "WATCHER", limit: 1).first)
      #expect(notice.sopInstance == Self.everyStep)
      #expect(notice.attributes.string(.scpStatus) == "RESTARTED")
      #expect(notice.attributes.string(.subscriptionListStatus) == "WARM START")
      #expect(notice.attributes.string(.unifiedProcedureStepListStatus) == "WARM START")
    }
  }
}
