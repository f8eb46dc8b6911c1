import ArchiveCore
import Foundation
import GRDB
public import Workflow

/// Profiles and what devices sent.
extension Schema {
  /// A record names the version by which it was coerced. `definition`, `trial` and `seen` are JSON. The subscriber begins
  /// at the end of the journal.
  static let profiles1 = """
    ALTER TABLE record ADD COLUMN profile INTEGER;

    CREATE TABLE source_profile (
      id TEXT PRIMARY KEY, version INTEGER NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, trial TEXT)
      WITHOUT ROWID;
    CREATE TABLE device_day (
      day INTEGER NOT NULL, device TEXT NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (day, device)) WITHOUT ROWID;

    INSERT INTO subscriber (name, epoch, partition, sequence)
    SELECT 'profiles', (SELECT max(epoch) FROM journal_epoch), 0, (SELECT coalesce(max(sequence), 0) FROM journal)
    WHERE true ON CONFLICT DO NOTHING;
    """
}

extension WriterState {
  func save(_ record: ProfileRecord, _ db: Database) throws {
    let profile = record.profile
    let present = try db.number("SELECT version FROM source_profile WHERE id = ?", [profile.id]) ?? 0
    guard present == profile.version - 1 else { throw WorkflowConflict("the profile has changed") }
    try db.run(
      "INSERT OR REPLACE INTO source_profile (id, version, name, definition, trial) VALUES (?, ?, ?, ?, ?)",
      [
        profile.id, profile.version, profile.name, String(decoding: try profile.encoded(), as: UTF8.self),
        try record.trial.map(ProfileRows.text),
      ])
  }

  func note(_ trial: ProfileTrial, of id: String, _ db: Database) throws {
    try db.run(
      "UPDATE source_profile SET trial = ? WHERE id = ? AND version = ?",
      [try ProfileRows.text(trial), id, trial.version])
  }

  /// Beside what is known of the same days; what is too old goes.
  func observe(_ days: [DeviceDay], _ db: Database) throws {
    for var seen in days {
      var present = try ProfileRows.day(seen.day, of: seen.device, db)
      if present == nil,
        try db.number("SELECT count(*) FROM device_day WHERE day = ?", [seen.day]) ?? 0 >= DeviceDay.maximumDevices
      {
        seen.device = seen.device.others
        present = try ProfileRows.day(seen.day, of: seen.device, db)
      }
      present?.add(seen)
      try db.run(
        "INSERT OR REPLACE INTO device_day (day, device, seen) VALUES (?, ?, ?)",
        [seen.day, try ProfileRows.text(seen.device), try ProfileRows.text(present ?? seen)])
    }
    guard let last = try db.number("SELECT max(day) FROM device_day") else { return }
    try db.run("DELETE FROM device_day WHERE day <= ?", [last - DeviceDay.daysKept])
  }
}

/// How rows of profiles and devices become values again.
enum ProfileRows {
  /// The same text for the same value.
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func value<Value: Decodable>(_ text: String) throws -> Value {
    guard let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) else { throw Damage.column(0) }
    return value
  }

  static func day(_ day: Int64, of device: Device, _ db: Database) throws -> DeviceDay? {
    try db.row("SELECT seen FROM device_day WHERE day = ? AND device = ?", [day, try text(device)]).map {
      try value($0[0])
    }
  }

  static func records(_ db: Database) throws -> [ProfileRecord] {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT definition, trial FROM source_profile ORDER BY name, id"))
    return try rows.map { row in
      let trial: String? = row[1]
      return ProfileRecord(profile: try value(row[0]), trial: try trial.map { try value($0) })
    }
  }

  static func days(since day: Int64, _ db: Database) throws -> [DeviceDay] {
    let rows = try String.fetchAll(
      db.cachedStatement(sql: "SELECT seen FROM device_day WHERE day >= ?"), arguments: [day])
    return try rows.map { try value($0) }.sorted(by: DeviceDay.order)
  }
}

extension EmbeddedWorkflowStore {
  public func profiles() async throws -> [ProfileRecord] { try await database.read(ProfileRows.records) }

  public func deviceDays(since day: Int64) async throws -> [DeviceDay] {
    try await database.read { try ProfileRows.days(since: day, $0) }
  }
}
