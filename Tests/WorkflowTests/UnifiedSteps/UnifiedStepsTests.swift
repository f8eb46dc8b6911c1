import ArchiveCore
import DICOM
import Testing
import Workflow

@Suite("Unified procedure steps")
struct UnifiedStepsTests {
  let item = UnifiedStepSpecimen.uid

  @Test("are made, claimed, worked on and completed", arguments: StoreKind.allCases)
  func walk(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      try await desk.claim()
      try await desk.steps.set(item, UnifiedStepSpecimen.performed(), transaction: "1.2.3", as: desk.worker)
      #expect(
        try await desk.steps.changeState(
          item, to: "COMPLETED", transaction: "1.2.3", by: "WORKER", as: desk.worker) == .changed)
      let found = try await desk.steps.attributes(item, as: desk.watcher)
      #expect(found.string(.procedureStepState) == "COMPLETED")
      #expect(found.string(.sopClassUID) == "1.2.840.10008.5.1.4.34.6.1")
      #expect(found.string(.sopInstanceUID) == item)
      #expect(found.string(.patientName) == "Müller^Änne")
      #expect(found.string(.transactionUID) == nil && !found.contains(.performedStationAETitle))
      #expect(
        try await desk.steps.changeState(
          item, to: "COMPLETED", transaction: "1.2.3", by: "WORKER", as: desk.worker) == .already(.completed))
      #expect(try await examined.audited().map(\.detail).filter { $0.hasPrefix("workitem") }.count == 4)
    }
  }

  @Test("say in the journal that they go on")
  func journal() async throws {
    try await StoreKind.embedded.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      try await desk.claim()
      let events = try await examined.store.journal(after: .start, limit: 10).compactMap { entry in
        if case .workItemChanged(let facts) = entry.event { "\(facts.kind.name) \(facts.state)" } else { nil }
      }
      #expect(events == ["workitem SCHEDULED", "workitem IN PROGRESS"])
    }
  }

  // MARK: Making

  @Test("need what the standard requires", arguments: UnifiedStepsTests.incomplete)
  func lacking(_ name: String, _ spoil: @Sendable (inout DataSet) -> Void, _ code: UnifiedStepRefusal.Code)
    async throws
  {
    try await StoreKind.memory.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      var asked = UnifiedStepSpecimen.asked()
      spoil(&asked)
      #expect(await desk.refusal { try await desk.make(0, asked) } == code, "\(name)")
      let kept = try await desk.kept(item)
      #expect(kept == nil)
    }
  }

  static let incomplete: [(String, @Sendable (inout DataSet) -> Void, UnifiedStepRefusal.Code)] = [
    ("another state", { $0.set(.procedureStepState, .cs, "IN PROGRESS") }, .notScheduled),
    ("no label", { $0[.procedureStepLabel] = nil }, .missingAttribute),
    ("an empty start", { $0.set(.scheduledProcedureStepStartDateTime, .dt, "") }, .missingValue),
    ("a start that is no moment", { $0.set(.scheduledProcedureStepStartDateTime, .dt, "soon") }, .invalidValue),
    ("an unknown priority", { $0.set(.scheduledProcedureStepPriority, .cs, "URGENT") }, .invalidValue),
    ("a transaction", { $0.set(.transactionUID, .ui, "1.2.3") }, .invalidValue),
    ("performed work", { $0 = DataSet(Array($0) + Array(UnifiedStepSpecimen.performed())) }, .invalidValue),
    (
      "a value that is too long",
      { $0.set(.commentsOnTheScheduledProcedureStep, .lt, String(repeating: "x", count: 65_536)) }, .invalidValue
    ),
    (
      "sequences that lie too deep",
      { asked in
        var item = DataSet()
        for _ in 0..<12 {
          var outer = DataSet()
          outer.set(.inputInformationSequence, items: [item])
          item = outer
        }
        asked.set(.inputInformationSequence, items: [item])
      }, .invalidValue
    ),
    ("another class", { $0.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.34.6.3") }, .invalidValue),
  ]

  @Test("are made once, not under the well-known instances, and with what was left out")
  func creations() async throws {
    try await StoreKind.memory.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      #expect(await desk.refusal { try await desk.make() } == .exists)
      for known in ["1.2.840.10008.5.1.4.34.5", "1.2.840.10008.5.1.4.34.5.1"] {
        #expect(
          await desk.refusal {
            _ = try await desk.steps.create(known, UnifiedStepSpecimen.asked(), at: .main, as: desk.ris)
          } == .exists)
      }
      #expect(
        await desk.refusal {
          _ = try await desk.steps.create("1..2", UnifiedStepSpecimen.asked(), at: .main, as: desk.ris)
        } == .invalidInstance)
      var short = UnifiedStepSpecimen.asked()
      short[.worklistLabel] = nil
      let made = try await desk.steps.create(nil, short, at: .main, as: desk.ris)
      #expect(made.isModified && made.item.value.hasPrefix("2.25."))
      #expect(
        try await desk.steps.attributes(made.item.value, as: desk.ris).string(.worklistLabel) == "DEFAULT")
    }
  }

  // MARK: Working

  @Test("are claimed by exactly one of many", arguments: StoreKind.allCases)
  func oneWinner(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      for round in 0..<5 {
        try await desk.make(round)
        let uid = UnifiedStepSpecimen.uid(round)
        let winners = await withTaskGroup(of: String?.self) { group in
          for number in 1...8 {
            group.addTask {
              let transaction = "1.2.\(number)"
              let code = await desk.refusal {
                _ = try await desk.steps.changeState(
                  uid, to: "IN PROGRESS", transaction: transaction, by: "W\(number)", as: desk.worker)
              }
              #expect(code == nil || code == .wrongTransaction)
              return code == nil ? transaction : nil
            }
          }
          return await group.reduce(into: [String]()) { if let one = $1 { $0.append(one) } }
        }
        let winner = try #require(winners.first)
        #expect(winners.count == 1)
        #expect(
          await desk.refusal {
            try await desk.steps.set(uid, UnifiedStepSpecimen.performed(), transaction: winner, as: desk.worker)
          } == nil)
      }
    }
  }

  @Test("never end twice, whoever completes and cancels at once", arguments: StoreKind.allCases)
  func oneEnd(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.steps.subscribe("WATCHER", to: "1.2.840.10008.5.1.4.34.5", isLocked: false, as: desk.watcher)
      for round in 0..<5 {
        try await desk.make(round)
        try await desk.claim(round)
        let uid = UnifiedStepSpecimen.uid(round)
        try await desk.steps.set(uid, UnifiedStepSpecimen.performed(), transaction: "1.2.3", as: desk.worker)
        _ = try await desk.owed(to: "WATCHER")
        await withTaskGroup(of: Void.self) { group in
          for state in ["COMPLETED", "CANCELED", "COMPLETED", "CANCELED"] {
            group.addTask {
              let code = await desk.refusal {
                _ = try await desk.steps.changeState(
                  uid, to: state, transaction: "1.2.3", by: "WORKER", as: desk.worker)
              }
              #expect(code == nil || code == .mayNoLongerBeUpdated)
            }
          }
        }
        // One report: there was one end.
        #expect(try await desk.owed(to: "WATCHER").count == 1)
      }
    }
  }

  @Test("are completed only with what was performed")
  func finalState() async throws {
    try await StoreKind.memory.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      try await desk.claim()
      func complete() async -> UnifiedStepRefusal.Code? {
        await desk.refusal {
          _ = try await desk.steps.changeState(
            item, to: "COMPLETED", transaction: "1.2.3", by: "WORKER", as: desk.worker)
        }
      }
      #expect(await complete() == .finalStateNotMet)
      for tag in [
        Tag.performedStationNameCodeSequence, .performedProcedureStepStartDateTime, .performedWorkitemCodeSequence,
        .performedProcedureStepEndDateTime,
      ] {
        var short = UnifiedStepSpecimen.performed()
        var work = try #require(short.items(.unifiedProcedureStepPerformedProcedureSequence).first)
        work[tag] = nil
        short.set(.unifiedProcedureStepPerformedProcedureSequence, items: [work])
        try await desk.steps.set(item, short, transaction: "1.2.3", as: desk.worker)
        #expect(await complete() == .finalStateNotMet)
      }
      try await desk.finish()
    }
  }

  @Test("refuse to be set what may not be set", arguments: StoreKind.allCases)
  func setting(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      func set(_ transaction: String? = nil, _ fill: (inout DataSet) -> Void) async -> UnifiedStepRefusal.Code? {
        var asked = DataSet()
        fill(&asked)
        let wanted = asked
        return await desk.refusal {
          try await desk.steps.set(item, wanted, transaction: transaction, as: desk.worker)
        }
      }
      #expect(await set { $0.set(.procedureStepState, .cs, "COMPLETED") } == .attributeNotAllowed)
      #expect(await set { $0.set(.patientName, .pn, "Other") } == .attributeNotAllowed)
      #expect(await set { $0.set(.sopInstanceUID, .ui, "1.2") } == .attributeNotAllowed)
      #expect(await set { $0.set(.procedureStepLabel, .lo, "") } == .missingValue)
      #expect(await set { $0.set(.inputReadinessState, .cs, "MAYBE") } == .invalidValue)
      #expect(await set("1.2.3") { $0.set(.procedureStepLabel, .lo, "Other") } == .notInProgress)
      let before = try await desk.kept(item)
      #expect(await set { $0.set(.procedureStepLabel, .lo, "Segment") } == nil)
      // The same value once more is no change.
      #expect(try await desk.kept(item) == before)
      clock.advance(.seconds(5))
      #expect(await set { $0.set(.procedureStepLabel, .lo, "Sègment") } == nil)
      let after = try await desk.steps.attributes(item, as: desk.ris)
      #expect(after.string(.procedureStepLabel) == "Sègment")
      #expect(after.string(.scheduledProcedureStepModificationDateTime) == clock.now.dicomDateTime)
    }
  }

  // MARK: Cancelling

  @Test("are canceled at once while nobody works on them")
  func cancelScheduled() async throws {
    try await StoreKind.memory.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      try await desk.steps.subscribe("WATCHER", to: item, isLocked: false, as: desk.watcher)
      _ = try await desk.owed(to: "WATCHER")
      var reasons = DataSet()
      reasons.set(.reasonForCancellation, .lt, "Patient left")
      reasons.set(.contactDisplayName, .lo, "Desk")
      #expect(try await desk.steps.requestCancel(item, reasons, from: "RIS", as: desk.ris) == .changed)
      #expect(try await desk.owed(to: "WATCHER") == ["1 IN PROGRESS", "1 CANCELED"])
      let progress = try #require(
        try await desk.steps.attributes(item, as: desk.ris).items(.procedureStepProgressInformationSequence).first)
      #expect(progress.string(.reasonForCancellation) == "Patient left")
      #expect(progress.string(.procedureStepCancellationDateTime) == clock.now.dicomDateTime)
      #expect(progress.items(.procedureStepDiscontinuationReasonCodeSequence).first?.string(.codeValue) == "110513")
      #expect(
        progress.items(.procedureStepCommunicationsURISequence).first?.string(.contactDisplayName) == "Desk")
      #expect(try await desk.steps.requestCancel(item, reasons, from: "RIS", as: desk.ris) == .already(.canceled))
    }
  }

  @Test("tell their performer of a wish to cancel, when it listens")
  func cancelInProgress() async throws {
    try await StoreKind.memory.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      try await desk.claim()
      func cancel() async -> UnifiedStepRefusal.Code? {
        await desk.refusal { _ = try await desk.steps.requestCancel(item, DataSet(), from: "RIS", as: desk.ris) }
      }
      #expect(await cancel() == .performerUnreachable)
      try await desk.steps.subscribe("WATCHER", to: item, isLocked: false, as: desk.watcher)
      #expect(await cancel() == .performerUnreachable)
      try await desk.steps.subscribe("WORKER", to: item, isLocked: false, as: desk.worker)
      _ = try await desk.owed(to: "WORKER")
      #expect(await cancel() == nil)
      let notice = try #require(try await examined.store.notices(to: "WORKER", limit: 2).first)
      #expect(notice.operation == .eventReport(2))
      #expect(notice.attributes.string(.requestingAE) == "RIS")
      #expect(notice.sopClass == "1.2.840.10008.5.1.4.34.6.1")
      #expect(notice.abstractSyntax == "1.2.840.10008.5.1.4.34.6.4")
      try await desk.finish()
      #expect(await cancel() == .alreadyCompleted)
    }
  }

  // MARK: Finding

  @Test("are found by state, code, request and moment, and never by their transaction", arguments: StoreKind.allCases)
  func finding(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make(0, UnifiedStepSpecimen.asked(label: "A", station: "ST1"))
      var requested = UnifiedStepSpecimen.asked(label: "B", station: "ST2")
      requested.set(
        .referencedRequestSequence,
        items: ["ACC1", "ACC2"].map { number in
          var request = DataSet()
          request.set(.accessionNumber, .sh, number)
          request.set(.studyInstanceUID, .ui, "1.2.840.1")
          return request
        })
      requested.set(.scheduledProcedureStepStartDateTime, .dt, "20261123080000+0100")
      try await desk.make(1, requested)
      try await desk.claim(1, "1.2.77")
      func labels(_ fill: (inout DataSet) -> Void) async throws -> [String] {
        var identifier = DataSet()
        identifier.set(DataElement(tag: .procedureStepLabel, vr: .lo, value: .empty))
        fill(&identifier)
        var found: [String] = []
        try await desk.steps.find(identifier, as: desk.watcher) { match in
          #expect(!match.contains(.transactionUID) && !match.contains(.performedStationAETitle))
          found.append(match.string(.procedureStepLabel) ?? "")
          return true
        }
        return found
      }
      #expect(try await labels { _ in } == ["A", "B"])
      #expect(try await labels { $0.set(.procedureStepState, .cs, "IN PROGRESS") } == ["B"])
      #expect(try await labels { $0.set(.procedureStepState, .cs, "NONSENSE") } == [])
      #expect(try await labels { $0.set(.scheduledProcedureStepStartDateTime, .dt, "20261122-20261122") } == ["A"])
      #expect(try await labels { $0.set(.scheduledProcedureStepStartDateTime, .dt, "20261123080000+0100") } == ["B"])
      #expect(try await labels { $0.set(.transactionUID, .ui, "1.2.99") } == ["A", "B"])
      var station = DataSet()
      station.set(.codeValue, .sh, "ST1")
      #expect(try await labels { $0.set(.scheduledStationNameCodeSequence, items: [station]) } == ["A"])
      // The second of two requests.
      var request = DataSet()
      request.set(.accessionNumber, .sh, "ACC2")
      #expect(try await labels { $0.set(.referencedRequestSequence, items: [request]) } == ["B"])
      request.set(.studyInstanceUID, .ui, "1.2.840.1")
      #expect(try await labels { $0.set(.referencedRequestSequence, items: [request]) } == ["B"])
      var nothing = 0
      try await desk.steps.find(DataSet(), as: desk.watcher) { _ in
        nothing += 1
        return true
      }
      #expect(nothing == 0)
    }
  }

  // MARK: Access

  @Test("are there only for those who may know of their site")
  func sites() async throws {
    try await StoreKind.memory.examine { examined, clock in
      let desk = StepDesk(examined.store, clock)
      try await desk.make()
      let steps = desk.steps
      func refused(_ body: () async throws -> Void) async -> Bool { await desk.refusal(body) == .noSuchStep }
      #expect(await refused { _ = try await steps.attributes(item, as: desk.north) })
      #expect(
        await refused { try await steps.set(item, UnifiedStepSpecimen.performed(), transaction: nil, as: desk.north) })
      #expect(
        await refused {
          _ = try await steps.changeState(item, to: "IN PROGRESS", transaction: "1.2", by: "N", as: desk.north)
        })
      #expect(await refused { _ = try await steps.requestCancel(item, DataSet(), from: "N", as: desk.north) })
      #expect(await refused { try await steps.subscribe("NORTH", to: item, isLocked: true, as: desk.north) })
      await #expect(throws: ArchiveError.self) {
        try await steps.subscribe("NORTH", to: item, isLocked: true, as: desk.ris)
      }
      await #expect(throws: ArchiveError.self) {
        try await steps.subscribe("WATCHER", to: "1.2.840.10008.5.1.4.34.5", isLocked: true, as: desk.north)
      }
      await #expect(throws: ArchiveError.self) {
        _ = try await steps.create(UnifiedStepSpecimen.uid(9), UnifiedStepSpecimen.asked(), at: .main, as: desk.north)
      }
      let sender = UnifiedStepSpecimen.node("S", roles: [.sender])
      await #expect(throws: ArchiveError.self) { _ = try await steps.attributes(item, as: sender) }
    }
  }
}
