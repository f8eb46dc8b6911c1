import DICOM
import NIOCore

/// What a recovery or a rebuild did.
public struct ReplaySummary: Sendable, Hashable {
  /// Records that were put into the catalog.
  public var applied = 0
  /// Records that were there already, or that the ledger says are deleted.
  public var skipped = 0
  /// Stretches of containers that hold no valid record and are not a torn tail.
  public var damaged = 0
  /// Containers looked at.
  public var containers = 0
}

extension Archive {
  /// Brings the catalog up to what the containers hold after a crash: records that were synced but not yet committed
  /// are committed, torn tails are cut off, decisions of the ledger are carried out. Doing it twice does nothing more.
  ///
  /// Call it before the first door opens.
  public func recover() async throws -> ReplaySummary {
    var summary = ReplaySummary()
    let decisions = try await readLedger()
    for container in try await parts.blobs.containers() where container.kind == .delivery && !container.isOpen {
      var applied = try await parts.catalog.appliedOffset(of: container.id)
      // Nothing of it is in the catalog: a note that it is worked through cannot be believed.
      if !container.isSealed, try await !parts.catalog.holdsRecords(in: container.id) { applied = 0 }
      guard !container.isSealed || applied < container.bytes else { continue }
      summary.containers += 1
      try await writeDownQuarantines(in: container.id, knownTo: decisions)
      // What the catalog has worked through is not looked at again: a record that has rotted since is `verify`'s to find,
      // and stays listed.
      let scan = try await parts.blobs.scan(container.id, from: min(applied, container.bytes))
      summary.damaged += scan.damageInside
      var isWorkedThrough = true
      for record in scan.records {
        if try await parts.catalog.location(of: record.attributes.id) != nil {
          summary.skipped += 1
        } else {
          isWorkedThrough = try await replay(record, decisions: decisions, into: &summary) && isWorkedThrough
        }
      }
      // A record that cannot be filed now stays for the next start and for `verify`.
      guard isWorkedThrough else { continue }
      try await parts.blobs.seal(container.id, from: applied)
      _ = try await parts.catalog.commit([.applied(container.id, upTo: ContainerSummary.wholly)])
    }
    try await carryOut(decisions)
    return summary
  }

  /// Refuses when decisions of the ledger are lost: asked before anything is emptied that only a replay could fill.
  ///
  /// - Throws: `ArchiveError` `.damaged` that says where.
  public func requireEveryDecision() async throws {
    guard let damage = try await parts.blobs.ledgerDamage().first else { return }
    throw ArchiveError(
      .damaged, "decisions about deletions are lost (\(damage)): a rebuild would bring deleted images back")
  }

  /// Fills an emptied catalog from the containers and the ledger alone.
  ///
  /// - Parameter progress: called with records done and records in all.
  public func replayEverything(
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) async throws -> ReplaySummary {
    var summary = ReplaySummary()
    try await requireEveryDecision()
    let decisions = try await readLedger()
    var records: [StoredRecord] = []
    var ends: [ArchiveChange] = []
    for container in try await parts.blobs.containers() {
      summary.containers += 1
      let scan = try await parts.blobs.scan(container.id, from: 0)
      summary.damaged += scan.damageInside
      records.append(contentsOf: scan.records)
      if container.isSealed { ends.append(.applied(container.id, upTo: ContainerSummary.wholly)) }
    }
    // The first to arrive is the current one, as it was when they arrived one by one. A record that lies in a delivery
    // and in a pack (a crash between copying and freeing) is one record.
    records.sort {
      ($0.attributes.receivedAt, $0.attributes.id.bits) < ($1.attributes.receivedAt, $1.attributes.id.bits)
    }
    var previous: RecordID?
    for (done, record) in records.enumerated() {
      if record.attributes.id == previous {
        summary.skipped += 1
      } else {
        _ = try await replay(record, decisions: decisions, into: &summary)
      }
      previous = record.attributes.id
      progress(done + 1, records.count)
    }
    _ = try await parts.catalog.commit(ends + decisions.corrections.map { .correct($0) })
    return summary
  }

