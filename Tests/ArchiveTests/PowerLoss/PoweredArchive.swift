import ArchiveCore
import DICOM
import EmbeddedStore
import Synchronization
import TestKit

/// The whole embedded home on one faulty disk: containers, ledger, documents, and SQLite for the rest.
///
/// An object of it is one process: after a crash another one opens what is left.
struct PoweredArchive: Sendable {
  let disk: FaultyFileSystem
  let catalog: EmbeddedCatalog
  let blobs: EmbeddedBlobStore
  let audit: EmbeddedAuditTrail
  let documents: EmbeddedSeriesDocuments
  let environment: Environment
  let archive: Archive
  let compactor: Compactor

  static let principal = Principal.system("test")

  /// Opens as a server does when it starts, recovery included.
  static func start(on disk: FaultyFileSystem, at root: String, seed: UInt64) async throws -> PoweredArchive {
    FaultySQLite.remount(disk, at: root)
    disk.endProcess()
    let opened = try await PoweredArchive(on: disk, at: root, seed: seed)
    do {
      if try await opened.catalog.needsRebuild() { try await opened.rebuild() }
      _ = try await opened.archive.recover()
    } catch {
      await opened.end()
      throw error
    }
    return opened
  }

  private init(on disk: FaultyFileSystem, at root: String, seed: UInt64) async throws {
    self.disk = disk
    environment = Self.environment(seed: seed)
    let directory = try DataDirectory(root, files: disk)
    blobs = EmbeddedBlobStore(directory, environment: environment)
    documents = try EmbeddedSeriesDocuments(directory, stamp: 1)
    catalog = try await EmbeddedCatalog.open(at: directory.path(.catalog), in: disk, environment: environment)
    audit = EmbeddedAuditTrail(sharing: catalog)
    archive = Archive(
      Archive.Parts(blobs: blobs, catalog: catalog, documents: documents, audit: audit, environment: environment))
    var settings = CompactionSettings()
    settings.quietPeriod = .zero
    settings.gracePeriod = .zero
    settings.promotionBytes = 4096
    settings.packBytes = 8192
    compactor = Compactor(blobs: blobs, catalog: catalog, environment: environment, settings: settings)
  }

  /// The process ends in good order, or as well as it can without power.
  func end() async { try? await catalog.close() }

  func rebuild() async throws {
    try await documents.removeAll()
    _ = try await catalog.withRebuild { rebuilding in
      try await Archive(
        Archive.Parts(blobs: blobs, catalog: rebuilding, documents: documents, audit: audit, environment: environment)
      ).replayEverything()
    }
  }

  /// Stores one object in a delivery of its own.
  ///
  /// - Returns: whether it was acknowledged.
  func store(_ object: SmallObject) async throws -> Bool {
    let file = try object.file()
    let source = Source(channel: .association, name: "TEST", site: .main)
    let delivery = try await archive.openDelivery(from: source, by: Self.principal)
    let isAcknowledged: Bool
    do {
      _ = try await delivery.stage(Chunks(file), as: .part10)
      isAcknowledged = try await delivery.settle().count == 1
    } catch {
      isAcknowledged = false
    }
    await delivery.close()
    return isAcknowledged
  }

  func instances(_ object: SmallObject) async throws -> [InstanceReference] {
    guard let uid = InstanceUID(object.instance) else { return [] }
    return try await catalog.instances(of: .instances([uid]), within: .all)
  }

  /// Time goes by a millisecond a look; chance comes from the seed; whoever sleeps is woken by the end only.
  private static func environment(seed: UInt64) -> Environment {
    let state = Mutex((generator: SeededGenerator(seed: seed), nanoseconds: Int64(1_700_000_000_000_000_000)))
    return Environment(
      now: {
        state.withLock { state in
          state.nanoseconds += 1_000_000
          return Instant(nanoseconds: state.nanoseconds)
        }
      },
      random: { state.withLock { UInt128.random(in: 1 ... .max, using: &$0.generator) } },
      sleep: { _ in try await Task.sleep(for: .seconds(1_000_000)) })
  }
}
