import ArchiveCore
import DICOM
import Foundation
import GRDB

/// Arrivals.
extension WriterState {
  /// A record has arrived: it becomes the current one, or is known, or contradicts.
  mutating func store(_ entry: InstanceEntry, _ mode: CommitMode, _ db: Database) throws -> ChangeOutcome {
    guard let uid = PackedUID.pack(entry.instance.value) else {
      throw ArchiveError(.missingIdentity, "\(entry.instance) is no UID")
    }
    let key = PlaceKey(patient: entry.patient, study: entry.study, series: entry.series)
    var place: Place
    var beginsSeries = false
    var beginsStudy = false
    if let known = places[key], known.stated == Statement.source(entry.header) {
      place = known
    } else {
      // A resent instance must not leave an empty series behind, so it is looked for before the series is made.
      if let known = try outcome(ofRecord: entry.record.attributes.id, instance: uid, db) { return known }
      if let present = try present(uid, entry, mode, db) { return present }
      (place, beginsSeries, beginsStudy) = try makePlace(for: entry, mode, db)
    }

    let record = try takeRecord(db)
    let instance = try takeInstance(db)
    guard try insert(entry, as: record, state: .current, instance: instance, db) else {
      return try outcome(ofRecord: entry.record.attributes.id, instance: uid, db) ?? .alreadySo(nil)
    }
    let levels = LevelExtraction(entry.header)
    try prepareForm(entry, levels, &place, db)
    let sopClass = try id(entry.sopClass.rawValue, in: .term, db)
    let own = AttributeCodec.encode(levels.elements(InstanceRow.ownTags))
    try db.run(
      """
      INSERT INTO instance (id, uid, series, record, class, number, form, own, statement)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [
        instance, uid, place.series, record, sopClass, entry.header.int(.instanceNumber), place.form,
        own.isEmpty ? nil : own, place.statement,
      ])
    guard db.changesCount == 1 else {
      try db.run("DELETE FROM record WHERE id = ?", [record])
      return try present(uid, entry, mode, db) ?? .alreadySo(nil)
    }
    tally.count(
      1, at: place, sopClass: sopClass, bytes: entry.record.location.length.column, series: beginsSeries,
      study: beginsStudy, now: (mode.isRecorded ? mode.now : entry.record.attributes.receivedAt).nanoseconds)
    tally.record(1, of: place.study, from: try id(entry.record.attributes.source.site.value, in: .site, db))
    try note(.stored, entry, place.journalSeries, uid, edges: (beginsSeries ? 1 : 0) | (beginsStudy ? 2 : 0), mode, db)

    let precedence = Precedence(entry.record.attributes)
    if place.mustRestate || precedence < place.since {
      if precedence < place.since { try bring(forward: place.statement, to: precedence, db) }
      try restate(series: place.series, of: place.study, mode, db)
    } else {
      remember(place, as: key)
    }
    return .applied
  }

  /// The same content once more: remembered so that a deletion takes it along.
  mutating func duplicate(
    _ entry: InstanceEntry, of compared: RecordID?, _ mode: CommitMode, _ db: Database
  ) throws -> ChangeOutcome {
    guard let uid = PackedUID.pack(entry.instance.value) else {
      throw ArchiveError(.missingIdentity, "\(entry.instance) is no UID")
    }
    if let known = try outcome(ofRecord: entry.record.attributes.id, instance: uid, db) { return known }
    guard try isCurrent(compared, of: uid, db) else { return .outdated }
    guard let current = try db.number("SELECT id FROM instance WHERE archive = 1 AND uid = ?", [uid]) else {
      // What it duplicates has been deleted since.
      return try store(entry, mode, db)
    }
    try remember(entry, uid, asDuplicateOf: current, mode, db)
    return .applied
  }

  private mutating func remember(
    _ entry: InstanceEntry, _ uid: Data, asDuplicateOf instance: Int64, _ mode: CommitMode, _ db: Database
  ) throws {
    let record = try takeRecord(db)
    _ = try insert(entry, as: record, state: .duplicate, instance: instance, db)
    let sql = """
      SELECT s.id, s.uid, e.uid, e.modality, e.id, i.statement, t.since FROM instance i JOIN series e ON e.id = i.series
        JOIN study s ON s.id = e.study JOIN statement t ON t.id = i.statement
      WHERE i.id = ?
      """
    guard let row = try db.row(sql, [instance]) else { return }
    // Whoever sent it may find it, and counts it.
    tally.record(1, of: row[0], from: try id(entry.record.attributes.source.site.value, in: .site, db))
    let series = mode.isRecorded ? try journalSeries(row[1], row[2], row[3], db) : 0
    try note(.resent, entry, series, uid, edges: 0, mode, db)
    let precedence = Precedence(entry.record.attributes)
    guard try precedence < Precedence(row[6]) else { return }
    try bring(forward: row[5], to: precedence, db)
    try restate(series: row[4], of: row[0], mode, db)
  }

  /// Other content under a known UID: kept, listed, found by nobody.
  mutating func quarantine(
    _ entry: InstanceEntry, besides compared: RecordID?, _ mode: CommitMode, _ db: Database
  ) throws -> ChangeOutcome {
    guard let uid = PackedUID.pack(entry.instance.value) else {
      throw ArchiveError(.missingIdentity, "\(entry.instance) is no UID")
    }
    if let known = try outcome(ofRecord: entry.record.attributes.id, instance: uid, db) { return known }
    guard try isCurrent(compared, of: uid, db) else { return .outdated }
    let record = try takeRecord(db)
    _ = try insert(entry, as: record, state: .quarantined, instance: nil, db)
    try db.run(
      "INSERT INTO quarantine (record, study, series, instance) VALUES (?, ?, ?, ?)",
      [record, entry.study.value, entry.series.value, entry.instance.value])
    try note(.quarantined, entry, nil, uid, edges: 0, mode, db)
    return .applied
  }

  // MARK: What is there

  /// Whether a record is the current one of an instance; any is when none is named.
  private func isCurrent(_ record: RecordID?, of uid: Data, _ db: Database) throws -> Bool {
    guard let record else { return true }
    let sql = """
      SELECT 1 FROM instance i JOIN record r ON r.id = i.record WHERE i.archive = 1 AND i.uid = ? AND r.record = ?
      """
    return try db.number(sql, [uid, record.data]) != nil
  }

  /// What to answer when the record is known already, whatever has become of it.
  private func outcome(ofRecord id: RecordID, instance uid: Data, _ db: Database) throws -> ChangeOutcome? {
    guard try db.number("SELECT id FROM record WHERE record = ?", [id.data]) != nil else { return nil }
    let row = try db.row(
      "SELECT r.record FROM instance i JOIN record r ON r.id = i.record WHERE i.archive = 1 AND i.uid = ?", [uid])
    return .alreadySo(try row?.identifier(0))
  }

  /// What to answer when the instance is there with another record.
  ///
  /// The same bytes once more are a record too: it is remembered as a duplicate, or a deletion would not name it and a
  /// rebuild would bring the instance back.
  private mutating func present(
    _ uid: Data, _ entry: InstanceEntry, _ mode: CommitMode, _ db: Database
  ) throws -> ChangeOutcome? {
    let sql = InstanceRow.references + " WHERE i.archive = 1 AND i.uid = ?"
    guard let row = try db.row(sql, [uid]) else { return nil }
    let reference = try InstanceRow.reference(row)
    guard reference.digest == entry.record.digest else { return .conflict(reference) }
    try remember(entry, uid, asDuplicateOf: row[13], mode, db)
    return .alreadySo(reference.record)
  }

  // MARK: Rows

  private mutating func insert(
    _ entry: InstanceEntry, as row: Int64, state: CataloguedRecord.State, instance: Int64?, _ db: Database
  ) throws -> Bool {
    let record = entry.record
    try db.run(
      """
      INSERT INTO record (id, record, state, instance, container, offset, length, digest, received, source, syntax,
        frames, profile)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [
        row, record.attributes.id.data, state.rawValue, instance, try id(of: record.location.container, db),
        record.location.offset.column, record.location.length.column, Data(record.digest.bytes),
        record.attributes.receivedAt.nanoseconds, try id(of: record.attributes.source, db),
        try id(record.attributes.transferSyntax, in: .term, db), entry.frames.map { Data($0.encoded) },
        try record.attributes.profile.map { try id($0.description, in: .term, db) },
      ])
    return db.changesCount == 1
  }

