import Synchronization

/// Decisions that were made and could not be written: the disk was full when what had not been acknowledged was to be
/// discarded.
///
/// Such a record may turn up at the next start, as one that arrived just before a crash may. It must not do so after its
/// study was deleted, so a deletion writes what is owed first. There are never more than such records on the disk.
final class UndecidedRecords: Sendable {
  private let owed = Mutex<[LedgerEntry]>([])

  func add(_ entry: LedgerEntry) { owed.withLock { $0.append(entry) } }

  /// Writes what is owed.
  ///
  /// - Throws: what the ledger throws; everything not written is still owed then.
  func write(to blobs: any BlobStore) async throws {
    // Forgotten only when written: whoever comes meanwhile writes it once more, which decides nothing new.
    for entry in owed.withLock({ $0 }) {
      try await blobs.appendToLedger(entry)
      owed.withLock { owed in owed.firstIndex(of: entry).map { _ = owed.remove(at: $0) } }
    }
  }
}