  /// What was decided, with the profiles by which records were coerced.
  private func readLedger() async throws -> LedgerDecisions {
    let entries = try await parts.blobs.ledger()
    parts.profiles.learn(entries)
    return LedgerDecisions(entries)
  }

  /// Learns by which profiles records were coerced: before anything is given out, and part of every recovery.
  public func learnProfiles() async throws { parts.profiles.learn(try await parts.blobs.ledger()) }

  /// - Returns: whether the record needs no further look; false when it could not be read or filed.
  private func replay(
    _ record: StoredRecord, decisions: LedgerDecisions, into summary: inout ReplaySummary
  ) async throws -> Bool {
    let id = record.attributes.id
    guard !decisions.deleted.contains(id) else {
      summary.skipped += 1
      return true
    }
    var header: Header
    let identity: InstanceIdentity
    do {
      header = try await self.header(of: record.location)
      header.dataSet = parts.profiles.coerced(
        header.dataSet, by: record.attributes.profile, received: record.attributes.receivedAt)
      identity = try InstanceIdentity(header.dataSet, announced: .part10)
    } catch {
      // Bytes that cannot be read now were readable when they were acknowledged: damage, and never a reason to stop.
      summary.damaged += 1
      return false
    }
    let entry = InstanceEntry(identity, header: header, record: record)
    if decisions.quarantined.contains(id) {
      _ = try await parts.catalog.commit([.quarantine(entry)])
    } else {
      do {
        _ = try await parts.file([entry])
      } catch let failure as FilingFailure {
        // One record's trouble must not keep the archive from starting; a store that cannot be written must.
        if let error = failure.cause as? ArchiveError, error.code == .unavailable || error.code == .outOfSpace {
          throw error
        }
        summary.damaged += 1
        return false
      }
    }
    summary.applied += 1
    return true
  }

  /// Records that a crash left set aside in the catalog alone: their senders had no answer yet, and a rebuild must decide
  /// alike.
  private func writeDownQuarantines(in container: ContainerID, knownTo decisions: LedgerDecisions) async throws {
    let owed = try await parts.catalog.quarantined(in: container).filter { !decisions.quarantined.contains($0) }
    guard !owed.isEmpty else { return }
    try await parts.blobs.appendToLedger(
      LedgerEntry(
        decision: .quarantine, records: owed, at: parts.environment.now(), principalKind: .system,
        principalName: "recovery", reason: "decided before the last stop"))
  }

  /// Decisions that reached the ledger but, because of a crash, not the catalog.
  private func carryOut(_ decisions: LedgerDecisions) async throws {
    var pending: [RecordID] = []
    for id in decisions.deleted where try await parts.catalog.location(of: id) != nil { pending.append(id) }
    if !decisions.corrections.isEmpty {
      _ = try await parts.catalog.commit(decisions.corrections.map { .correct($0) })
    }
    guard !pending.isEmpty else { return }
    _ = try await parts.catalog.commit([
      .delete(
        records: pending, by: .system("recovery"), at: parts.environment.now(), reason: "decided before the last stop")
    ])
  }

  func header(of location: RecordLocation) async throws -> Header {
    var reader = HeaderReader()
    for try await chunk in try await parts.blobs.read(location, 0..<location.length) {
      try chunk.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
    }
    return try reader.finish()
  }
}

/// What the ledger says in all, whatever the order.
private struct LedgerDecisions {
  var deleted: Set<RecordID> = []
  var quarantined: Set<RecordID> = []
  var corrections: [Correction] = []

  init(_ entries: [LedgerEntry]) {
    for entry in entries {
      switch entry.decision {
      case .delete: deleted.formUnion(entry.records)
      case .quarantine: quarantined.formUnion(entry.records)
      case .correct(let id, let study, let action):
        corrections.append(
          Correction(
            id: id, study: study, action: action, at: entry.at, principalKind: entry.principalKind,
            principalName: entry.principalName, reason: entry.reason))
      case .profile: continue
      }
    }
    corrections.sort { ($0.at, $0.id.bits) < ($1.at, $1.id.bits) }
  }
}

extension RecordScan {
  /// Damaged stretches with valid records behind them.
  var damageInside: Int {
    events.count { event in
      if case .damage(_, let isTail) = event { !isTail } else { false }
    }
  }
}
