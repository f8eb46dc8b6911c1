import ArchiveCore
import DICOM
import Testing
import Workflow

/// Workitems by number, and those who work on them.
enum UnifiedStepSpecimen {
  static let uid = "2.25.100"

  static func uid(_ number: Int) -> String { "2.25.\(100 + number)" }

  static func code(_ value: String) -> DataSet {
    var code = DataSet()
    code.set(.codeValue, .sh, value)
    code.set(.codingSchemeDesignator, .sh, "99TEST")
    code.set(.codeMeaning, .lo, "Meaning of \(value)")
    return code
  }

  /// What N-CREATE needs.
  static func asked(label: String = "Segment", station: String? = nil) -> DataSet {
    var asked = DataSet()
    asked.set(.procedureStepState, .cs, "SCHEDULED")
    asked.set(.scheduledProcedureStepPriority, .cs, "MEDIUM")
    asked.set(.procedureStepLabel, .lo, label)
    asked.set(.scheduledProcedureStepStartDateTime, .dt, "20261122080000")
    asked.set(.inputReadinessState, .cs, "READY")
    asked.set(.worklistLabel, .lo, "Lungs")
    asked.set(.patientName, .pn, "Müller^Änne")
    asked.set(.patientID, .lo, "P1")
    for tag in [
      Tag.transactionUID, .patientBirthDate, .patientSex, .issuerOfPatientID, .admissionID,
      .admittingDiagnosesDescription, .commentsOnTheScheduledProcedureStep,
    ] { asked.set(DataElement(tag: tag, vr: DataDictionary.vr(tag) ?? .lo, value: .empty)) }
    for tag in [
      Tag.scheduledProcessingParametersSequence, .scheduledStationNameCodeSequence, .scheduledStationClassCodeSequence,
      .scheduledStationGeographicLocationCodeSequence, .scheduledWorkitemCodeSequence, .inputInformationSequence,
      .issuerOfAdmissionIDSequence, .admittingDiagnosesCodeSequence, .referencedRequestSequence,
      .procedureStepProgressInformationSequence, .unifiedProcedureStepPerformedProcedureSequence,
    ] { asked.set(tag, items: []) }
    if let station { asked.set(.scheduledStationNameCodeSequence, items: [code(station)]) }
    return asked
  }

  /// What a performer says of work that is done.
  static func performed() -> DataSet {
    var item = DataSet()
    item.set(.performedStationNameCodeSequence, items: [code("STATION")])
    item.set(.performedProcedureStepStartDateTime, .dt, "20261122081000")
    item.set(.performedWorkitemCodeSequence, items: [code("WORK")])
    item.set(.performedProcedureStepEndDateTime, .dt, "20261122082000")
    item.set(.outputInformationSequence, items: [])
    var performed = DataSet()
    performed.set(.unifiedProcedureStepPerformedProcedureSequence, items: [item])
    return performed
  }

  static func node(_ name: String, sites: Principal.Sites = .all, roles: Set<Role> = [.technologist]) -> Principal {
    Principal(kind: .node, name: name, roles: roles, sites: sites)
  }
}

/// The service over one of the stores, with those it knows: RIS, WATCHER and WORKER of every site, NORTH of one.
struct StepDesk {
  let steps: UnifiedSteps
  let store: any WorkflowStore
  let clock: ManualClock
  let ris = UnifiedStepSpecimen.node("RIS")
  let worker = UnifiedStepSpecimen.node("WORKER")
  let watcher = UnifiedStepSpecimen.node("WATCHER")
  let north = UnifiedStepSpecimen.node("NORTH", sites: .only([SiteID("north")]))

  init(_ store: any WorkflowStore, _ clock: ManualClock) {
    self.store = store
    self.clock = clock
    let known = [ris, worker, watcher, north]
    steps = UnifiedSteps(store: store, audit: SilentAudit(), environment: clock.environment) { title in
      known.first { $0.name == title }
    }
  }

  func make(_ number: Int = 0, _ asked: DataSet = UnifiedStepSpecimen.asked(), site: SiteID = .main) async throws {
    _ = try await steps.create(UnifiedStepSpecimen.uid(number), asked, at: site, as: ris)
  }

  func claim(_ number: Int = 0, _ transaction: String = "1.2.3") async throws {
    _ = try await steps.changeState(
      UnifiedStepSpecimen.uid(number), to: "IN PROGRESS", transaction: transaction, by: "WORKER", as: worker)
  }

  func finish(_ number: Int = 0, _ transaction: String = "1.2.3") async throws {
    let item = UnifiedStepSpecimen.uid(number)
    try await steps.set(item, UnifiedStepSpecimen.performed(), transaction: transaction, as: worker)
    _ = try await steps.changeState(item, to: "COMPLETED", transaction: transaction, by: "WORKER", as: worker)
  }

  /// The record as it is kept.
  func kept(_ item: String) async throws -> WorkRecord? {
    try await store.work(.workitem, try #require(WorkUID(item)))
  }

  /// What a node is owed, as event types with the state they tell of, and nothing of it any more.
  func owed(to node: String) async throws -> [String] {
    let notices = try await store.notices(to: node, limit: 1000)
    try await store.commit(notices.map { .settleNotice($0.id, .delivered) })
    return notices.map { notice in
      guard case .eventReport(let type) = notice.operation else { return "?" }
      return ["\(type)", notice.attributes.string(.procedureStepState)].compactMap(\.self).joined(separator: " ")
    }
  }

  /// The refusal that an operation ends with.
  func refusal(_ body: () async throws -> Void) async -> UnifiedStepRefusal.Code? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? UnifiedStepRefusal)?.code
    }
  }
}

/// An audit that remembers no reads; changes are in the store's.
struct SilentAudit: AuditTrail {
  func noteRead(_ action: AuditRecord.Action, by principal: Principal, object: String, count: Int) async throws {}
  func write(_ record: AuditRecord) async throws {}
  func flush() async throws {}
  func records(limit: Int) async throws -> [AuditRecord] { [] }
  func entries(_ question: AuditQuestion, limit: Int) async throws -> [AuditEntry] { [] }
  func verify() async throws -> [AuditFinding] { [] }
}
