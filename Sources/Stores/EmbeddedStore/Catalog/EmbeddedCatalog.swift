public import ArchiveCore
import GRDB

/// The catalog of the embedded home: one SQLite file, made for many readers and one writer that groups its commits.
public struct EmbeddedCatalog: Catalog {
  let database: EmbeddedDatabase
  private let group: GroupCommit
  /// Whether journal and audit hear of commits.
  private let isRecorded: Bool

  /// Opens or makes the catalog in a directory.
  ///
  /// - Parameter files: where the directory is. SQLite itself does not go through it: a test that gives another than the
  ///   machine's has told SQLite of it too.
  /// - Throws: `ArchiveError` `.unsupported` for one that a newer program wrote, `.unavailable` when it cannot be
  ///   opened with synced commits.
  public static func open(
    at directory: String, in files: any FileSystem = PosixFileSystem(), environment: Environment = .system
  ) async throws -> EmbeddedCatalog {
    let database = try EmbeddedDatabase(directory: directory, files: files, environment: environment)
    return EmbeddedCatalog(database: database, group: GroupCommit(database), isRecorded: true)
  }

  private init(database: EmbeddedDatabase, group: GroupCommit, isRecorded: Bool) {
    self.database = database
    self.group = group
    self.isRecorded = isRecorded
  }

  /// Writes what is gathered and closes the file. Nothing may be asked of the catalog, its audit or accounts after.
  public func close() async throws {
    do {
      try await database.flushAudit()
    } catch {
      try database.close()
      throw error
    }
    try database.close()
  }

  public func commit(_ changes: [ArchiveChange]) async throws -> [ChangeOutcome] {
    guard !changes.isEmpty else { return [] }
    return try await group.commit(changes, isRecorded: isRecorded)
  }

  // MARK: Rebuild

  /// Empties everything that follows from the records and fills it again by commits that write neither journal nor
  /// audit, so that no subscriber wakes; journal, audit, accounts and nodes stay.
  ///
  /// These commits are not synced one by one, since nobody is told of them: all of them are when this returns. When
  /// it does not return, `needsRebuild` says so.
  public func withRebuild<Value: Sendable>(
    _ body: (_ rebuilding: EmbeddedCatalog) async throws -> Value
  ) async throws -> Value {
    try await rebuildDerived()
    try await database.setSync(.atCheckpoints)
    let value: Value
    do {
      value = try await body(EmbeddedCatalog(database: database, group: group, isRecorded: false))
    } catch {
      try await database.setSync(.everyCommit)
      throw error
    }
    try await database.setSync(.everyCommit)
    try await database.write { db, _ in try db.run("DELETE FROM meta WHERE key = 'rebuilding'") }
    return value
  }

  /// Whether a rebuild was begun and not finished: what the catalog says is true but not everything.
  public func needsRebuild() async throws -> Bool {
    try await database.read { db in try db.number("SELECT count(*) FROM meta WHERE key = 'rebuilding'") != 0 }
  }

  /// Empties patients, studies, series, instances, records, progress, counters and conflicts, and notes that they are
  /// to be filled again.
  public func rebuildDerived() async throws {
    try await database.write { db, state in
      state.forget()
      state.nextInstance = nil
      state.nextRecord = nil
      state.nextStatement = nil
      for table in Schema.derivedTables { try db.execute(sql: "DELETE FROM \(table)") }
      try db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('rebuilding', '1')")
    }
  }
}
