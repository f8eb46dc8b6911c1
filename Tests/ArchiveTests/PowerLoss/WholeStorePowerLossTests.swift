import ArchiveCore
import EmbeddedStore
import Foundation
import TestKit
import Testing

/// Drives the whole embedded home, SQLite included, over a disk that loses its power, from seeds.
///
/// What was acknowledged is there afterwards, byte for byte; nothing is there by halves; what was deleted stays gone; the
/// audit's chain holds; a position of the journal means the same for ever.
@Suite("An archive that loses power")
struct WholeStorePowerLossTests {
  /// Seeds that share a test case, so that the report stays short.
  private static let batch: UInt64 = 10
  /// `ISOCENTER_SEED` begins elsewhere, `ISOCENTER_SEEDS` sets how many: a soak asks for more.
  private static let first = Given.number("ISOCENTER_SEED") ?? 0
  private static let count = Given.number("ISOCENTER_SEEDS") ?? 40
  static let batches = stride(from: first, to: first &+ count, by: Int(batch)).map { $0 }

  @Test("keeps what it acknowledged, in containers and catalog alike", arguments: batches)
  func survives(first: UInt64) async throws {
    for seed in first..<min(first + Self.batch, Self.first + Self.count) {
      do {
        var run = try WholeStoreRun(seed: seed)
        try await run.play()
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
  }

  @Test("believes no sync that failed: one after the other fails, and then the power", arguments: 1...30)
  func failedSync(number: Int) async throws {
    for seed in 0..<4 as Range<UInt64> {
      let disk = FaultyFileSystem(seed: seed)
      let root = try FaultySQLite.mount(disk)
      defer { FaultySQLite.unmount(root) }
      disk.faults.failingSync = number
      var acknowledged: [SmallObject] = []
      var journal: [JournalEntry] = []
      if let opened = try? await PoweredArchive.start(on: disk, at: root, seed: seed) {
        for instance in 1...3 {
          let object = SmallObject(study: 1, instance: instance)
          if try await opened.store(object) { acknowledged.append(object) }
        }
        journal = try await opened.catalog.journal(after: .start, limit: 100)
        disk.faults.powerFailsAfter = 0
        await opened.end()
      }
      let opened = try await PoweredArchive.start(on: disk.afterCrash(), at: root, seed: seed + 100)
      for object in acknowledged {
        let found = try await opened.instances(object)
        #expect(found.count == 1, "sync \(number), seed \(seed): \(object.number) is lost")
      }
      let after = try await opened.catalog.journal(after: .start, limit: 100)
      #expect(Set(journal).isSubset(of: after), "sync \(number), seed \(seed): the journal has lost an entry")
      await opened.end()
    }
  }

  @Test("does not open a catalog whose folder cannot be synced: SQLite itself would take no notice")
  func unsyncedFolder() async throws {
    let whole = FaultyFileSystem(seed: 1)
    let root = try FaultySQLite.mount(whole)
    defer { FaultySQLite.unmount(root) }
    let catalog = try await Self.openCatalog(on: whole, at: root)
    // The folder's is the last one of opening.
    let syncs = whole.syncCount
    try await catalog.close()
    let failing = FaultyFileSystem(seed: 1)
    FaultySQLite.remount(failing, at: root)
    failing.faults.failingSync = syncs
    let error = await #expect(throws: ArchiveError.self) { try await Self.openCatalog(on: failing, at: root) }
    #expect(error?.code == .unavailable)
  }

  private static func openCatalog(on disk: FaultyFileSystem, at root: String) async throws -> EmbeddedCatalog {
    let directory = try DataDirectory(root, files: disk)
    return try await EmbeddedCatalog.open(at: directory.path(.catalog), in: disk)
  }

  private enum Given {
    static func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }
  }
}
