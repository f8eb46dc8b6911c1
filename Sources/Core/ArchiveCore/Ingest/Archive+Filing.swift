import DICOM

extension Archive.Parts {
  /// How often a conflict is decided again because the record it was decided against has gone.
  private static let maximumDecisions = 8

  /// Files synced records: series documents first, then one catalog transaction, then whatever conflicts need.
  ///
  /// - Parameter others: changes that go into the same transaction.
  /// - Returns: one outcome per entry, in order, each durable.
  func file(
    _ entries: [InstanceEntry], with others: [ArchiveChange] = []
  ) async throws -> [IngestOutcome] {
    for entry in entries {
      // A document is derived: one that cannot be kept is made again when it is asked for.
      try? await documents.put(
        InstanceDocument(record: entry.record.attributes.id, instance: entry.instance, header: entry.header),
        series: entry.series, of: entry.study)
    }
    let answers = try await catalog.commit(entries.map { .store($0) } + others)
    var outcomes: [IngestOutcome] = []
    var unfiled: [InstanceEntry] = []
    var cause: (any Error)?
    outcomes.reserveCapacity(entries.count)
    for (entry, answer) in zip(entries, answers) {
      switch answer {
      case .applied: outcomes.append(IngestOutcome(.stored, entry))
      case .alreadySo: outcomes.append(IngestOutcome(.alreadyStored, entry))
      case .conflict, .outdated:
        do {
          outcomes.append(try await settle(entry, answered: answer))
        } catch {
          unfiled.append(entry)
          cause = error
        }
      }
    }
    if let cause { throw FilingFailure(entries: unfiled, cause: cause) }
    return outcomes
  }

  /// Another record is current under this SOP Instance UID: the same content in other bytes is a no-op, other content
  /// is set aside. To compare takes a while, in which the other record may be deleted or give way to a third: the
  /// decision is carried out against the record it was made against, or made again.
  private func settle(_ entry: InstanceEntry, answered: ChangeOutcome) async throws -> IngestOutcome {
    var answer = answered
    for _ in 0..<Self.maximumDecisions {
      switch answer {
      case .applied: return IngestOutcome(.stored, entry)
      case .alreadySo: return IngestOutcome(.alreadyStored, entry)
      case .outdated: answer = try await carryOut(.store(entry))
      case .conflict(let present):
        let isSame = try await isSameContent(entry, as: present)
        answer = try await carryOut(
          isSame ? .duplicate(entry, of: present.record) : .quarantine(entry, of: present.record))
        guard answer == .applied else { continue }
        if isSame { return IngestOutcome(.alreadyStored, entry) }
        try await remember(quarantineOf: entry, besides: present)
        return IngestOutcome(.quarantined, entry)
      }
    }
    throw ArchiveError(.unavailable, "\(entry.instance) is changed by others again and again")
  }

  private func carryOut(_ change: ArchiveChange) async throws -> ChangeOutcome {
    try await catalog.commit([change]).first ?? .outdated
  }

  private func isSameContent(_ entry: InstanceEntry, as present: InstanceReference) async throws -> Bool {
    do {
      let comparison = ContentComparison(blobs: blobs)
      if try await comparison.sameContent(entry.record.location, present.location) { return true }
      // What was given out coerced comes back from whoever has changed nothing.
      guard present.profile != nil else { return false }
      return try await comparison.sameContent(entry.record.location, present.location) {
        profiles.coerced($0, by: present.profile, received: present.receivedAt)
      }
    } catch let error as ArchiveError where error.code == .damaged || error.code == .notFound {
      // What cannot be read any more cannot be said to be equal: the new one is kept, beside it.
      return false
    }
  }

  /// Writes down that a record is set aside, before anybody is told, so that a rebuild decides alike. A crash before this
  /// leaves the catalog alone to know it, and recovery writes it down then.
  private func remember(quarantineOf entry: InstanceEntry, besides present: InstanceReference) async throws {
    let attributes = entry.record.attributes
    do {
      try await blobs.appendToLedger(
        LedgerEntry(
          decision: .quarantine, records: [attributes.id], at: environment.now(),
          principalKind: attributes.principalKind, principalName: attributes.principalName,
          reason: "another content than record \(present.record)"))
    } catch {
      // The sender is refused, so nothing of it is to be listed.
      _ = try? await catalog.commit([
        .delete(
          records: [attributes.id], by: .system("ingest"), at: environment.now(),
          reason: "the decision could not be written down")
      ])
      throw error
    }
  }
}

/// Some entries of a group could not be filed; the others are.
struct FilingFailure: Error {
  var entries: [InstanceEntry]
  var cause: any Error
}

extension IngestOutcome {
  init(_ kind: Kind, _ entry: InstanceEntry) {
    self.init(
      kind: kind, sopClass: entry.sopClass.rawValue, study: entry.study, series: entry.series,
      instance: entry.instance, record: entry.record.attributes.id, bytes: entry.record.location.length)
  }
}
