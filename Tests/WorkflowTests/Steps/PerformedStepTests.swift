import ArchiveCore
import DICOM
import TestKit
import Testing
import Workflow

/// A message that is not as it should be, and how it is refused.
struct Misuse: Sendable {
  var what: String
  var refusal: PerformedStepRefusal
  var change: @Sendable (inout DataSet) -> Void

  init(_ what: String, _ change: @escaping @Sendable (inout DataSet) -> Void, _ refusal: PerformedStepRefusal) {
    self.what = what
    self.refusal = refusal
    self.change = change
  }

  /// What is wrong with an N-CREATE, and how it is refused (PS3.4 Table F.7.2-1).
  static let creations: [Misuse] = [
    Misuse("no status", { $0[.performedProcedureStepStatus] = nil }, .missing([.performedProcedureStepStatus])),
    Misuse("no name", { $0[.patientName] = nil }, .missing([.patientName])),
    Misuse("no series", { $0[.performedSeriesSequence] = nil }, .missing([.performedSeriesSequence])),
    Misuse(
      "two attributes", { for tag in [Tag.modality, .studyID] { $0[tag] = nil } },
      .missing([.modality, .studyID].sorted())
    ),
    Misuse("an empty ID", { $0.set(.performedProcedureStepID, "") }, .missingValue([.performedProcedureStepID])),
    Misuse(
      "no scheduled step", { $0.set(.scheduledStepAttributesSequence, items: []) },
      .missingValue([.scheduledStepAttributesSequence])
    ),
    Misuse(
      "a wrong date", { $0.set(.performedProcedureStepStartDate, "2026") },
      .invalidValue([.performedProcedureStepStartDate])
    ),
    Misuse(
      "a wrong time", { $0.set(.performedProcedureStepStartTime, "99") },
      .invalidValue([.performedProcedureStepStartTime])
    ),
    Misuse(
      "completed", { $0.set(.performedProcedureStepStatus, "COMPLETED") },
      .invalidValue([.performedProcedureStepStatus])
    ),
  ]

  /// What is wrong with an N-SET.
  static let changes: [Misuse] = [
    Misuse("no end", { $0[.performedProcedureStepEndDate] = nil }, .missingValue([.performedProcedureStepEndDate])),
    Misuse("no series", { $0.set(.performedSeriesSequence, items: []) }, .missingValue([.performedSeriesSequence])),
    Misuse(
      "another start", { $0.set(.performedProcedureStepStartDate, "20260302") },
      .invalidValue([.performedProcedureStepStartDate])
    ),
    Misuse("another patient", { $0.set(.patientID, "P7") }, .invalidValue([.patientID])),
    Misuse(
      "an unknown status", { $0.set(.performedProcedureStepStatus, "DONE") },
      .invalidValue([.performedProcedureStepStatus])
    ),
    Misuse(
      "an empty status", { $0.set(.performedProcedureStepStatus, "") }, .invalidValue([.performedProcedureStepStatus])),
  ]
}

