import ArchiveCore

/// The records and what changes do to them.
struct InMemoryWorkflow {
  struct Queue {
    var record: DestinationRecord
    var isPaused = false
    var postponement: Postponement?
    /// In the order they were queued.
    var items: [ForwardItem] = []
    /// When a study of which something failed may be tried again.
    var due: [StudyUID: Instant] = [:]
    /// In which order studies were first queued.
    var order: [StudyUID] = []
  }

  var epoch: Int64 = 1
  var journal: [JournalEntry] = []
  var positions: [String: JournalPosition] = [:]
  var completions: [StudyUID: StudyCompletion] = [:]
  var rules: [String: RoutingRule] = [:]
  var profiles: [String: ProfileRecord] = [:]
  var deviceDays: [Int64: [Device: DeviceDay]] = [:]
  var queues: [String: Queue] = [:]
  var audit: [AuditRecord] = []
  var nextItem: Int64 = 1
  /// In the order they were made.
  var work: [(row: Int64, record: WorkRecord)] = []
  var notices: [Notice] = []
  var subscriptions: [WorkSubscription] = []

  var deadlines: [StudyCompletion] {
    completions.values.filter { $0.deadline != nil }
      .sorted {
        ($0.deadline ?? Instant(nanoseconds: 0), $0.study.value) < (
          $1.deadline ?? Instant(nanoseconds: 0), $1.study.value
        )
      }
  }

  mutating func append(_ entry: JournalEntry) {
    var entry = entry
    entry.position = JournalPosition(epoch: epoch, partition: 0, sequence: (journal.last?.position.sequence ?? 0) + 1)
    journal.append(entry)
  }

  mutating func apply(_ change: WorkflowChange, at now: Instant) throws {
    switch change {
    case .advance(let name, let from, let to):
      guard positions[name] ?? .start == from else { throw WorkflowConflict("\(name) stands elsewhere") }
      positions[name] = to
    case .completion(let completion, let announcing): try keep(completion, announcing, at: now)
    case .forgetCompletion(let study): completions[study] = nil
    case .saveRule(let rule):
      guard rules[rule.id]?.version ?? 0 == rule.version - 1 else { throw WorkflowConflict("the rule has changed") }
      rules[rule.id] = rule
    case .removeRule(let id): rules[id] = nil
    case .saveProfile(let record):
      guard profiles[record.profile.id]?.profile.version ?? 0 == record.profile.version - 1 else {
        throw WorkflowConflict("the profile has changed")
      }
      profiles[record.profile.id] = record
    case .removeProfile(let id): profiles[id] = nil
    case .noteTrial(let id, let trial):
      if profiles[id]?.profile.version == trial.version { profiles[id]?.trial = trial }
    case .observe(let days): for day in days { observe(day) }
    case .saveDestination(let record): queues[record.name, default: Queue(record: record)].record = record
    case .removeDestination(let name): queues[name] = nil
    case .enqueue(let requests, let name, let cause, let at): enqueue(requests, name, cause, at)
    case .withdraw(let records):
      let gone = Set(records)
      for name in queues.keys { queues[name]?.items.removeAll { $0.state != .sent && gone.contains($0.record) } }
    case .settle(let name, let settlements, let at, let until): settle(name, settlements, at, until)
    case .postpone(let name, let postponement): queues[name]?.postponement = postponement
    case .pause(let name, let isPaused): queues[name]?.isPaused = isPaused
    case .retry(let name, let at): retry(name, at)
    case .empty(let name): queues[name]?.items.removeAll { $0.state != .sent }
    case .saveWork(let record, let principal): try save(record, principal, at: now)
    case .removeWork(let record, let principal): try remove(record, principal, at: now)
    case .requireWork(let record): try require(record)
    case .requireUnlocked(let item): try requireUnlocked(item)
    case .subscribe(let subscription, let keeping, let telling): subscribe(subscription, keeping, telling)
    case .unsubscribe(let node, let item): subscriptions.removeAll { $0.subscriber == node && $0.item == item }
    case .unsubscribeFromAll(let node): subscriptions.removeAll { $0.subscriber == node }
    case .forgetSubscriptions(let item): subscriptions.removeAll { $0.item == item }
    case .admitSubscribers(let record): admitSubscribers(record)
    case .tellSubscribers(let item, let notices): tellSubscribers(item, notices)
    case .notify(let owed): notify(owed)
    case .settleNotice(let id, let outcome): settle(id, outcome)
    case .retryNotices(let node, let at):
      for index in notices.indices where notices[index].node == node {
        notices[index].due = at
        if notices[index].state == .setAside { notices[index].attempts = 0 }
        notices[index].state = .waiting
      }
    case .forgetNotices(let sopClass, let moment):
      notices.removeAll { $0.sopClass == sopClass && $0.queuedAt < moment }
    case .removeNotice(let id): notices.removeAll { $0.id == id }
    case .hastenNotices(let subject, let node, let at):
      for index in notices.indices where notices[index].node == node && notices[index].subject == subject {
        if notices[index].state == .waiting { notices[index].due = at }
      }
    case .withdrawNotices(let subject, let node):
      notices.removeAll { $0.subject == subject && $0.node == node && $0.state == .waiting }
    case .audit(let record): audit.append(record)
    }
  }

