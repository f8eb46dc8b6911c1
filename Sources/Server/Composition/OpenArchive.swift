import ArchiveCore
import DICOMPixels
import Doors
import EmbeddedStore

/// The archive of a data directory, opened by this process: the one place where implementations are chosen.
struct OpenArchive: Sendable {
  let directory: DataDirectory
  let blobs: EmbeddedBlobStore
  let catalog: EmbeddedCatalog
  let documents: EmbeddedSeriesDocuments
  let audit: EmbeddedAuditTrail
  let accounts: EmbeddedAccounts
  let nodes: NodeDirectory
  let signIn: SignIn
  let administration: Administration
  let archive: Archive
  let scratch: EmbeddedScratchSpace
  let pixels: InstanceTranscoder.PixelCache
  let frames: InstanceTranscoder.FrameCache
  let environment: Environment

  /// - Throws: `ArchiveError` when another process has the directory, or a newer version wrote it.
  static func open(_ configuration: Configuration, environment: Environment = .system) async throws -> OpenArchive {
    let directory = try DataDirectory(configuration.data)
    let blobs = EmbeddedBlobStore(directory, environment: environment)
    let catalog = try await EmbeddedCatalog.open(
      at: directory.path(.catalog), in: directory.files, environment: environment)
    let documents = try EmbeddedSeriesDocuments(directory, stamp: InstanceDocument.format)
    let audit = EmbeddedAuditTrail(sharing: catalog)
    let accounts = EmbeddedAccounts(sharing: catalog)
    let nodes = NodeDirectory(
      accounts: accounts, configured: configuration.nodes, isOpen: configuration.open, names: .system(environment))
    let work = PasswordWork()
    let pixels = InstanceTranscoder.PixelCache(
      limit: InstanceTranscoder.standardCacheBytes, observe: CacheMetrics(name: "pixels").note,
      cost: InstanceTranscoder.Pixels.cost)
    let frames = InstanceTranscoder.FrameCache(
      limit: InstanceTranscoder.standardFrameBytes, observe: CacheMetrics(name: "frames").note
    ) { $0.samples.count }
    var parts = Archive.Parts(
      blobs: blobs, catalog: catalog, documents: documents, audit: audit, environment: environment)
    parts.derived = [pixels, frames]
    return OpenArchive(
      directory: directory, blobs: blobs, catalog: catalog, documents: documents, audit: audit, accounts: accounts,
      nodes: nodes, signIn: SignIn(accounts: accounts, audit: audit, environment: environment, work: work),
      administration: Administration(
        accounts: accounts, audit: audit, environment: environment, directory: nodes, work: work),
      archive: Archive(parts),
      scratch: try EmbeddedScratchSpace(directory, limit: 2 * UInt64(InstanceTranscoder.standardCacheBytes)),
      pixels: pixels, frames: frames, environment: environment)
  }

  func close() async throws {
    try await audit.flush()
    try await catalog.close()
  }

  /// Empties what can be derived and fills it again from containers and ledger; accounts, nodes, journal and audit stay.
  func rebuildCatalog(
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
  ) async throws -> ReplaySummary {
    try await archive.requireEveryDecision()
    try await documents.removeAll()
    return try await catalog.withRebuild { rebuilding in
      let replay = Archive(
        Archive.Parts(
          blobs: blobs, catalog: rebuilding, documents: documents, audit: audit, environment: environment))
      return try await replay.replayEverything(progress: progress)
    }
  }
}
