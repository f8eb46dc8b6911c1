import ArchiveCore

/// A reader of the journal with a saved position.
///
/// A page of entries becomes changes, and changes and new position are one commit: an entry is never acted upon twice
/// and never skipped, wherever the program is stopped. Whatever is slow happens behind the rows that are made here.
struct Subscription: Sendable {
  /// Entries looked at in one commit.
  static let pageSize = 256
  /// What gathers in so long is one commit: a sync for each instance that arrives would slow the arrivals down.
  static let gathering = Duration.milliseconds(500)

  /// The longest wait between two looks.
  static let longestWait = Duration.seconds(60)
  /// The wait after the store could not be read or written.
  static let retryWait = Duration.seconds(5)

  let name: String
  let store: any WorkflowStore

  /// Looks whenever the journal may have grown, until the task is cancelled.
  func follow(
    in environment: Environment, onError: @Sendable (any Error) -> Void, isolation: isolated (any Actor)? = #isolation,
    _ work: () async throws -> Void
  ) async {
    while !Task.isCancelled {
      let heard = store.bell.count
      do {
        try await work()
        await store.bell.wait(past: heard, atMost: Self.longestWait, in: environment)
        try await environment.sleep(Self.gathering)
      } catch is CancellationError {
        return
      } catch is WorkflowConflict {
        continue
      } catch {
        onError(error)
        try? await environment.sleep(Self.retryWait)
      }
    }
  }

  /// Works through the next page.
  ///
  /// Entries of an epoch that has ended lie before a restore: what followed from them was done then, or is an
  /// operator's to repeat, so they are passed over.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `WorkflowConflict` when somebody else has worked through it meanwhile.
  func next(_ changes: ([JournalEntry]) async throws -> [WorkflowChange]) async throws -> Bool {
    let position = try await store.position(of: name)
    let entries = try await store.journal(after: position, limit: Self.pageSize)
    guard let last = entries.last else { return false }
    let epoch = try await store.epoch()
    let present = entries.filter { $0.position.epoch == epoch }
    let made = present.isEmpty ? [] : try await changes(present)
    try await store.commit(made + [.advance(name, from: position, to: last.position)])
    return true
  }
}
