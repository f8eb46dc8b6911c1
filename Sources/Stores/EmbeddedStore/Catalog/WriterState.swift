import ArchiveCore
import DICOM
import Foundation
import GRDB

/// What the one writer remembers, so that an instance of a known series costs three inserts.
///
/// It never knows more than the database: after a transaction or savepoint that failed, and after deletions, what it
/// remembered is forgotten.
struct WriterState: Sendable {
  /// A series that was written to lately.
  struct Place: Sendable {
    var patient: Int64
    var study: Int64
    var series: Int64
    var modality: String
    var journalSeries: Int64
    /// The elements that its statement was made of; others lead to a closer look.
    var stated: [DataElement]
    var statement: Int64
    /// Since when the statement speaks.
    var since: Precedence
    /// Whether rows must be restated when the instance is there.
    var mustRestate = false
    var form: Int64
    var formBytes: Data
  }

  struct PlaceKey: Hashable, Sendable {
    var patient: PatientIdentity
    var study: StudyUID
    var series: SeriesUID
  }

  /// Under which circumstances something happened.
  struct Circumstances: Hashable, Sendable {
    var principalKind: Principal.Kind
    var principalName: String
    var site: SiteID
    var delivery: DeliveryID?
    var channel: Source.Channel?
  }

  /// Circumstances as the journal and the audit name them.
  struct Context: Sendable {
    var id: Int64
    var principal: String
    var delivery: String
  }

  var places: [PlaceKey: Place] = [:]
  var names: [Names: [String: Int64]] = [:]
  var sources: [Source: Int64] = [:]
  var containers: [ContainerID: Int64] = [:]
  var contexts: [Circumstances: Context] = [:]
  var nextInstance: Int64?
  var nextRecord: Int64?
  var nextStatement: Int64?
  var nextSequence: Int64?
  /// Counts of this transaction that are not in the tables yet.
  var tally = Tally()
  var audit = AuditChain()

  static let maximumRemembered = 4096
  /// Series that are remembered; each with some kilobytes of what its objects state.
  static let maximumPlaces = 512

  mutating func forget() {
    places.removeAll(keepingCapacity: true)
    names.removeAll()
    sources.removeAll()
    containers.removeAll()
    contexts.removeAll()
  }

  /// Brings everything gathered to the tables; the last thing before the commit.
  mutating func finish(_ db: Database, at now: Instant) throws {
    try flushTally(db)
    try audit.flush(db, at: now)
  }

  mutating func flushTally(_ db: Database) throws {
    guard !tally.isEmpty else { return }
    let gathered = tally
    tally = Tally()
    try gathered.apply(db)
  }

  // MARK: Names

  enum Names: String, Sendable { case site, term }

  mutating func id(_ name: String, in table: Names, _ db: Database) throws -> Int64 {
    if let id = names[table]?[name] { return id }
    let column = table == .site ? "name" : "text"
    let id = try Self.find(
      db, "SELECT id FROM \(table.rawValue) WHERE \(column) = ?",
      or: "INSERT INTO \(table.rawValue) (\(column)) VALUES (?)", [name])
    if names[table, default: [:]].count >= Self.maximumRemembered { names[table] = [:] }
    names[table, default: [:]][name] = id
    return id
  }

  mutating func id(of source: Source, _ db: Database) throws -> Int64 {
    if let id = sources[source] { return id }
    let site = try id(source.site.value, in: .site, db)
    let id = try Self.find(
      db, "SELECT id FROM source WHERE channel = ? AND name = ? AND site = ?",
      or: "INSERT INTO source (channel, name, site) VALUES (?, ?, ?)", [source.channel.rawValue, source.name, site])
    if sources.count >= Self.maximumRemembered { sources.removeAll() }
    sources[source] = id
    return id
  }

  mutating func id(of container: ContainerID, _ db: Database) throws -> Int64 {
    if let id = containers[container] { return id }
    let id = try Self.find(
      db, "SELECT id FROM container WHERE container = ?",
      or: "INSERT INTO container (container) VALUES (?)", [container.data])
    if containers.count >= Self.maximumRemembered { containers.removeAll() }
    containers[container] = id
    return id
  }

  static func find(
    _ db: Database, _ select: String, or insert: String, _ arguments: StatementArguments
  ) throws -> Int64 {
    if let id = try db.number(select, arguments) { return id }
    try db.run(insert, arguments)
    return db.lastInsertedRowID
  }

  // MARK: Numbers

  mutating func takeInstance(_ db: Database) throws -> Int64 {
    try Self.take(&nextInstance, db, "SELECT max(id) FROM instance")
  }

  mutating func takeRecord(_ db: Database) throws -> Int64 {
    try Self.take(&nextRecord, db, "SELECT max(id) FROM record")
  }

  mutating func takeStatement(_ db: Database) throws -> Int64 {
    try Self.take(&nextStatement, db, "SELECT max(id) FROM statement")
  }

  mutating func takeSequence(_ db: Database) throws -> Int64 {
    try Self.take(&nextSequence, db, "SELECT max(sequence) FROM journal")
  }

  private static func take(_ next: inout Int64?, _ db: Database, _ highest: String) throws -> Int64 {
    let value = try next ?? (db.number(highest) ?? 0) + 1
    next = value + 1
    return value
  }
}
