import ArchiveCore
import DICOM
import Testing
import Workflow

@Suite("The worklist")
struct WorklistTests {
  @Test("keeps an item whole, tells whoever made it, and finds it again", arguments: StoreKind.allCases)
  func keeps(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      var item = StepSpecimen.item(1)
      item.set(.patientComments, "übel")
      let made = try await rooms.add(item)
      #expect(made.state == .scheduled && made.version == 1)
      let reopened = try await examined.reopen()
      let kept = try #require(try await reopened.work(.scheduledStep, made.item))
      #expect(kept.attributes.string(.patientComments) == "übel" && kept.fields.start == "202603010800")
      #expect(kept.attributes.canonicallyEqual(to: made.attributes))
    }
  }

  @Test(
    "makes what is left to it: study, step ID, requested procedure, and either description",
    arguments: StoreKind.allCases)
  func makes(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      var item = StepSpecimen.inStep(StepSpecimen.item(1)) {
        $0[.scheduledProcedureStepID] = nil
        $0[.scheduledProcedureStepDescription] = nil
      }
      item[.studyInstanceUID] = nil
      item[.requestedProcedureID] = nil
      let made = [try await rooms.add(item), try await rooms.add(item)]
      let steps = made.compactMap { $0.attributes.items(.scheduledProcedureStepSequence).first }
      let ids = steps.compactMap { $0.string(.scheduledProcedureStepID) }
      #expect(Set(ids).count == 2 && ids.allSatisfy { (1...16).contains($0.utf8.count) })
      #expect(Set(made.compactMap { $0.attributes.string(.studyInstanceUID) }).count == 2)
      #expect(made.allSatisfy { $0.attributes.string(.requestedProcedureID) == "A1" })
      #expect(steps.allSatisfy { $0.string(.scheduledProcedureStepDescription) == "Chest" })
    }
  }

  /// What is taken from an item, and what the refusal names.
  static let lacking: [(remove: [Tag], named: String)] = [
    ([.patientName], "(0010,0010)"), ([.patientID], "(0010,0020)"), ([.modality], "(0008,0060)"),
    ([.scheduledStationAETitle], "(0040,0001)"), ([.scheduledProcedureStepStartDate], "(0040,0002)"),
    ([.scheduledProcedureStepStartTime], "(0040,0003)"),
    ([.scheduledProcedureStepDescription, .requestedProcedureDescription], "(0040,0007)"),
    ([.scheduledProcedureStepSequence], "(0040,0100)"),
  ]

  @Test("refuses an item by the attribute that it lacks", arguments: lacking)
  func refuses(row: (remove: [Tag], named: String)) async throws {
    try await StoreKind.memory.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      var item = StepSpecimen.inStep(StepSpecimen.item(1)) { step in for tag in row.remove { step[tag] = nil } }
      for tag in row.remove { item[tag] = nil }
      let error = await #expect(throws: ArchiveError.self) { try await rooms.add(item) }
      #expect(error?.code == .badRequest && error?.message.contains(row.named) == true, "\(error?.message ?? "")")
    }
  }

  @Test("refuses values that no modality could work by", arguments: ["tomorrow", "20261399", "2026"])
  func values(date: String) async throws {
    try await StoreKind.memory.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let error = await #expect(throws: ArchiveError.self) {
        try await rooms.add(StepSpecimen.item(1, date: date))
      }
      #expect(error?.code == .badRequest && error?.message.contains(date) == false)
    }
  }

  @Test("has a step of a study once, however many place it at the same time", arguments: StoreKind.allCases)
  func unique(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let made = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask { (try? await rooms.add(StepSpecimen.item(1))) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(made == 1)
      let again = try await rooms.worklist.put(StepSpecimen.item(1), at: .main, as: StepSpecimen.technologist)
      #expect(!again.isNew && again.step.version == 1)
    }
  }

  @Test("shows what can be done or goes on, and what is over to who asks for it", arguments: StoreKind.allCases)
  func shown(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let states: [WorkState] = [
        .scheduled, .arrived, .ready, .started, .departed, .completed, .discontinued, .canceled,
      ]
      for (number, state) in states.enumerated() {
        _ = try await rooms.add(
          StepSpecimen.inStep(StepSpecimen.item(number)) {
            $0.set(.scheduledProcedureStepStatus, state.description)
          })
      }
      #expect(try await found(rooms, "") == ["P0", "P1", "P2", "P3"])
      #expect(try await found(rooms, "COMPLETED") == ["P5"])
      #expect(try await found(rooms, "*ED") == ["P0", "P1", "P3", "P4", "P5", "P6", "P7"])
    }
  }

  /// Patients of the steps of which the status is asked for so.
  private func found(_ rooms: StepRooms, _ status: String) async throws -> [String] {
    var step = DataSet()
    step.set(.scheduledProcedureStepStatus, status)
    var identifier = DataSet()
    identifier.set(.scheduledProcedureStepSequence, items: [step])
    var found: [String] = []
    try await rooms.worklist.search(identifier, as: StepSpecimen.technologist) {
      found.append($0.attributes.string(.patientID) ?? "")
      return true
    }
    return found
  }

  @Test("exists only for those of its site", arguments: StoreKind.allCases)
  func sites(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let made = try await rooms.add(StepSpecimen.item(1))
      let other = Principal(kind: .person, name: "o", roles: [.technologist], sites: .only([SiteID("north")]))
      await #expect(throws: ArchiveError(.notFound, "there is no such step on the worklist")) {
        try await rooms.worklist.step(made.item, as: other)
      }
      await #expect(throws: ArchiveError.self) { try await rooms.worklist.remove(made.item, as: other) }
      await #expect(throws: ArchiveError.self) {
        try await rooms.worklist.add(StepSpecimen.item(2), at: .main, as: other)
      }
      await #expect(throws: ArchiveError.self) {
        try await rooms.worklist.put(StepSpecimen.item(1), at: SiteID("north"), as: other)
      }
      try await rooms.worklist.search(DataSet(), as: other) { _ in
        Issue.record("shown to another site")
        return true
      }
      await #expect(throws: ArchiveError.self) {
        try await rooms.worklist.cancel(made.item, as: StepSpecimen.modality)
      }
    }
  }

  @Test("is changed from the version somebody has seen, and stays the step it is", arguments: StoreKind.allCases)
  func change(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let made = try await rooms.add(StepSpecimen.item(1))
      let moved = try await rooms.worklist.change(made.item, version: 1, as: StepSpecimen.technologist) {
        StepSpecimen.inStep($0) { $0.set(.scheduledProcedureStepStartDate, "20260401") }
      }
      #expect(moved.version == 2 && moved.fields.start == "202604010800")
      await #expect(throws: WorkflowConflict.self) {
        try await rooms.worklist.change(made.item, version: 1, as: StepSpecimen.technologist) { $0 }
      }
      await #expect(throws: ArchiveError.self) {
        try await rooms.worklist.change(made.item, as: StepSpecimen.technologist) {
          StepSpecimen.inStep($0) { $0.set(.scheduledProcedureStepID, "OTHER") }
        }
      }
      #expect(try await rooms.worklist.cancel(made.item, as: StepSpecimen.technologist).state == .canceled)
      #expect(try await rooms.states(made) == [.canceled])
      try await rooms.worklist.remove(made.item, as: StepSpecimen.technologist)
      #expect(try await examined.store.work(.scheduledStep, made.item) == nil)
      #expect(
        try await examined.audited().map(\.detail) == [
          "step scheduled", "step changed", "step changed", "step removed",
        ])
    }
  }

  @Test("calls off what nobody has begun for so many days, and nothing else", arguments: StoreKind.allCases)
  func expiry(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      // The clock stands at 2025-10-09.
      let rooms = try await StepRooms(examined.store, clock, expiryDays: 3)
      let old = try await rooms.add(StepSpecimen.item(1, date: "20251001"))
      let begun = try await rooms.add(
        StepSpecimen.inStep(StepSpecimen.item(2, date: "20251001")) {
          $0.set(.scheduledProcedureStepStatus, "STARTED")
        })
      let recent = try await rooms.add(StepSpecimen.item(3, date: "20251006"))
      let coming = try await rooms.add(StepSpecimen.item(4, date: "20251101"))
      #expect(try await rooms.worklist.expire() == 1)
      #expect(try await rooms.states(old, begun, recent, coming) == [.canceled, .started, .scheduled, .scheduled])
      #expect(try await rooms.worklist.expire() == 0)
      #expect(try await StepRooms(examined.store, clock, expiryDays: nil).worklist.expire() == 0)
    }
  }

  @Test("comes in pages, in the order of its start", arguments: StoreKind.allCases)
  func pages(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      for number in 0..<10 {
        _ = try await rooms.add(
          StepSpecimen.item(number, date: "2026030\(9 - number % 5)", station: number % 2 == 0 ? "CT1" : "CT2"))
      }
      var step = DataSet()
      step.set(.scheduledStationAETitle, "CT1")
      var identifier = DataSet()
      identifier.set(.scheduledProcedureStepSequence, items: [step])
      var found: [String] = []
      var cursor: WorkCursor?
      repeat {
        let page = try await rooms.worklist.page(
          identifier, in: nil, after: cursor, limit: 2, as: StepSpecimen.technologist)
        found += page.records.map(\.fields.start)
        cursor = page.next
      } while cursor != nil
      #expect(found.count == 5 && found == found.sorted())
    }
  }
}
