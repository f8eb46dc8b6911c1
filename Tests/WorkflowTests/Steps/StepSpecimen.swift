import ArchiveCore
import DICOM
import TestKit
import Testing
import Workflow

/// Testing has a `Tag` too.
typealias Tag = DICOM.Tag

/// Worklist items and what modalities say of performing them.
enum StepSpecimen {
  static let technologist = Principal(kind: .person, name: "tess", roles: [.technologist], sites: .all)
  static let modality = Principal(kind: .node, name: "CT1", roles: [.sender], sites: .only([.main]))

  /// Everything that PS3.4 Table K.6-1 wants.
  static func item(_ number: Int, date: String = "20260301", station: String = "CT1") -> DataSet {
    var step = DataSet()
    step.set(.modality, "CT")
    step.set(.scheduledStationAETitle, .ae, strings: station.split(separator: "\\").map(String.init))
    step.set(.scheduledProcedureStepStartDate, date)
    step.set(.scheduledProcedureStepStartTime, "0800")
    step.set(.scheduledProcedureStepDescription, "Chest")
    step.set(.scheduledProcedureStepID, "S\(number)")
    var item = DataSet()
    item.set(.accessionNumber, "A\(number)")
    item.set(.patientName, "Doe^Jane")
    item.set(.patientID, "P\(number)")
    item.set(.studyInstanceUID, "1.2.3.\(number)")
    item.set(.requestedProcedureID, "R\(number)")
    item.set(.requestedProcedureDescription, "Chest")
    item.set(.scheduledProcedureStepSequence, items: [step])
    return item
  }

  /// A change of the step's item.
  static func inStep(_ item: DataSet, _ change: (inout DataSet) -> Void) -> DataSet {
    var item = item
    var step = item.items(.scheduledProcedureStepSequence).first ?? DataSet()
    change(&step)
    item.set(.scheduledProcedureStepSequence, items: [step])
    return item
  }

  /// An N-CREATE of what is performed of scheduled steps.
  static func creation(of numbers: Int..., study: String? = nil) -> DataSet {
    let empty = ["", ""]
    var made = DataSet()
    made.set(
      .scheduledStepAttributesSequence,
      items: numbers.map { number in
        var scheduled = DataSet()
        scheduled.set(.studyInstanceUID, study ?? "1.2.3.\(number)")
        scheduled.set(.accessionNumber, "A\(number)")
        scheduled.set(.scheduledProcedureStepID, "S\(number)")
        for tag in [Tag.requestedProcedureID, .requestedProcedureDescription, .scheduledProcedureStepDescription] {
          scheduled.set(tag, empty[0])
        }
        for tag in [Tag.referencedStudySequence, .scheduledProtocolCodeSequence] { scheduled.set(tag, items: []) }
        return scheduled
      })
    for tag in [
      Tag.patientName, .patientID, .patientBirthDate, .patientSex, .performedStationName, .performedLocation,
      .performedProcedureStepDescription, .performedProcedureTypeDescription, .performedProcedureStepEndDate,
      .performedProcedureStepEndTime, .studyID,
    ] {
      made.set(tag, "")
    }
    for tag in [
      Tag.referencedPatientSequence, .procedureCodeSequence, .performedProtocolCodeSequence, .performedSeriesSequence,
    ] {
      made.set(tag, items: [])
    }
    made.set(.performedProcedureStepID, "PPS")
    made.set(.performedStationAETitle, "CT1")
    made.set(.performedProcedureStepStartDate, "20260301")
    made.set(.performedProcedureStepStartTime, "0805")
    made.set(.performedProcedureStepStatus, "IN PROGRESS")
    made.set(.modality, "CT")
    return made
  }

  /// An N-SET that ends it.
  static func ending(_ status: String = "COMPLETED", naming instances: [String] = []) -> DataSet {
    var series = DataSet()
    for tag in [Tag.performingPhysicianName, .operatorsName, .seriesDescription, .retrieveAETitle] {
      series.set(tag, "")
    }
    series.set(.protocolName, "Chest")
    series.set(.seriesInstanceUID, "1.2.3.4.5")
    series.set(.referencedNonImageCompositeSOPInstanceSequence, items: [])
    series.set(
      .referencedImageSequence,
      items: instances.map { uid in
        var reference = DataSet()
        reference.set(.referencedSOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
        reference.set(.referencedSOPInstanceUID, uid)
        return reference
      })
    var made = DataSet()
    made.set(.performedProcedureStepStatus, status)
    made.set(.performedProcedureStepEndDate, "20260301")
    made.set(.performedProcedureStepEndTime, "0830")
    made.set(.performedSeriesSequence, items: [series])
    return made
  }

  static func uid(_ text: String) throws -> WorkUID { try #require(WorkUID(text)) }
}

/// The services over a store of some kind.
struct StepRooms {
  let store: any WorkflowStore
  let worklist: Worklist
  let performed: PerformedSteps
  private let archive: TestArchive

  init(_ store: any WorkflowStore, _ clock: ManualClock, forwardTo: [String] = [], expiryDays: Int? = 30) async throws {
    self.store = store
    archive = try await TestArchive(environment: clock.environment)
    worklist = Worklist(
      store: store, archive: archive.archive, environment: clock.environment,
      settings: WorklistSettings(expiryDays: expiryDays))
    performed = PerformedSteps(
      store: store, archive: archive.archive, environment: clock.environment, forwardTo: forwardTo)
  }

  func add(_ item: DataSet) async throws -> WorkRecord {
    try await worklist.add(item, at: .main, as: StepSpecimen.technologist)
  }

  func begin(_ uid: String, _ attributes: DataSet) async throws -> WorkRecord {
    try await performed.create(
      try StepSpecimen.uid(uid), attributes, at: .main, from: "CT1", as: StepSpecimen.modality)
  }

  func end(_ uid: String, _ modification: DataSet) async throws -> WorkRecord {
    try await performed.change(
      try StepSpecimen.uid(uid), by: modification, from: "CT1", as: StepSpecimen.modality)
  }

  /// The states of scheduled steps, as records and as attributes.
  func states(_ steps: WorkRecord...) async throws -> [WorkState] {
    var states: [WorkState] = []
    for step in steps {
      let record = try await worklist.step(step.item, as: StepSpecimen.technologist)
      let item = record.attributes.items(.scheduledProcedureStepSequence).first
      #expect(item?.string(.scheduledProcedureStepStatus) == record.state.description)
      states.append(record.state)
    }
    return states
  }
}
