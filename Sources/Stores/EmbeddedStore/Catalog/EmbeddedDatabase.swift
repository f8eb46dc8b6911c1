import ArchiveCore
import GRDB
import Synchronization

/// The one SQLite file of the embedded home: catalog, journal, audit and accounts share its transactions.
///
/// Readers see a consistent state at any time (WAL); there is one writer, whose commits are on stable storage when
/// they return.
final class EmbeddedDatabase: Sendable {
  let pool: DatabasePool
  let environment: Environment
  /// What the writer remembers between transactions; touched inside write transactions only.
  private let writer = Mutex(WriterState())
  private let isBroken = Mutex(false)
  /// Answered reads that the audit has not written yet.
  let reads = GatheredReads()
  /// Rung by every transaction that may have written to the journal.
  let bell = Bell()
  /// The wait before they are.
  let ticker = Mutex<Task<Void, Never>?>(nil)

  static let fileName = "catalog.sqlite"
  /// Memory for pages in each connection.
  private static let cacheKibibytes = 32_768
  private static let readers = 6
  private static let checkpointPages = 4096
  private static let busySeconds = 10.0

  /// Opens or makes the database in a directory.
  ///
  /// - Throws: `ArchiveError` `.unsupported` for a database of a newer program, `.unavailable` when it cannot be
  ///   opened or does not sync its commits.
  init(directory: String, files: any FileSystem, environment: Environment) throws {
    self.environment = environment
    do {
      try files.createDirectory(directory)
      pool = try DatabasePool(path: "\(directory)/\(Self.fileName)", configuration: Self.configuration)
      let migrations = Migrations.all
      guard try pool.read({ try !migrations.hasBeenSuperseded($0) }) else {
        throw ArchiveError(.unsupported, "the catalog was written by a newer version of this program")
      }
      // `DatabasePool` has set NORMAL by now, under which a commit may be lost with the power.
      try pool.writeWithoutTransaction(Self.syncEveryCommit)
      try migrations.migrate(pool)
      // SQLite syncs the folder when it first syncs a new log, and takes no notice when that fails.
      try files.syncDirectory(directory)
    } catch {
      throw EmbeddedDatabase.translated(error)
    }
  }

  /// Whether the audit owes a row for something that was committed.
  var isOwingAudit: Bool { writer.withLock { $0.audit.isOwing } }

  func close() throws {
    ticker.withLock { $0?.cancel() }
    do { try pool.close() } catch { throw Self.translated(error) }
  }

  // MARK: Syncing

  enum Sync: Sendable {
    case everyCommit
    /// For work that is done again as a whole when it is cut short.
    case atCheckpoints
  }

  /// Changes when commits reach stable storage. The first that is synced again takes all before it along: they lie
  /// in the same log.
  func setSync(_ sync: Sync) async throws {
    do {
      try await pool.writeWithoutTransaction { db in
        switch sync {
        case .atCheckpoints: try db.execute(sql: "PRAGMA synchronous = NORMAL")
        case .everyCommit: try Self.syncEveryCommit(db)
        }
      }
    } catch {
      throw Self.translated(error)
    }
  }

  private static func syncEveryCommit(_ db: Database) throws {
    try db.execute(sql: "PRAGMA synchronous = FULL")
    let level = try Int.fetchOne(db, sql: "PRAGMA synchronous")
    let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
    guard level == 2, mode == "wal" else {
      throw ArchiveError(.unavailable, "the catalog does not sync its commits")
    }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "catalog"
    configuration.maximumReaderCount = readers
    configuration.busyMode = .timeout(busySeconds)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA cache_size = -\(cacheKibibytes)")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      // A disk that fails under a memory map ends the process; under read() it is an error like any other.
      try db.execute(sql: "PRAGMA mmap_size = 0")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
    }
    return configuration
  }

  // MARK: Reading and writing

  func read<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
    do { return try await pool.read(body) } catch { throw Self.translated(error) }
  }

  /// One transaction of its own.
  func write<Value: Sendable>(
    _ body: @Sendable @escaping (Database, inout WriterState) throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.writeWithoutTransaction { db in try self.transaction(db, body) }
    } catch {
      throw Self.translated(error)
    }
  }

  /// Carries out `body` in one synced transaction; must run on the writer's queue.
  ///
  /// After a failed sync nobody knows what is on the disk, so the writer refuses everything until it is opened again.
  func transaction<Value: Sendable>(
    _ db: Database, _ body: (Database, inout WriterState) throws -> Value
  ) throws -> Value {
    guard !isBroken.withLock({ $0 }) else {
      throw ArchiveError(.unavailable, "the catalog could not be synced; it must be opened again")
    }
    return try writer.withLock { state in
      let audit = state.audit
      do {
        try db.run("BEGIN IMMEDIATE")
        let value = try body(db, &state)
        try state.finish(db, at: environment.now())
        try db.run("COMMIT")
        bell.ring()
        return value
      } catch {
        state = WriterState()
        state.audit = audit.afterFailure()
        if db.isInsideTransaction { try? db.execute(sql: "ROLLBACK") }
        if let failure = error as? DatabaseError, failure.extendedResultCode == .SQLITE_IOERR_FSYNC {
          isBroken.withLock { $0 = true }
        }
        throw error
      }
    }
  }

  /// SQLite's errors in the core's words.
  static func translated(_ error: any Error) -> any Error {
    if let failure = error as? FileError { return failure.asArchiveError }
    guard let failure = error as? DatabaseError else { return error }
    switch failure.resultCode {
    case .SQLITE_FULL: return ArchiveError(.outOfSpace, "the disk of the catalog is full")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return ArchiveError(.damaged, "the catalog's file is damaged")
    case .SQLITE_INTERRUPT: return CancellationError()
    default:
      return ArchiveError(.unavailable, "the catalog answered \(failure.extendedResultCode.rawValue)")
    }
  }
}
