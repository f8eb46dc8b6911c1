public import ArchiveCore
import GRDB

extension EmbeddedCatalog {
  /// Entries given at once.
  static let maximumEntries = 10_000

  public func journal(after position: JournalPosition, limit: Int) async throws -> [JournalEntry] {
    let limit = min(limit, Self.maximumEntries)
    return try await database.read { try JournalTable.entries(after: position, limit: limit, $0) }
  }

  public func journalEnd() async throws -> JournalPosition {
    try await database.read { try JournalTable.end($0) }
  }

  /// Begins a new epoch: what a restore does before anybody reads on.
  public func beginEpoch() async throws {
    try await database.write { db, state in
      state.forget()
      try Epochs.begin(db, at: database.environment.now())
    }
  }

  /// How far a subscriber has come; the start for one that is not known.
  public func position(of subscriber: String) async throws -> JournalPosition {
    try await database.read { db in
      try db.row("SELECT epoch, partition, sequence FROM subscriber WHERE name = ?", [subscriber]).map {
        JournalPosition(epoch: $0[0], partition: $0[1], sequence: $0[2])
      } ?? .start
    }
  }

  public func save(_ position: JournalPosition, of subscriber: String) async throws {
    try await database.write { db, _ in
      try db.run(
        """
        INSERT INTO subscriber (name, epoch, partition, sequence) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET epoch = excluded.epoch, partition = excluded.partition, sequence = excluded.sequence
        """, [subscriber, position.epoch, position.partition, position.sequence])
    }
  }

  public func counters(within sites: Principal.Sites) async throws -> [StudyCounter] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT n.name, c.modality, c.studies, c.series, c.instances, c.bytes
            FROM counter c JOIN site n ON n.id = c.site
            WHERE c.instances > 0\(sites.names(on: "n.name")) ORDER BY n.name, c.modality
            """), arguments: sites.arguments
      ).map {
        StudyCounter(
          site: SiteID($0[0]), modality: $0[1], studies: $0[2], series: $0[3], instances: $0[4], bytes: $0[5])
      }
    }
  }
}
