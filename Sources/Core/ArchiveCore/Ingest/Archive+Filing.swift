import DICOM

extension Archive.Parts {
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
      case .conflict(let present):
        do {
          outcomes.append(try await settleConflict(of: entry, with: present))
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
  /// is set aside. The ledger hears of it first, so that a rebuild decides alike.
  private func settleConflict(of entry: InstanceEntry, with present: InstanceReference) async throws -> IngestOutcome {
    let isSame: Bool
    do {
      isSame = try await ContentComparison(blobs: blobs).sameContent(entry.record.location, present.location)
    } catch let error as ArchiveError where error.code == .damaged || error.code == .notFound {
      // What cannot be read any more cannot be said to be equal: the new one is kept, beside it.
      isSame = false
    }
    if isSame {
      _ = try await catalog.commit([.duplicate(entry)])
      return IngestOutcome(.alreadyStored, entry)
    }
    try await blobs.appendToLedger(
      LedgerEntry(
        decision: .quarantine, records: [entry.record.attributes.id], at: environment.now(),
        principalKind: entry.record.attributes.principalKind, principalName: entry.record.attributes.principalName,
        reason: "another content than record \(present.record)"))
    _ = try await catalog.commit([.quarantine(entry)])
    return IngestOutcome(.quarantined, entry)
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