  /// Instances of a series mostly differ in a few attributes only; the rest is kept once.
  private mutating func prepareForm(
    _ entry: InstanceEntry, _ levels: LevelExtraction, _ place: inout Place, _ db: Database
  ) throws {
    let bytes = AttributeCodec.encode(levels.elements(InstanceRow.formTags))
    guard bytes != place.formBytes || place.form == 0 else { return }
    place.formBytes = bytes
    if let id = try db.number("SELECT id FROM form WHERE attributes = ?", [bytes]) {
      place.form = id
    } else {
      try db.run("INSERT INTO form (attributes) VALUES (?)", [bytes])
      place.form = db.lastInsertedRowID
    }
  }

  private mutating func remember(_ place: Place, as key: PlaceKey) {
    if places.count >= Self.maximumPlaces { places.removeAll(keepingCapacity: true) }
    places[key] = place
  }

  // MARK: Journal and audit

  private mutating func note(
    _ kind: JournalTable.Kind, _ entry: InstanceEntry, _ journalSeries: Int64?, _ uid: Data, edges: Int,
    _ mode: CommitMode, _ db: Database
  ) throws {
    guard mode.isRecorded else { return }
    let attributes = entry.record.attributes
    let context = try context(
      Circumstances(
        principalKind: attributes.principalKind, principalName: attributes.principalName,
        site: attributes.source.site, delivery: attributes.delivery, channel: attributes.source.channel), db)
    try JournalTable.append(
      JournalTable.Line(
        sequence: takeSequence(db), at: mode.now, context: context.id, kind: kind,
        series: journalSeries ?? 0, instance: uid, record: attributes.id.data,
        bytes: entry.record.location.length.column, edges: edges), db)
    audit.note(
      kind == .quarantined ? .quarantine : .store, by: context.principal, object: entry.study.value,
      detail: context.delivery)
  }

  mutating func context(_ key: Circumstances, _ db: Database) throws -> Context {
    if let context = contexts[key] { return context }
    let site = try id(key.site.value, in: .site, db)
    let principal = "\(key.principalKind):\(key.principalName)"
    let id = try Self.find(
      db, "SELECT id FROM journal_context WHERE principal = ? AND site = ? AND delivery = ? AND channel = ?",
      or: "INSERT INTO journal_context (principal, site, delivery, channel) VALUES (?, ?, ?, ?)",
      [principal, site, key.delivery?.data ?? Data(), key.channel?.rawValue ?? ""])
    let context = Context(id: id, principal: principal, delivery: key.delivery.map { "delivery \($0)" } ?? "")
    if contexts.count >= Self.maximumRemembered { contexts.removeAll() }
    contexts[key] = context
    return context
  }
}

/// How a commit is carried out.
struct CommitMode: Sendable {
  var now: Instant
  /// Whether journal and audit hear of it; a rebuild only restores what they know already.
  var isRecorded: Bool
}