@Suite("A performed step")
struct PerformedStepTests {
  @Test("is not made of less than the standard wants", arguments: Misuse.creations.indices)
  func creation(row: Int) async throws {
    try await StoreKind.memory.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let misuse = Misuse.creations[row]
      var attributes = StepSpecimen.creation(of: 1)
      misuse.change(&attributes)
      await #expect(throws: misuse.refusal, "\(misuse.what)") { try await rooms.begin("1.2.9", attributes) }
    }
  }

  @Test("is not completed by less than the standard wants, and is as it was then", arguments: Misuse.changes.indices)
  func changes(row: Int) async throws {
    try await StoreKind.memory.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let made = try await rooms.begin("1.2.9", StepSpecimen.creation(of: 1))
      let misuse = Misuse.changes[row]
      var modification = StepSpecimen.ending()
      misuse.change(&modification)
      await #expect(throws: misuse.refusal, "\(misuse.what)") { try await rooms.end("1.2.9", modification) }
      #expect(try await examined.store.work(.performedStep, made.item) == made)
    }
  }

  @Test("goes on, ends, and is what it is for good", arguments: StoreKind.allCases)
  func life(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      #expect(try await rooms.begin("1.2.9", StepSpecimen.creation(of: 1)).state == .inProgress)
      await #expect(throws: PerformedStepRefusal.duplicate) {
        try await rooms.begin("1.2.9", StepSpecimen.creation(of: 1))
      }
      var remark = DataSet()
      remark.set(.commentsOnThePerformedProcedureStep, "später")
      // Said again, what is fixed changes nothing.
      remark.set(.performedProcedureStepID, "PPS")
      #expect(try await rooms.end("1.2.9", remark).state == .inProgress)
      #expect(try await rooms.end("1.2.9", StepSpecimen.ending()).state == .completed)
      for modification in [StepSpecimen.ending(), StepSpecimen.ending("DISCONTINUED"), remark] {
        await #expect(throws: PerformedStepRefusal.noLongerInProgress) { try await rooms.end("1.2.9", modification) }
      }
      await #expect(throws: PerformedStepRefusal.unknown) { try await rooms.end("1.2.8", StepSpecimen.ending()) }
      let kept = try await rooms.performed.step(try StepSpecimen.uid("1.2.9"), as: StepSpecimen.technologist)
      #expect(kept.attributes.string(.commentsOnThePerformedProcedureStep) == "später" && kept.version == 3)
    }
  }

  @Test("is ended by one of many who do at the same time", arguments: StoreKind.allCases)
  func race(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      _ = try await rooms.add(StepSpecimen.item(1))
      _ = try await rooms.begin("1.2.9", StepSpecimen.creation(of: 1))
      let winners = await withTaskGroup(of: WorkState?.self) { group in
        for number in 0..<8 {
          group.addTask {
            try? await rooms.end("1.2.9", StepSpecimen.ending(number % 2 == 0 ? "COMPLETED" : "DISCONTINUED")).state
          }
        }
        var winners: [WorkState] = []
        for await case let state? in group { winners.append(state) }
        return winners
      }
      #expect(winners.count == 1)
      let kept = try await examined.store.work(.performedStep, try StepSpecimen.uid("1.2.9"))
      #expect(kept?.state == winners.first && kept?.version == 2)
    }
  }

  @Test("takes the scheduled steps it performs with it, in the same commit", arguments: StoreKind.allCases)
  func consequences(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let (one, two) = (try await rooms.add(StepSpecimen.item(1)), try await rooms.add(StepSpecimen.item(2)))
      // The group case: both at once. The append case: one of them once more.
      _ = try await rooms.begin("1.2.9.1", StepSpecimen.creation(of: 1, 2))
      #expect(try await rooms.states(one, two) == [.started, .started])
      _ = try await rooms.begin("1.2.9.2", StepSpecimen.creation(of: 1))
      _ = try await rooms.end("1.2.9.1", StepSpecimen.ending("DISCONTINUED"))
      #expect(try await rooms.states(one, two) == [.started, .discontinued])
      _ = try await rooms.end("1.2.9.2", StepSpecimen.ending())
      #expect(try await rooms.states(one, two) == [.completed, .discontinued])
      let entries = try await examined.store.journal(after: .start, limit: 100)
      let facts = entries.compactMap { entry -> WorkFacts? in
        if case .workItemChanged(let facts) = entry.event { facts } else { nil }
      }
      #expect(facts.last?.item == one.item && facts.last?.state == .completed)
      #expect(facts.dropLast().last?.kind == .performedStep && facts.dropLast().last?.study == StudyUID("1.2.3.1"))
    }
  }

  @Test("finds its scheduled step by accession number when the modality has made a study of its own")
  func ownStudy() async throws {
    try await StoreKind.embedded.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let step = try await rooms.add(StepSpecimen.item(1))
      _ = try await rooms.begin("1.2.9", StepSpecimen.creation(of: 1, study: "1.2.3.99"))
      #expect(try await rooms.states(step) == [.started])
    }
  }

  @Test("is kept when nobody has scheduled it", arguments: StoreKind.allCases)
  func unscheduled(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let step = try await rooms.add(StepSpecimen.item(1))
      _ = try await rooms.begin("1.2.9", StepSpecimen.creation(of: 7))
      #expect(try await rooms.states(step) == [.scheduled])
      #expect(try await examined.reopen().work(.performedStep, try StepSpecimen.uid("1.2.9"))?.state == .inProgress)
    }
  }

  @Test("is told to other nodes in order, and not to the one who said it", arguments: StoreKind.allCases)
  func forwarded(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock, forwardTo: ["RIS", "CT1"])
      _ = try await rooms.begin("1.2.9", StepSpecimen.creation(of: 1))
      _ = try await rooms.end("1.2.9", StepSpecimen.ending())
      _ = try? await rooms.end("1.2.9", StepSpecimen.ending())
      let notices = try await examined.store.notices(to: "RIS", limit: 10)
      #expect(notices.map(\.operation) == [.create, .set] && notices.allSatisfy { $0.sopInstance == "1.2.9" })
      #expect(notices.first?.attributes.string(.performedProcedureStepStatus) == "IN PROGRESS")
      #expect(notices.last?.attributes.items(.performedSeriesSequence).count == 1)
      #expect(try await examined.store.notices(to: "CT1", limit: 10) == [])
    }
  }

  @Test("belongs to a site, and whoever only sends may say what is done but not look", arguments: StoreKind.allCases)
  func access(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let rooms = try await StepRooms(examined.store, clock)
      let uid = try StepSpecimen.uid("1.2.9")
      _ = try await rooms.begin("1.2.9", StepSpecimen.creation(of: 1))
      let other = Principal(kind: .node, name: "O", roles: [.technologist], sites: .only([SiteID("north")]))
      await #expect(throws: PerformedStepRefusal.unknown) {
        try await rooms.performed.change(uid, by: StepSpecimen.ending(), from: "O", as: other)
      }
      await #expect(throws: ArchiveError.self) { try await rooms.performed.step(uid, as: other) }
      await #expect(throws: ArchiveError.self) { try await rooms.performed.step(uid, as: StepSpecimen.modality) }
      let reader = Principal(kind: .person, name: "r", roles: [.radiologist], sites: .all)
      await #expect(throws: ArchiveError.self) {
        try await rooms.performed.change(uid, by: StepSpecimen.ending(), from: "r", as: reader)
      }
    }
  }
}
