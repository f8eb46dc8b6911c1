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
  /// - Throws: `ArchiveError` `.unsupported` for one that a newer program wrote, `.unavailable` when it cannot be
  ///   opened with synced commits.
  public static func open(at directory: String, environment: Environment = .system) async throws -> EmbeddedCatalog {
    let database = try EmbeddedDatabase(directory: directory, environment: environment)
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
  public func withRebuild<Value: Sendable>(
    _ body: (_ rebuilding: EmbeddedCatalog) async throws -> Value
  ) async throws -> Value {
    try await rebuildDerived()
    return try await body(EmbeddedCatalog(database: database, group: group, isRecorded: false))
  }

  /// Empties patients, studies, series, instances, records, progress, counters and conflicts.
  public func rebuildDerived() async throws {
    try await database.write { db, state in
      state = WriterState()
      for table in Schema.derivedTables { try db.execute(sql: "DELETE FROM \(table)") }
    }
  }
}
