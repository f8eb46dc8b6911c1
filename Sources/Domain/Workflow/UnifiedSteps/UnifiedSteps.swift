public import ArchiveCore
public import DICOM

/// The Unified Worklist and Procedure Step service (PS3.4 Annex CC): what every door asks about workitems.
///
/// Each call asks the policy. Whoever may not know of a workitem's site is told that there is none. A change, what is
/// owed to subscribers because of it, and its audit record are one commit, which is refused when the workitem has
/// changed since it was looked at: then it is looked at again. So there are no locks, and of two who claim the same one
/// wins.
public struct UnifiedSteps: Sendable {
  /// How often a workitem that others keep changing is looked at again.
  static let attempts = 32

  let store: any WorkflowStore
  let audit: any AuditTrail
  let environment: Environment
  let policy: AccessPolicy
  /// Who stands behind the title of a subscriber; `nil` for one we do not know.
  let receiver: @Sendable (String) async throws -> Principal?

  public init(
    store: any WorkflowStore, audit: any AuditTrail, environment: Environment, policy: AccessPolicy = AccessPolicy(),
    receiver: @escaping @Sendable (String) async throws -> Principal?
  ) {
    self.store = store
    self.audit = audit
    self.environment = environment
    self.policy = policy
    self.receiver = receiver
  }

  // MARK: Making (PS3.4 §CC.2.5)

  /// A workitem that was made.
  public struct Creation: Hashable, Sendable {
    public var item: WorkUID
    /// Whether attributes that the requestor ought to have sent were added, without value.
    public var isModified: Bool
  }

  /// Makes a workitem, SCHEDULED.
  ///
  /// - Parameters:
  ///   - uid: its SOP Instance UID; ours to give when `nil`.
  ///   - site: whose it is.
  public func create(
    _ uid: String?, _ asked: DataSet, at site: SiteID, as principal: Principal
  ) async throws -> Creation {
    let text = uid ?? environment.makeUID()
    try await require(.store, of: principal, object: "workitem")
    guard let item = WorkUID(inAddress: text) else { throw UnifiedStepRefusal(.invalidInstance) }
    guard text != UnifiedStep.everyStep, text != UnifiedStep.filteredSteps else { throw UnifiedStepRefusal(.exists) }
    guard principal.sites.includes(site) else {
      throw ArchiveError(.forbidden, "\(principal.name) may not make workitems of \(site)")
    }
    let now = environment.now()
    let (attributes, isModified) = try UnifiedStepRequirements.checkCreation(asked, item: text, at: now.dicomDateTime)
    let record = WorkRecord(
      kind: .workitem, item: item, site: site, state: .scheduled, changedAt: now, attributes: attributes)
    do {
      try await store.commit([
        .saveWork(record, by: principal), .admitSubscribers(record),
        .tellSubscribers(
          item, [UnifiedStepEvent.stateReport(of: record, at: now)] + UnifiedStepEvent.assigned(of: record, at: now)),
        .audit(note(principal, item, "workitem made", at: now)),
      ])
    } catch is WorkflowConflict {
      throw UnifiedStepRefusal(.exists)
    }
    return Creation(item: item, isModified: isModified)
  }

  // MARK: Reading (PS3.4 §CC.2.7, §CC.2.8)

  /// A workitem's attributes, without the Transaction UID.
  ///
  /// - Parameter tags: which ones; empty for all.
  public func attributes(_ item: String, _ tags: [Tag] = [], as principal: Principal) async throws -> DataSet {
    try await require(.retrieve, of: principal, object: "workitem")
    let record = try await record(item, as: principal)
    try await audit.noteRead(.retrieve, by: principal, object: record.item.value, count: 1)
    return shown(record.attributes, tags)
  }

