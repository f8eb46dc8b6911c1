import ArchiveCore
import DICOM
import TestKit
import Testing
import Workflow

@Suite("A study that was performed in steps")
struct PerformedCompletionTests {
  private static let objects = [SmallObject(study: 1, instance: 1), SmallObject(study: 1, instance: 2)]

  private func begin(_ ward: Ward, _ uid: String = "1.2.9") async throws -> PerformedSteps {
    let steps = PerformedSteps(store: ward.store, archive: ward.archive.archive, environment: ward.clock.environment)
    _ = try await steps.create(
      try StepSpecimen.uid(uid), StepSpecimen.creation(of: 1, study: Self.objects[0].study), at: .main, from: "CT1",
      as: StepSpecimen.modality)
    return steps
  }

  private func end(
    _ steps: PerformedSteps, _ uid: String = "1.2.9", _ status: String = "COMPLETED", naming named: [String]
  )
    async throws
  {
    _ = try await steps.change(
      try StepSpecimen.uid(uid), by: StepSpecimen.ending(status, naming: named), from: "CT1",
      as: StepSpecimen.modality)
  }

  private func state(_ ward: Ward) async throws -> StudyCompletion {
    try await ward.settle()
    return try await ward.completion.state(of: try Self.objects[0].studyUID, as: Ward.admin)
  }

  @Test("is complete at once when all that was named is there", arguments: ["COMPLETED", "DISCONTINUED"])
  func whole(status: String) async throws {
    let ward = try await Ward()
    let steps = try await begin(ward)
    try await ward.store(Self.objects)
    #expect(try await state(ward).state == .receiving)
    try await end(steps, "1.2.9", status, naming: Self.objects.map(\.instance))
    let state = try await state(ward)
    #expect(state.state == .complete && state.revision == 1 && state.instances == 2)
  }

  @Test("is complete as soon as the last one arrives")
  func late() async throws {
    let ward = try await Ward()
    let steps = try await begin(ward)
    try await ward.store([Self.objects[0]])
    try await end(steps, "1.2.9", naming: Self.objects.map(\.instance))
    #expect(try await state(ward).state == .receiving)
    ward.clock.advance(.seconds(10))
    try await ward.store([Self.objects[1]])
    #expect(try await state(ward).state == .complete)
  }

  @Test("waits while another of its steps goes on, and for silence when a step names nothing")
  func waits() async throws {
    let ward = try await Ward()
    let (first, second) = (try await begin(ward), try await begin(ward, "1.2.10"))
    try await ward.store(Self.objects)
    try await end(first, "1.2.9", naming: [Self.objects[0].instance])
    #expect(try await state(ward).state == .receiving)
    try await end(second, "1.2.10", naming: [Self.objects[1].instance])
    #expect(try await state(ward).state == .complete)

    let quiet = try await Ward()
    let steps = try await begin(quiet)
    try await quiet.store(Self.objects)
    try await end(steps, "1.2.9", "DISCONTINUED", naming: [])
    #expect(try await state(quiet).state == .receiving)
    quiet.clock.advance(.seconds(60))
    #expect(try await state(quiet).state == .complete)
  }

  @Test("waits for silence when something arrives that nobody has named")
  func unnamed() async throws {
    let ward = try await Ward()
    let steps = try await begin(ward)
    try await ward.store([Self.objects[0]])
    try await end(steps, "1.2.9", naming: [Self.objects[0].instance])
    #expect(try await state(ward).revision == 1)
    try await ward.store([Self.objects[1]])
    #expect(try await state(ward).state == .receiving)
    ward.clock.advance(.seconds(60))
    #expect(try await state(ward).revision == 2)
  }
}
