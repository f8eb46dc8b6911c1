public import ArchiveCore
public import DICOM

/// The worklist: procedure steps that are to be performed (PS3.4 Annex K). Whoever places orders calls this, whatever
/// protocol they came by; each call asks the policy, and each change is audited in its own transaction.
public struct Worklist: Sendable {
  /// Steps on one page.
  public static let maximumPage = 1000
  /// Attempts of a change that others get in the way of.
  static let maximumAttempts = 8
  /// Steps given up in one commit.
  static let expiryBatch = 100

  let store: any WorkflowStore
  let archive: Archive
  let environment: ArchiveCore.Environment
  private let settings: WorklistSettings

  public init(
    store: any WorkflowStore, archive: Archive, environment: ArchiveCore.Environment,
    settings: WorklistSettings = WorklistSettings()
  ) {
    self.store = store
    self.archive = archive
    self.environment = environment
    self.settings = settings
  }

  // MARK: Asking

  /// Tells of every step that the identifier of a worklist query asks for, in the order of their start, until `found`
  /// says `false`. Steps that are over are left out unless the identifier asks for their status.
  public func search(
    _ identifier: DataSet, as principal: Principal, found: (WorkRecord) async throws -> Bool
  ) async throws {
    try await archive.authorize(.search, of: principal, object: "worklist")
    let asked = WorklistQuestion(identifier, within: principal.sites)
    var count = 0
    for try await record in WorkSearch(asked.question, in: store) where asked.includes(record) {
      // The note comes first: reads are refused while they cannot be noted.
      if count == 0 { try await archive.noteSearch(of: "worklist", count: 1, by: principal) }
      count += 1
      guard try await found(record) else { return }
    }
    if count == 0 { try await archive.noteSearch(of: "worklist", count: 0, by: principal) }
  }

  /// A page of steps, in the order of their start.
  ///
  /// - Parameters:
  ///   - identifier: keys, as of a worklist query.
  ///   - states: any when `nil`.
  public func page(
    _ identifier: DataSet, in states: Set<WorkState>?, after cursor: WorkCursor?, limit: Int, as principal: Principal
  ) async throws -> WorkPage {
    try await archive.authorize(.search, of: principal, object: "worklist")
    let asked = WorklistQuestion(identifier, within: principal.sites)
    var question = asked.question
    question.states = states
    var page = WorkPage(records: [], next: cursor)
    let limit = max(1, min(limit, Self.maximumPage))
    repeat {
      let more = try await store.work(question, after: page.next, limit: limit - page.records.count)
      page.records += more.records.filter(asked.includes)
      page.next = more.next
    } while page.next != nil && page.records.count < limit
    try await archive.noteSearch(of: "worklist", count: page.records.count, by: principal)
    return page
  }

  /// - Throws: `ArchiveError` `.notFound`.
  public func step(_ item: WorkUID, as principal: Principal) async throws -> WorkRecord {
    try await archive.authorize(.search, of: principal, object: "worklist")
    let record = try await present(item, principal)
    try await archive.noteSearch(of: "worklist", count: 1, by: principal)
    return record
  }

  // MARK: Changing

  /// Puts a step on the worklist. Study Instance UID, Scheduled Procedure Step ID and Requested Procedure ID are made
  /// when they are missing.
  ///
  /// - Parameter attributes: a worklist item (PS3.4 §K.6.1.2.2) with one scheduled step, in any character set.
  /// - Throws: `ArchiveError` `.badRequest` for what a worklist item may not be, and for a site that is not the
  ///   caller's; `.identityMismatch` when the study has a step of that ID already.
  public func add(_ attributes: DataSet, at site: SiteID, as principal: Principal) async throws -> WorkRecord {
    try await archive.authorize(.schedule, of: principal, object: "worklist")
    try Self.check(site, principal)
    let made = try record(of: attributes, at: site)
    guard try await store.work(.scheduledStep, made.item) == nil else { throw Self.duplicate }
    do {
      return try await save(made, principal, "scheduled")
    } catch is WorkflowConflict {
      throw Self.duplicate
    }
  }

  /// Puts a step on the worklist, or in the place of the one it is: what an import of the same items again does. A
  /// status that it does not state stays what it is.
  ///
  /// - Returns: the step, and whether it is new.
  public func put(
    _ attributes: DataSet, at site: SiteID, as principal: Principal
  ) async throws -> (step: WorkRecord, isNew: Bool) {
    try await archive.authorize(.schedule, of: principal, object: "worklist")
    try Self.check(site, principal)
    let made = try record(of: attributes, at: site)
    let states = attributes.items(.scheduledProcedureStepSequence).first?.string(.scheduledProcedureStepStatus) != nil
    for _ in 0..<Self.maximumAttempts {
      let former = try await store.work(.scheduledStep, made.item)
      guard former.map({ principal.sites.includes($0.site) }) ?? true else { throw Self.duplicate }
      var step = try ScheduledStep(made.attributes)
      if let former, !states { step.set(former.state) }
      var record = made
      record.state = try step.state()
      record.attributes = step.attributes
      record.version = former?.version ?? 0
      if let former, former.attributes.canonicallyEqual(to: record.attributes) { return (former, false) }
      do {
        return (try await save(record, principal, former == nil ? "scheduled" : "rescheduled"), former == nil)
      } catch is WorkflowConflict {
        continue
      }
    }
    throw ArchiveError(.unavailable, "the step changes all the time")
  }

