import ArchiveCore
import DICOM
import DIMSE
import Doors
import EmbeddedStore
import TestKit
import Testing
import Workflow

@Suite("A performed step that others are told of")
struct ForwardedStepTests {
  @Test("reaches them whole and in order, though they were not there at first")
  func told() async throws {
    let clock = ManualClock()
    let port = try #require(try ServerProcess.freePorts(1).first)
    let ours = try await TestArchive(environment: clock.environment)
    let store = EmbeddedWorkflowStore(sharing: ours.catalog)
    let performed = PerformedSteps(
      store: store, archive: ours.archive, environment: clock.environment, forwardTo: ["RIS"])
    let nodes = NodeDirectory(
      accounts: ours.accounts, configured: [Node(aeTitle: "RIS", host: "127.0.0.1", port: port, site: .main)])
    let delivery = NoticeDelivery(nodes: nodes, calling: "ISOCENTER")
    let runner = NoticeRunner(
      store: store, environment: clock.environment,
      deliver: { try await delivery.deliver($0, to: $1, told: $2) })

    var creation = StepSpecimen.creation(of: 1)
    creation.set(.patientName, "Müller^Jürgen")
    for number in 1...3 {
      let uid = try StepSpecimen.uid("1.2.9.\(number)")
      _ = try await performed.create(uid, creation, at: .main, from: "CT1", as: StepSpecimen.modality)
      _ = try await performed.change(uid, by: StepSpecimen.ending(), from: "CT1", as: StepSpecimen.modality)
    }
    await runner.work(on: "RIS")
    #expect(try await store.notices(to: "RIS", limit: 10).count == 6)
    clock.advance(.seconds(3600))

    let theirs = try await TestArchive()
    let their = PerformedSteps(
      store: EmbeddedWorkflowStore(sharing: theirs.catalog), archive: theirs.archive, environment: .system)
    var configuration = DIMSEServerConfiguration()
    configuration.port = port
    let door = DIMSEDoor(
      archive: theirs.archive, nodes: NodeDirectory(accounts: theirs.accounts, isOpen: true), aeTitle: "RIS",
      checksCalledTitle: true, services: [PerformedStepProvider(steps: their)])
    let server = try await DIMSEServer.bind(configuration, provider: door)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      await runner.work(on: "RIS")
      server.shutdown(grace: .seconds(1))
      try await group.waitForAll()
    }
    #expect(try await store.notices(to: "RIS", limit: 10) == [])
    for number in 1...3 {
      let uid = try StepSpecimen.uid("1.2.9.\(number)")
      let kept = try await performed.step(uid, as: StepSpecimen.technologist)
      let told = try await their.step(uid, as: StepSpecimen.technologist)
      #expect(told.state == .completed && told.attributes.canonicallyEqual(to: kept.attributes))
      #expect(told.attributes.string(.patientName) == "Müller^Jürgen")
    }
  }
}
