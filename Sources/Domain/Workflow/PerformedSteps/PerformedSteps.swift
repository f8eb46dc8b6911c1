public import ArchiveCore
public import DICOM

/// What modalities do and have done: Modality Performed Procedure Steps (PS3.4 §F.7). Each call asks the policy; a
/// step, what it means for the worklist, what is owed to others and the audit are one commit.
public struct PerformedSteps: Sendable {
  /// Steps on one page.
  public static let maximumPage = 1000
  /// Attempts of a change that others get in the way of.
  static let maximumAttempts = 16

  private let store: any WorkflowStore
  private let archive: Archive
  private let environment: ArchiveCore.Environment
  private let forwardTo: [String]

  /// - Parameter forwardTo: AE titles of nodes that are told of every step as we are.
  public init(
    store: any WorkflowStore, archive: Archive, environment: ArchiveCore.Environment, forwardTo: [String] = []
  ) {
    self.store = store
    self.archive = archive
    self.environment = environment
    self.forwardTo = forwardTo
  }

  // MARK: Changing

  /// A modality begins (N-CREATE).
  ///
  /// - Parameters:
  ///   - item: SOP Instance UID; made when `nil`.
  ///   - sender: AE title of who says so, to whom it is not forwarded.
  /// - Throws: `PerformedStepRefusal`; `ArchiveError` `.forbidden`.
  public func create(
    _ item: WorkUID?, _ attributes: DataSet, at site: SiteID, from sender: String, as principal: Principal
  ) async throws -> WorkRecord {
    try await archive.authorize(.store, of: principal, object: "performed step")
    guard principal.sites.includes(site) else {
      throw ArchiveError(.forbidden, "\(principal.name) may not perform steps of \(site)")
    }
    let step = try PerformedStep(creating: attributes)
    guard let item = item ?? WorkUID(environment.makeUID()) else {
      throw PerformedStepRefusal.invalidValue([.sopInstanceUID])
    }
    for _ in 0..<Self.maximumAttempts {
      guard try await store.work(.performedStep, item) == nil else { throw PerformedStepRefusal.duplicate }
      let record = WorkRecord(
        kind: .performedStep, item: item, site: site, state: step.state, changedAt: environment.now(),
        attributes: step.attributes)
      if let saved = try await save(record, .create, attributes, from: sender, as: principal) { return saved }
    }
    throw Self.busy
  }

  /// A modality goes on, ends or gives up (N-SET).
  ///
  /// - Throws: `PerformedStepRefusal`; `ArchiveError` `.forbidden`.
  public func change(
    _ item: WorkUID, by modification: DataSet, from sender: String, as principal: Principal
  ) async throws -> WorkRecord {
    try await archive.authorize(.store, of: principal, object: item.value)
    for _ in 0..<Self.maximumAttempts {
      guard var record = try await store.work(.performedStep, item), principal.sites.includes(record.site) else {
        throw PerformedStepRefusal.unknown
      }
      var step = PerformedStep(record)
      try step.change(by: modification)
      record.attributes = step.attributes
      record.state = step.state
      record.changedAt = environment.now()
      if let saved = try await save(record, .set, modification, from: sender, as: principal) { return saved }
    }
    throw Self.busy
  }

  // MARK: Asking

  /// - Throws: `ArchiveError` `.notFound`.
  public func step(_ item: WorkUID, as principal: Principal) async throws -> WorkRecord {
    try await archive.authorize(.search, of: principal, object: item.value)
    guard let record = try await store.work(.performedStep, item), principal.sites.includes(record.site) else {
      throw ArchiveError(.notFound, "there is no such performed step")
    }
    try await archive.noteSearch(of: "performed steps", count: 1, by: principal)
    return record
  }

  /// A page of steps, in the order of their start.
  ///
  /// - Parameters:
  ///   - identifier: keys, as of a query.
  ///   - states: any when `nil`.
  public func page(
    _ identifier: DataSet, in states: Set<WorkState>?, after cursor: WorkCursor?, limit: Int, as principal: Principal
  ) async throws -> WorkPage {
    try await archive.authorize(.search, of: principal, object: "performed steps")
    var question = WorkQuestion(
      .performedStep, within: principal.sites, keys: Query(level: .study, identifier: identifier).keys)
    question.narrow()
    question.states = states
    var page = WorkPage(records: [], next: cursor)
    let limit = max(1, min(limit, Self.maximumPage))
    repeat {
      let more = try await store.work(question, after: page.next, limit: limit - page.records.count)
      page.records += more.records
      page.next = more.next
    } while page.next != nil && page.records.count < limit
    try await archive.noteSearch(of: "performed steps", count: page.records.count, by: principal)
    return page
  }

  // MARK: Steps

  /// - Returns: `nil` when something it was decided against has changed: decide again.
  private func save(
    _ record: WorkRecord, _ operation: Notice.Operation, _ said: DataSet, from sender: String, as principal: Principal
  ) async throws -> WorkRecord? {
    var changes: [WorkflowChange] = [.saveWork(record, by: principal)]
    for scheduled in try await Consequences(store: store).scheduledSteps(after: record, within: principal.sites) {
      var scheduled = scheduled
      scheduled.changedAt = record.changedAt
      changes.append(.saveWork(scheduled, by: principal))
    }
    let now = environment.now()
    let notices = forwardTo.filter { $0 != sender }.map {
      Notice(
        to: $0, operation, sopClass: UID.modalityPerformedProcedureStep.rawValue, sopInstance: record.item.value,
        attributes: said, queuedAt: now)
    }
    if !notices.isEmpty { changes.append(.notify(notices)) }
    changes.append(
      .audit(
        AuditRecord(
          at: now, action: .store, principal: principal.label, object: record.item.value, count: 1,
          detail: "performed step \(record.state)")))
    do {
      try await store.commit(changes)
    } catch is WorkflowConflict {
      return nil
    }
    var saved = record
    saved.version += 1
    return saved
  }

  private static let busy = ArchiveError(.unavailable, "the step changes all the time")
}