  /// Replaces what is said of a step.
  ///
  /// - Parameters:
  ///   - version: the one the change was made from; whatever there is when `nil`.
  ///   - change: gets the item as it is and makes it what it shall be.
  /// - Throws: `ArchiveError` `.notFound`; `.badRequest` for what a worklist item may not be, and for another Study
  ///   Instance UID or Scheduled Procedure Step ID, which make it another step; `WorkflowConflict` when somebody has
  ///   changed it since.
  public func change(
    _ item: WorkUID, version: Int64? = nil, as principal: Principal, _ change: (DataSet) throws -> DataSet
  ) async throws -> WorkRecord {
    try await archive.authorize(.schedule, of: principal, object: "worklist")
    for _ in 0..<Self.maximumAttempts {
      var record = try await present(item, principal)
      if let version, version != record.version { throw WorkflowConflict("the step has changed") }
      var step = try ScheduledStep(try change(record.attributes))
      step.complete(in: environment)
      try step.check()
      guard try step.identity() == item else {
        throw ArchiveError(
          .badRequest, "Study Instance UID (0020,000D) and Scheduled Procedure Step ID (0040,0009) cannot be changed")
      }
      let state = try step.state()
      step.set(state)
      record.state = state
      record.attributes = step.attributes
      record.changedAt = environment.now()
      do {
        return try await save(record, principal, "changed")
      } catch let conflict as WorkflowConflict {
        if version != nil { throw conflict }
      }
    }
    throw ArchiveError(.unavailable, "the step changes all the time")
  }

  /// Calls a step off: it stays, and is not shown any more.
  public func cancel(_ item: WorkUID, as principal: Principal) async throws -> WorkRecord {
    try await change(item, as: principal) { attributes in
      var step = try ScheduledStep(attributes)
      step.set(.canceled)
      return step.attributes
    }
  }

  /// Takes a step off the worklist for good.
  ///
  /// - Throws: `ArchiveError` `.notFound`.
  public func remove(_ item: WorkUID, as principal: Principal) async throws {
    try await archive.authorize(.schedule, of: principal, object: "worklist")
    for _ in 0..<Self.maximumAttempts {
      let record = try await present(item, principal)
      do {
        return try await store.commit([.removeWork(record, by: principal), note(principal, item, "step removed")])
      } catch is WorkflowConflict {
        continue
      }
    }
    throw ArchiveError(.unavailable, "the step changes all the time")
  }

  /// Calls off what nobody has begun for so long.
  ///
  /// - Returns: how many steps.
  @discardableResult
  public func expire() async throws -> Int {
    guard let days = settings.expiryDays else { return 0 }
    let system = Principal.system("worklist expiry")
    let last = environment.now().adding(.zero - .seconds(86_400 * days))
    var question = WorkQuestion(.scheduledStep, within: .all)
    question.states = ScheduledStep.open
    // The day itself has passed everywhere: a start has no offset.
    question.from = "0"
    question.to = String(last.adding(.seconds(-86_400)).rfc3339.prefix(10).filter { $0 != "-" })
    var count = 0
    var cursor: WorkCursor?
    repeat {
      let page = try await store.work(question, after: cursor, limit: Self.expiryBatch)
      for record in page.records {
        var step = try ScheduledStep(record.attributes)
        step.set(.canceled)
        var changed = record
        changed.attributes = step.attributes
        changed.state = .canceled
        changed.changedAt = environment.now()
        // Whoever changes it meanwhile has begun to care for it.
        do {
          _ = try await save(changed, system, "expired")
          count += 1
        } catch is WorkflowConflict {}
      }
      cursor = page.next
    } while cursor != nil
    return count
  }

  /// Calls off what has expired, at once and then every hour, until the task is cancelled.
  public func runExpiry(onError: @Sendable (any Error) -> Void = { _ in }) async {
    while !Task.isCancelled {
      do {
        try await expire()
      } catch is CancellationError {
        return
      } catch {
        onError(error)
      }
      try? await environment.sleep(Self.expiryInterval)
    }
  }

  /// How often is looked for steps that have expired.
  static let expiryInterval = Duration.seconds(3600)

  // MARK: Steps

  private func record(of attributes: DataSet, at site: SiteID) throws -> WorkRecord {
    var step = try ScheduledStep(attributes)
    step.complete(in: environment)
    try step.check()
    let state = try step.state()
    step.set(state)
    return WorkRecord(
      kind: .scheduledStep, item: try step.identity(), site: site, state: state, changedAt: environment.now(),
      attributes: step.attributes)
  }

  private func present(_ item: WorkUID, _ principal: Principal) async throws -> WorkRecord {
    guard let record = try await store.work(.scheduledStep, item), principal.sites.includes(record.site) else {
      throw ArchiveError(.notFound, "there is no such step on the worklist")
    }
    return record
  }

  private func save(_ record: WorkRecord, _ principal: Principal, _ done: String) async throws -> WorkRecord {
    try await store.commit([.saveWork(record, by: principal), note(principal, record.item, "step \(done)")])
    var saved = record
    saved.version += 1
    return saved
  }

  private func note(_ principal: Principal, _ item: WorkUID, _ detail: String) -> WorkflowChange {
    .audit(
      AuditRecord(
        at: environment.now(), action: .correct, principal: principal.label, object: item.value, count: 1,
        detail: detail))
  }

  private static func check(_ site: SiteID, _ principal: Principal) throws(ArchiveError) {
    guard principal.sites.includes(site) else { throw ArchiveError(.badRequest, "this is no site of yours") }
  }

  private static let duplicate = ArchiveError(.identityMismatch, "the study has a step of that ID already")
}
