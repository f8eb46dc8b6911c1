import ArchiveCore

/// Works on the queue of one destination, so that a dead one delays nobody else.
struct QueueWorker: Sendable {
  /// The longest wait between two looks.
  static let longestWait = Duration.seconds(60)
  /// The wait after the store could not be read or written.
  static let retryWait = Duration.seconds(5)

  let name: String
  let runner: QueueRunner

  private var store: any WorkflowStore { runner.store }
  private var environment: Environment { runner.environment }

  /// Works until the destination is gone or the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      let heard = store.queueBell.count
      do {
        guard let wait = try await step() else { return }
        guard wait > .zero else { continue }
        await store.queueBell.wait(past: heard, atMost: min(wait, Self.longestWait), in: environment)
      } catch {
        try? await environment.sleep(Self.retryWait)
      }
    }
  }

  /// Sends the next batch, if there is one.
  ///
  /// - Returns: how long there will be nothing to do; `nil` when the destination is gone.
  func step() async throws -> Duration? {
    guard let status = try await store.queue(of: name),
      let record = try await store.destinations().first(where: { $0.name == name })
    else { return nil }
    guard !status.isPaused else { return Self.longestWait }
    let now = environment.now()
    if let postponement = status.postponement, postponement.until > now { return now.wait(until: postponement.until) }
    guard let batch = try await store.nextBatch(for: name, at: now, limit: runner.settings.batch) else {
      guard let due = try await store.nextDue(for: name) else { return Self.longestWait }
      // Never nothing: a moment that has just come is looked at again, but not in a circle.
      return max(now.wait(until: due), .milliseconds(10))
    }
    try await send(batch, to: record, after: status.postponement?.failures ?? 0)
    return .zero
  }

  private func send(_ batch: ForwardBatch, to record: DestinationRecord, after failures: Int) async throws {
    var references: [InstanceReference] = []
    var items: [InstanceUID: ForwardItem] = [:]
    for item in batch.items { items[item.instance] = item }
    let known = try await current(batch)
    for item in batch.items { if let reference = known[item.instance] { references.append(reference) } }
    let gone = batch.items.filter { known[$0.instance] == nil }.map { Settlement($0.id, .gone) }
    if !gone.isEmpty { try await store.commit([.settle(name, gone, at: environment.now(), until: nil)]) }
    guard !references.isEmpty else { return }

    let log = SettlementLog(worker: self)
    let itemOf = items
    var failure: DestinationFailure?
    let recording = Task { try await log.record() }
    do {
      let destination = try await runner.connect(record)
      try await withTaskCancellationHandler {
        try await destination.send(references) { reference, result in
          guard let item = itemOf[reference.instance] else { return true }
          return log.add(settlement(of: item, result))
        }
      } onCancel: {
        log.close()
      }
    } catch let error as DestinationFailure {
      failure = error
    } catch let error as ArchiveError {
      // Our own side: the disk, not the receiver. It is waited for all the same.
      failure = DestinationFailure("the archive answered \(error.code)")
    } catch is CancellationError {
      log.close()
      _ = try await recording.value
      throw CancellationError()
    } catch {
      failure = DestinationFailure("\(type(of: error))")
    }
    log.close()
    let told = try await recording.value
    if told == 0, failure == nil { failure = DestinationFailure("the receiver told of no instance") }
    try await conclude(items, failure, told: told, after: failures)
  }

  /// What a failure of the whole means: the instance that was under way has failed once more, the destination is left
  /// alone for a while.
  private func conclude(
    _ items: [InstanceUID: ForwardItem], _ failure: DestinationFailure?, told: Int, after failures: Int
  ) async throws {
    guard let failure else {
      if failures > 0 { try await store.commit([.postpone(name, nil)]) }
      return
    }
    let now = environment.now()
    // Whoever has taken something is not dead.
    let count = told > 0 ? 1 : failures + 1
    let wait = delay(after: count)
    var changes: [WorkflowChange] = []
    if let instance = failure.during, let item = items[instance] {
      let result = settlement(of: item, .deferred(reason: failure.reason))
      changes.append(.settle(name, [result], at: now, until: nil))
      note([result])
    }
    changes.append(
      .postpone(name, Postponement(failures: count, until: now.adding(wait), reason: failure.reason)))
    try await store.commit(changes)
    runner.observe(.postponed(destination: name, reason: failure.reason, wait: wait))
  }

  private func settlement(of item: ForwardItem, _ result: SendResult) -> Settlement {
    switch result {
    case .sent(let remark): Settlement(item.id, .sent(remark: remark))
    case .refused(let reason): Settlement(item.id, .setAside(reason: reason))
    case .deferred(let reason):
      Settlement(
        item.id,
        item.attempts + 1 >= runner.settings.maximumAttempts
          ? .setAside(reason: reason) : .again(reason: reason, failures: item.attempts + 1))
    }
  }

  /// Keeps what became of instances.
  func keep(_ settlements: [Settlement]) async throws {
    let now = environment.now()
    let failures = settlements.map(\.failures).max() ?? 0
    let until = failures > 0 ? now.adding(delay(after: failures)) : nil
    try await store.commit([.settle(name, settlements, at: now, until: until)])
    note(settlements)
  }

  private func note(_ settlements: [Settlement]) {
    var sent = 0
    for settlement in settlements {
      switch settlement.result {
      case .sent: sent += 1
      case .setAside(let reason): runner.observe(.setAside(destination: name, reason: reason))
      case .again(let reason, _): runner.observe(.failed(destination: name, reason: reason))
      case .gone: break
      }
    }
    if sent > 0 { runner.observe(.sent(destination: name, instances: sent)) }
  }

  private func delay(after failures: Int) -> Duration {
    let chance = Double(UInt64(truncatingIfNeeded: environment.random() >> 75)) / Double(UInt64(1) << 53)
    return runner.settings.backoff.delay(after: failures, chance: chance)
  }

  /// The instances as they are now, as far as the rule may know of them.
  private func current(_ batch: ForwardBatch) async throws -> [InstanceUID: InstanceReference] {
    do {
      let found = try await runner.archive.instances(
        .instances(batch.items.map(\.instance)), as: batch.cause.principal)
      return Dictionary(found.map { ($0.instance, $0) }) { first, _ in first }
    } catch let error as ArchiveError where error.code == .notFound {
      return [:]
    }
  }
}

extension Settlement {
  /// How often it has failed by now, when it is to be tried again.
  fileprivate var failures: Int {
    if case .again(_, let failures) = result { failures } else { 0 }
  }
}

extension Instant {
  /// How long it is until then; nothing when that has been.
  func wait(until later: Instant) -> Duration {
    let (nanoseconds, overflow) = later.nanoseconds.subtractingReportingOverflow(self.nanoseconds)
    return overflow ? QueueWorker.longestWait : .nanoseconds(max(0, nanoseconds))
  }
}
