import ArchiveCore

/// Subscriptions to workitems, and what is owed because of them.
extension InMemoryWorkflow {
  func subscriptions(to item: WorkUID?) -> [WorkSubscription] {
    subscriptions.filter { $0.item == item }.sorted { $0.subscriber < $1.subscriber }
  }

  func finishedWorkitems(before moment: Instant, evenLocked: Bool) -> [WorkRecord] {
    work.map(\.record).filter { record in
      record.kind == .workitem && UnifiedStepTransition.finalStates.contains(record.state)
        && record.changedAt < moment && (evenLocked || !isLocked(record.item))
    }.sorted { $0.changedAt < $1.changedAt }
  }

  mutating func notify(_ owed: [Notice]) {
    for var notice in owed {
      notice.id = nextItem
      nextItem += 1
      notices.append(notice)
    }
  }

  func require(_ record: WorkRecord) throws {
    let kept = work.first { $0.record.kind == record.kind && $0.record.item == record.item }?.record.version ?? 0
    guard kept == record.version else { throw WorkflowConflict("the record has changed") }
  }

  func requireUnlocked(_ item: WorkUID) throws {
    guard !isLocked(item) else { throw WorkflowConflict("the workitem is locked") }
  }

  private func isLocked(_ item: WorkUID) -> Bool { subscriptions.contains { $0.item == item && $0.isLocked } }

  mutating func subscribe(_ subscription: WorkSubscription, _ keeping: Bool, _ telling: [Notice]) {
    let index = subscriptions.firstIndex {
      $0.subscriber == subscription.subscriber && $0.item == subscription.item
    }
    if let index {
      guard !keeping else { return }
      subscriptions[index] = subscription
    } else {
      subscriptions.append(subscription)
    }
    notify(telling)
  }

  mutating func admitSubscribers(_ record: WorkRecord) {
    for global in subscriptions(to: nil) where global.admits(record) {
      subscribe(
        WorkSubscription(global.subscriber, to: record.item, isLocked: global.isLocked), true, [])
    }
  }

  mutating func tellSubscribers(_ item: WorkUID, _ owed: [Notice]) {
    for subscription in subscriptions(to: item) { notify(owed.map { $0.to(subscription.subscriber) }) }
  }
}
