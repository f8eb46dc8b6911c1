/// Moves records of quiet series from deliveries into packs, and gives back the room of what nobody refers to.
///
/// Nothing is edited: records are copied, verified on the way, into a new pack; the pack is brought to stable storage;
/// one commit of the catalog swaps the locations; the source goes a grace period later. Wherever this stops, every
/// record is still where the catalog says, and what was copied in vain is removed by a later run.
///
/// A container is removed only when each record in it is known to be elsewhere or was deleted by the ledger: never
/// because the catalog does not mention it.
public actor Compactor {
  private let blobs: any BlobStore
  private let catalog: any Catalog
  private let environment: Environment
  private var settings: CompactionSettings
  /// Since when each container has been seen to be of no use. Forgotten at a restart, which only prolongs its life.
  private var unusedSince: [ContainerID: Instant] = [:]
  /// Records whose checksums fit and whose digest does not.
  private var unmovable: Set<RecordID> = []
  private var isRunning = false

  public init(
    blobs: any BlobStore, catalog: any Catalog, environment: Environment, settings: CompactionSettings = .init()
  ) {
    self.blobs = blobs
    self.catalog = catalog
    self.environment = environment
    self.settings = settings
  }

  /// Other settings from the next run on.
  public func use(_ settings: CompactionSettings) { self.settings = settings }

  /// Looks at every container once. A second call during a run does nothing.
  public func run() async throws -> CompactionReport {
    var report = CompactionReport()
    guard !isRunning else { return report }
    isRunning = true
    defer { isRunning = false }

    try await closeLeftovers()
    let containers = try await blobs.containers().filter { $0.isSealed && !$0.isOpen }
    var toCopy: [MovableRecord] = []
    for container in containers.sorted(by: { $0.id.bits < $1.id.bits }) {
      try Task.checkCancellation()
      let live = try await catalog.records(in: container.id).filter { $0.state != .deleted }
      if live.isEmpty {
        try await removeIfUnused(container, &report)
        continue
      }
      unusedSince[container.id] = nil
      guard isQuiet(live) else { continue }
      switch container.kind {
      case .delivery:
        if try await isWhole(container, live) {
          try await blobs.promote(container.id)
          report.promoted.append(container.id)
        } else {
          toCopy += try await movable(live, in: container, &report)
        }
      case .pack:
        let wanted = live.reduce(0) { $0 + $1.location.length }
        if wanted < container.bytes / 100 * settings.packLivePercent {
          toCopy += try await movable(live, in: container, &report)
        }
      }
    }
    let present = Set(containers.map(\.id))
    unusedSince = unusedSince.filter { present.contains($0.key) }
    try await copy(toCopy, &report)
    return report
  }

  /// Closes packs that a run left open when the program stopped.
  private func closeLeftovers() async throws {
    for container in try await blobs.containers()
    where container.kind == .pack && !container.isSealed && !container.isOpen {
      // Referred to, its records were durable before the commit; otherwise they are copies of what is elsewhere.
      let isReferredTo = try await catalog.holdsRecords(in: container.id)
      try await blobs.seal(container.id, from: isReferredTo ? .max / 4 : 0)
    }
  }

  private func isQuiet(_ records: [CataloguedRecord]) -> Bool {
    let now = environment.now()
    return records.allSatisfy { $0.seriesChangedAt.adding(settings.quietPeriod) <= now }
  }

  // MARK: Promotion

  /// Whether the container is large, and its records are all the records of their series and all there is in it.
  private func isWhole(_ container: ContainerSummary, _ live: [CataloguedRecord]) async throws -> Bool {
    guard container.bytes >= settings.promotionBytes else { return false }
    let ids = Set(live.map(\.record))
    let scan = try await blobs.scan(container.id, from: 0)
    guard scan.events.count == live.count, Set(scan.records.map(\.attributes.id)) == ids else { return false }
    for (study, series) in Set(live.map { SeriesOfStudy($0) }).map({ ($0.study, $0.series) }) {
      let all = try await catalog.records(of: .series(study, series), within: .all)
      guard ids.isSuperset(of: all) else { return false }
    }
    return true
  }

  // MARK: Copying

  /// The live records of a container with what they say of themselves; none when the container is damaged.
  private func movable(
    _ live: [CataloguedRecord], in container: ContainerSummary, _ report: inout CompactionReport
  ) async throws -> [MovableRecord] {
    let scan = try await blobs.scan(container.id, from: 0)
    let stored = Dictionary(scan.records.map { ($0.attributes.id, $0) }) { first, _ in first }
    let found = live.compactMap { record -> MovableRecord? in
      guard let stored = stored[record.record], stored.location == record.location,
        !unmovable.contains(record.record)
      else { return nil }
      return MovableRecord(stored: stored, series: SeriesOfStudy(record))
    }
    if found.count < live.count {
      report.damaged[container.id] = "\(live.count - found.count) records are not where the catalog has them"
    }
    return found
  }

  /// Writes the records into as few packs as their size allows, each series' together, in the order they arrived.
  private func copy(_ records: [MovableRecord], _ report: inout CompactionReport) async throws {
    var pack: OpenPack?
    let bySeries = Dictionary(grouping: records, by: \.series).sorted { $0.value.earliest < $1.value.earliest }
    for (_, series) in bySeries {
      for record in series.sorted(by: { $0.arrival < $1.arrival }) {
        try Task.checkCancellation()
        var current: OpenPack
        if let pack { current = pack } else { current = OpenPack(writer: try await blobs.openPack()) }
        do {
          let copy = try await transfer(record.stored, to: current.writer)
          current.moved[record.stored.attributes.id] = copy.location
        } catch let error as ArchiveError where error.code == .damaged {
          report.damaged[record.stored.location.container] = error.message
        } catch {
          await discard(current)
          throw error
        }
        pack = current
      }
      if let full = pack, await full.writer.end() >= settings.packBytes {
        try await publish(full, &report)
        pack = nil
      }
    }
    if let pack { try await publish(pack, &report) }
  }

  private func transfer(_ record: StoredRecord, to writer: any DeliveryWriter) async throws -> StoredRecord {
    try await writer.begin(record.attributes.id)
    do {
      for try await chunk in try await blobs.read(record.location, 0..<record.location.length) {
        try await writer.append(chunk)
      }
      let copy = try await writer.finish(record.attributes, sync: false)
      guard copy.digest == record.digest else {
        unmovable.insert(record.attributes.id)
        throw ArchiveError(
          .unavailable,
          "record \(record.attributes.id) does not have the digest it was stored with; it stays where it is")
      }
      return copy
    } catch {
      await writer.abandon()
      throw error
    }
  }

  private func publish(_ pack: OpenPack, _ report: inout CompactionReport) async throws {
    do {
      try await pack.writer.sync()
    } catch {
      await discard(pack)
      throw error
    }
    await pack.writer.close()
    guard !pack.moved.isEmpty else { return }
    _ = try await catalog.commit([.relocate(pack.moved)])
    report.packs.append(pack.writer.container)
    report.recordsMoved += pack.moved.count
  }

  /// Nothing refers to it yet.
  private func discard(_ pack: OpenPack) async {
    await pack.writer.close()
    try? await blobs.remove(pack.writer.container)
  }

  // MARK: Removal

  private func removeIfUnused(_ container: ContainerSummary, _ report: inout CompactionReport) async throws {
    let now = environment.now()
    guard let since = unusedSince[container.id] else {
      if try await everyRecordIsAccountedFor(in: container) { unusedSince[container.id] = now }
      return
    }
    guard since.adding(settings.gracePeriod) <= now else { return }
    // Asked again: much can have happened meanwhile, a rebuild of the catalog for one.
    unusedSince[container.id] = nil
    guard try await everyRecordIsAccountedFor(in: container) else { return }
    try await blobs.remove(container.id)
    report.removed.append(container.id)
  }

  /// Whether each record in the container is elsewhere by the catalog's account, or deleted by the ledger's.
  private func everyRecordIsAccountedFor(in container: ContainerSummary) async throws -> Bool {
    let scan = try await blobs.scan(container.id, from: 0)
    // What cannot be read cannot be accounted for.
    guard scan.records.count == scan.events.count else { return false }
    var deleted: Set<RecordID>?
    for record in scan.records {
      let id = record.attributes.id
      if let location = try await catalog.location(of: id) {
        guard location.container != container.id else { return false }
        continue
      }
      if deleted == nil {
        let decisions = try await blobs.ledger().filter { $0.decision == .delete }
        deleted = Set(decisions.flatMap(\.records))
      }
      guard deleted?.contains(id) == true else { return false }
    }
    return true
  }
}

/// A pack being filled, and where in it each record went.
private struct OpenPack {
  var writer: any DeliveryWriter
  var moved: [RecordID: RecordLocation] = [:]
}

private struct SeriesOfStudy: Hashable {
  var study: StudyUID
  var series: SeriesUID

  init(_ record: CataloguedRecord) {
    study = record.study
    series = record.series
  }
}

private struct MovableRecord {
  var stored: StoredRecord
  var series: SeriesOfStudy

  /// When it came; its id settles a draw, so that a run repeated gives the same order.
  var arrival: (Instant, UInt128) { (stored.attributes.receivedAt, stored.attributes.id.bits) }
}

extension [MovableRecord] {
  fileprivate var earliest: (Instant, UInt128) { map(\.arrival).min(by: <) ?? (Instant(nanoseconds: .max), .max) }
}