  private mutating func observe(_ seen: DeviceDay) {
    var seen = seen
    var day = deviceDays[seen.day] ?? [:]
    if day[seen.device] == nil, day.count >= DeviceDay.maximumDevices { seen.device = seen.device.others }
    var present = day[seen.device]
    present?.add(seen)
    day[seen.device] = present ?? seen
    deviceDays[seen.day] = day
    let last = deviceDays.keys.max() ?? seen.day
    deviceDays = deviceDays.filter { $0.key > last - DeviceDay.daysKept }
  }

  private mutating func keep(_ completion: StudyCompletion, _ announcing: Principal?, at now: Instant) throws {
    var completion = completion
    guard completions[completion.study]?.version ?? 0 == completion.version else {
      throw WorkflowConflict("the study has changed")
    }
    completion.version += 1
    completions[completion.study] = completion
    guard let announcing else { return }
    for site in completion.sites.sorted(by: { $0.value < $1.value }) {
      append(
        JournalEntry(
          position: .start, at: now, principal: announcing.label, site: site, delivery: nil,
          channel: completion.isClinical ? .association : .importing,
          event: .studyCompleted(
            completion.study, revision: completion.revision, instances: completion.instances)))
    }
  }

  private mutating func enqueue(_ requests: [ForwardRequest], _ name: String, _ cause: ForwardCause, _ at: Instant) {
    guard var queue = queues[name] else { return }
    var known = Set(queue.items.map(\.record))
    for request in requests where known.insert(request.record).inserted {
      queue.items.append(
        ForwardItem(
          id: nextItem, destination: name, study: request.study, instance: request.instance, record: request.record,
          cause: cause, state: .waiting, attempts: 0, queuedAt: at, settledAt: nil, reason: nil))
      nextItem += 1
      if !queue.order.contains(request.study) { queue.order.append(request.study) }
    }
    queues[name] = queue
  }

  private mutating func settle(_ name: String, _ settlements: [Settlement], _ at: Instant, _ until: Instant?) {
    for settlement in settlements {
      guard let index = queues[name]?.items.firstIndex(where: { $0.id == settlement.item && $0.state == .waiting }),
        var item = queues[name]?.items[index]
      else { continue }
      item.settledAt = at
      switch settlement.result {
      case .sent(let remark):
        item.state = .sent
        item.reason = remark
        audit.append(
          AuditRecord(
            at: at, action: .export, principal: item.cause.principal.label, object: item.study.value, count: 1,
            detail: "to \(name)"))
      case .setAside(let reason):
        item.state = .setAside
        item.attempts += 1
        item.reason = reason
      case .again(let reason, _):
        item.settledAt = nil
        item.attempts += 1
        item.reason = reason
        if let until { queues[name]?.due[item.study] = until }
      case .gone:
        queues[name]?.items.remove(at: index)
        continue
      }
      queues[name]?.items[index] = item
    }
  }

  private mutating func retry(_ name: String, _ at: Instant) {
    guard var queue = queues[name] else { return }
    for index in queue.items.indices where queue.items[index].state == .setAside {
      queue.items[index].state = .waiting
      queue.items[index].attempts = 0
      queue.items[index].settledAt = nil
    }
    queue.due = [:]
    queues[name] = queue
  }

  func status(of name: String) -> QueueStatus? {
    queues[name].map { queue in
      func count(_ state: ForwardItem.State) -> Int { queue.items.count { $0.state == state } }
      return QueueStatus(
        destination: name, isPaused: queue.isPaused, waiting: count(.waiting), setAside: count(.setAside),
        sent: count(.sent), oldest: queue.items.first { $0.state == .waiting }?.queuedAt,
        postponement: queue.postponement)
    }
  }

  func nextBatch(for name: String, at moment: Instant, limit: Int) -> ForwardBatch? {
    guard let queue = queues[name] else { return nil }
    for study in queue.order where queue.due[study].map({ $0 <= moment }) ?? true {
      let items = queue.items.filter { $0.study == study && $0.state == .waiting }
      guard let cause = items.first?.cause else { continue }
      return ForwardBatch(study: study, cause: cause, items: Array(items.prefix(limit).prefix { $0.cause == cause }))
    }
    return nil
  }
}
