public import ArchiveCore
public import DICOM

/// Who is told of what (PS3.4 §CC.2.3).
///
/// A subscription to a workitem is a record of its own, also when a global one brought it about: that is what the
/// transitions of Table CC.2.3-2 are about.
extension UnifiedSteps {
  /// Subscribes a node to a workitem, to all of them, or to those that match keys, and tells it how they stand.
  ///
  /// - Parameters:
  ///   - item: a workitem, or one of the well-known instances.
  ///   - node: the AE title of who is told, which may be another than who asks. It must be known, and nobody lets
  ///     another know of more than they may know themselves.
  ///   - keys: of a filtered subscription.
  public func subscribe(
    _ node: String, to item: String, isLocked: Bool, keys: DataSet = DataSet(), as principal: Principal
  ) async throws {
    try await require(.search, of: principal, object: "workitems")
    guard let receiver = try await receiver(node) else { throw UnifiedStepRefusal(.unknownReceiver, [.receivingAE]) }
    switch item {
    case UnifiedStep.everyStep:
      try await subscribeGlobally(receiver, node, isLocked, DataSet(), as: principal)
    case UnifiedStep.filteredSteps:
      try UnifiedStepBounds.check(keys)
      let wanted = UnifiedStep.keys(of: keys)
      guard !wanted.isEmpty, wanted.allSatisfy(\.isWellFormed) else { throw UnifiedStepRefusal(.invalidArgument) }
      try await subscribeGlobally(receiver, node, isLocked, keys, as: principal)
    default:
      try await change(item, as: principal) { present, now in
        guard policy.scope(of: receiver).includes(present.site) else {
          throw ArchiveError(.forbidden, "\(node) may not know of the workitem")
        }
        return (
          [
            .requireWork(present),
            .subscribe(
              WorkSubscription(node, to: present.item, isLocked: isLocked), keeping: false,
              telling: [UnifiedStepEvent.stateReport(of: present, at: now).to(node)]),
            .audit(note(principal, present.item, "\(node) subscribed", at: now)),
          ], ()
        )
      }
    }
  }

  /// Ends a subscription of a node: to a workitem, or to everything at once, specific ones too.
  public func unsubscribe(_ node: String, from item: String, as principal: Principal) async throws {
    try await require(.search, of: principal, object: "workitems")
    let receiver = try await receiver(node)
    if item == UnifiedStep.everyStep || item == UnifiedStep.filteredSteps {
      try await speaks(principal, for: node, receiver)
      try await store.commit([.unsubscribeFromAll(node), .audit(note(principal, node, "unsubscribed from workitems"))])
    } else {
      try await speaks(principal, for: node, receiver)
      try await change(item, as: principal) { present, now in
        (
          [
            .unsubscribe(node, from: present.item),
            .audit(note(principal, present.item, "\(node) unsubscribed", at: now)),
          ], ()
        )
      }
    }
  }

  /// Ends a node's subscription to workitems to come; those it is subscribed to stay.
  public func suspend(_ node: String, at item: String, as principal: Principal) async throws {
    try await require(.search, of: principal, object: "workitems")
    guard item == UnifiedStep.everyStep || item == UnifiedStep.filteredSteps else {
      _ = try await record(item, as: principal)
      throw UnifiedStepRefusal(.actionNotAppropriate)
    }
    try await speaks(principal, for: node, try await receiver(node))
    try await store.commit([
      .unsubscribe(node, from: nil), .audit(note(principal, node, "subscription to workitems suspended")),
    ])
  }

  private func subscribeGlobally(
    _ receiver: Principal, _ node: String, _ isLocked: Bool, _ keys: DataSet, as principal: Principal
  ) async throws {
    try await speaks(principal, for: node, receiver)
    var keys = keys
    keys.transcodeToUTF8()
    let sites = policy.scope(of: receiver)
    try await store.commit([
      .subscribe(
        WorkSubscription(node, to: nil, isLocked: isLocked, keys: keys, sites: sites), keeping: false, telling: []),
      .audit(note(principal, node, "subscribed to workitems")),
    ])
    // Workitems that are made from now on admit it by themselves; those there are follow, page by page.
    let question = WorkQuestion(.workitem, within: sites, keys: UnifiedStep.keys(of: keys))
    var cursor: WorkCursor?
    repeat {
      cursor = try await subscribe(node, isLocked, toPageOf: question, after: cursor)
    } while cursor != nil
  }

  /// Subscribes a node to the workitems of a page that it is not subscribed to. With a deletion lock it is told of each
  /// (PS3.4 §CC.2.4.3).
  private func subscribe(
    _ node: String, _ isLocked: Bool, toPageOf question: WorkQuestion, after cursor: WorkCursor?
  ) async throws -> WorkCursor? {
    for _ in 0..<Self.attempts {
      let page = try await store.work(question, after: cursor, limit: WorkSearch.pageSize)
      let now = environment.now()
      do {
        try await store.commit(
          page.records.flatMap { record -> [WorkflowChange] in
            [
              .requireWork(record),
              .subscribe(
                WorkSubscription(node, to: record.item, isLocked: isLocked), keeping: true,
                telling: isLocked ? [UnifiedStepEvent.stateReport(of: record, at: now).to(node)] : []),
            ]
          })
        return page.next
      } catch is WorkflowConflict {
        continue
      }
    }
    throw ArchiveError(.unavailable, "others keep changing workitems")
  }

  /// Whether somebody may speak for a node: its equal at least in what it may know of.
  private func speaks(_ principal: Principal, for node: String, _ receiver: Principal?) async throws {
    guard let receiver, !policy.scope(of: receiver).isWithin(policy.scope(of: principal)) else { return }
    throw ArchiveError(.forbidden, "\(principal.name) may not subscribe \(node)")
  }

  private func note(_ principal: Principal, _ node: String, _ detail: String) -> AuditRecord {
    AuditRecord(
      at: environment.now(), action: .administer, principal: principal.label, object: node, count: 1, detail: detail)
  }
}