  /// Workitems whose attributes match an identifier, each with the attributes that it names, until `answer` says
  /// `false`.
  ///
  /// An identifier without keys matches nothing (PS3.4 §CC.2.8.3.1).
  public func find(
    _ identifier: DataSet, as principal: Principal, answer: (DataSet) async throws -> Bool
  ) async throws {
    try await require(.search, of: principal, object: "workitems")
    let keys = UnifiedStep.keys(of: identifier)
    guard !keys.isEmpty else { return }
    guard keys.allSatisfy(\.isWellFormed) else { throw ArchiveError(.badRequest, "a key cannot be read") }
    var question = WorkQuestion(.workitem, within: policy.scope(of: principal), keys: keys)
    question.narrow()
    try await audit.noteRead(.search, by: principal, object: "workitems", count: 0)
    for try await record in WorkSearch(question, in: store) {
      // Noted before it is given away; the audit puts them together.
      try await audit.noteRead(.search, by: principal, object: "workitems", count: 1)
      guard try await answer(UnifiedSteps.projection(of: record.attributes, on: identifier)) else { break }
    }
  }

  /// The attributes that an identifier names; of a sequence those that its item names, all when it has none.
  static func projection(of attributes: DataSet, on identifier: DataSet) -> DataSet {
    var answer = project(attributes, on: identifier)
    answer[.specificCharacterSet] = attributes[.specificCharacterSet]
    return answer
  }

  private static func project(_ attributes: DataSet, on identifier: DataSet) -> DataSet {
    var answer = DataSet()
    for key in identifier
    where !UnifiedStep.hidden.contains(key.tag) && !key.tag.isGroupLength && key.tag != .specificCharacterSet {
      let wanted = identifier.items(key.tag).first
      if let wanted, !wanted.isEmpty, attributes.contains(key.tag) {
        answer.set(key.tag, items: attributes.items(key.tag).map { project($0, on: wanted) })
      } else {
        answer[key.tag] =
          attributes[key.tag]
          ?? DataElement(tag: key.tag, vr: key.vr, value: key.interpretedVR == .sq ? .sequence([]) : .empty)
      }
    }
    return answer
  }

  private func shown(_ attributes: DataSet, _ tags: [Tag]) -> DataSet {
    var shown = attributes
    shown.removeAll { element in
      UnifiedStep.hidden.contains(element.tag)
        || !tags.isEmpty && !tags.contains(element.tag) && element.tag != .specificCharacterSet
    }
    return shown
  }

  // MARK: What the parts have in common

  /// The workitem, if the principal may know of it.
  func record(_ item: String, as principal: Principal) async throws -> WorkRecord {
    guard let item = WorkUID(item), let record = try await store.work(.workitem, item),
      policy.scope(of: principal).includes(record.site)
    else { throw UnifiedStepRefusal(.noSuchStep) }
    return record
  }

  /// Looks at a workitem and changes it; again when somebody else has changed it in between.
  ///
  /// - Parameter body: decides, from what the workitem is now, what is to be committed; nothing when that is empty.
  func change<Answer: Sendable>(
    _ item: String, as principal: Principal,
    _ body: (WorkRecord, Instant) throws -> (changes: [WorkflowChange], answer: Answer)
  ) async throws -> Answer {
    for _ in 0..<Self.attempts {
      let present = try await record(item, as: principal)
      let (changes, answer) = try body(present, environment.now())
      if changes.isEmpty { return answer }
      do {
        try await store.commit(changes)
        return answer
      } catch is WorkflowConflict {
        continue
      }
    }
    throw ArchiveError(.unavailable, "others keep changing the workitem")
  }

  func require(_ operation: Operation, of principal: Principal, object: String) async throws {
    do {
      try policy.require(operation, of: principal)
    } catch {
      try await audit.write(
        AuditRecord(
          at: environment.now(), action: .refused, principal: principal.label, object: object, count: 0,
          detail: operation.rawValue))
      throw error
    }
  }

  func note(_ principal: Principal, _ item: WorkUID, _ detail: String, at now: Instant) -> AuditRecord {
    AuditRecord(
      at: now, action: .store, principal: principal.label, object: item.value, count: 1, detail: detail)
  }
}
