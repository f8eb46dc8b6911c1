import ArchiveCore

/// A reader of the journal with a saved position.
///
/// A page of entries becomes changes, and changes and new position are one commit: an entry is never acted upon twice
/// and never skipped, wherever the program is stopped. Whatever is slow happens behind the rows that are made here.
struct Subscription: Sendable {
  /// Entries looked at in one commit.
  static let pageSize = 256

  let name: String
  let store: any WorkflowStore

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
