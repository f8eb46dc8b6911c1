/// Takes objects to a receiver in batches, and keeps count of what became of them.
struct Importer<Receiver: ObjectReceiver>: Sendable {
  /// When a batch is settled: a batch shares its syncs and its transaction.
  struct Batch: Sendable {
    var objects = 100
    var bytes: UInt64 = 256 * 1024 * 1024
  }

  let receiver: Receiver
  let batch: Batch

  init(into receiver: Receiver, batch: Batch = Batch()) {
    self.receiver = receiver
    self.batch = batch
  }

  /// Imports everything until the end, a failure, or the cancellation of the calling task.
  ///
  /// When cancelled, the object on its way is dropped, and what was taken before is settled: a later import of the same
  /// objects finds them there.
  ///
  /// - Parameter report: hears of everything as it happens.
  func run<Items: AsyncSequence>(
    _ items: Items, report: (ImportEvent) -> Void = { _ in }
  ) async -> ImportSummary where Items.Element == ImportItem {
    var tally = Tally()
    do {
      for try await item in items {
        switch item {
        case .note(let note): tally.note(note, report)
        case .object(let object): try await take(object, &tally, report)
        }
      }
      try await settle(&tally, report)
    } catch {
      tally.summary.ending = Task.isCancelled || error is CancellationError ? .interrupted : .failed("\(error)")
      await settleTheRest(&tally, report)
    }
    await receiver.finish()
    return tally.summary
  }

  private func take(_ object: ImportObject, _ tally: inout Tally, _ report: (ImportEvent) -> Void) async throws {
    let reception: Reception
    do {
      reception = try await receiver.receive(object)
    } catch {
      guard let failure = object.bytes.failure else { throw error }
      tally.settle(object.name, .refused(failure.description), report)
      return
    }
    tally.summary.bytes &+= object.bytes.count
    if !object.leniencies.isEmpty { tally.summary.repaired += 1 }
    report(.received(name: object.name, bytes: object.bytes.count))
    switch reception {
    case .settled(let outcome):
      tally.settle(object.name, outcome, report)
    case .pending:
      tally.pending.append(object.name)
      tally.pendingBytes &+= object.bytes.count
      if tally.pending.count >= batch.objects || tally.pendingBytes >= batch.bytes {
        try await settle(&tally, report)
      }
    }
  }

  private func settle(_ tally: inout Tally, _ report: (ImportEvent) -> Void) async throws {
    guard !tally.pending.isEmpty else { return }
    tally.settle(try await receiver.settle(), report)
  }

  /// Settles what was taken before a cancellation or failure, out of the cancellation's reach.
  private func settleTheRest(_ tally: inout Tally, _ report: (ImportEvent) -> Void) async {
    guard !tally.pending.isEmpty else { return }
    let receiver = receiver
    // A task of its own does not inherit the cancellation; it is awaited here.
    let settling = Task { try await receiver.settle() }
    if case .success(let outcomes) = await settling.result {
      tally.settle(outcomes, report)
    } else {
      tally.summary.unsettled += tally.pending.count
    }
  }
}

/// What an import hears of as it goes on.
enum ImportEvent: Sendable, Equatable {
  /// An object's bytes have been taken.
  case received(name: String, bytes: UInt64)
  case settled(name: String, ObjectOutcome)
  case note(ImportNote)
}

/// The counts of an import on its way.
private struct Tally {
  var summary = ImportSummary()
  var pending: [String] = []
  var pendingBytes: UInt64 = 0

  mutating func note(_ note: ImportNote, _ report: (ImportEvent) -> Void) {
    summary.add(note)
    report(.note(note))
  }

  mutating func settle(_ name: String, _ outcome: ObjectOutcome, _ report: (ImportEvent) -> Void) {
    summary.add(name, outcome)
    report(.settled(name: name, outcome))
  }

  mutating func settle(_ outcomes: [ObjectOutcome], _ report: (ImportEvent) -> Void) {
    for (name, outcome) in zip(pending, outcomes) { settle(name, outcome, report) }
    // A receiver that tells of fewer has not vouched for the rest.
    summary.unsettled += max(0, pending.count - outcomes.count)
    pending = []
    pendingBytes = 0
  }
}
