import DICOM
public import NIOCore

/// One association, STOW request or import: objects arriving one after the other into one container.
///
/// `stage` takes an object's bytes; `settle` makes everything staged durable and visible and says what became of it.
/// Use it serially.
public actor Delivery {
  public nonisolated let id: DeliveryID
  private let parts: Archive.Parts
  private let source: Source
  private let principal: Principal
  private var writer: (any DeliveryWriter)?
  private var staged: [InstanceEntry] = []
  /// Studies of which something was settled, as many as anybody is told of.
  private var studies: Set<StudyUID> = []
  /// The end of the last record of which everything is done: what recovery need not look at.
  private var settledEnd: UInt64 = 0

  init(id: DeliveryID, parts: Archive.Parts, source: Source, principal: Principal) {
    self.id = id
    self.parts = parts
    self.source = source
    self.principal = principal
  }

  /// Takes one object. Its header is read as the bytes stream past to the container; pixel data is never held.
  ///
  /// - Parameter study: the study that the sender says the object belongs to; any when `nil`.
  /// - Throws: `ArchiveError`; nothing of the object is left behind then.
  public func stage<Bytes: AsyncSequence & Sendable>(
    _ bytes: Bytes, as form: IncomingForm, within study: StudyUID? = nil
  ) async throws -> StagedInstance where Bytes.Element == ByteBuffer {
    let writer = try await openWriter()
    let record = RecordID(bits: parts.environment.random())
    try await writer.begin(record)
    do {
      var header = try await receive(bytes, as: form, into: writer)
      let identity = try InstanceIdentity(header.dataSet, announced: form)
      if let study, identity.study != study {
        throw ArchiveError(.identityMismatch, "\(identity.instance) belongs to another study than \(study)")
      }
      let now = parts.environment.now()
      let profile = coerce(&header.dataSet, receivedAt: now)
      let stored = try await writer.finish(
        RecordAttributes(
          id: record, delivery: id, receivedAt: now, source: source, principalKind: principal.kind,
          principalName: principal.name, transferSyntax: header.transferSyntax.uid.rawValue, profile: profile),
        sync: false)
      let entry = InstanceEntry(identity, header: header, record: stored)
      staged.append(entry)
      return StagedInstance(sopClass: entry.sopClass.rawValue, instance: entry.instance, entry: entry)
    } catch {
      await writer.abandon()
      throw ArchiveError(ingesting: error)
    }
  }

  /// Brings everything staged since the last call to stable storage and into the catalog.
  ///
  /// - Returns: what became of each, in the order staged. Each is durable now, or this has thrown and none is
  ///   acknowledged.
  public func settle() async throws -> [IngestOutcome] {
    guard !staged.isEmpty, let writer else { return [] }
    let entries = staged
    staged = []
    do {
      try await writer.sync()
      // Noted with the next records, in their transaction: a conflict among these may still be on its way to the ledger.
      let done: [ArchiveChange] = settledEnd > 0 ? [.applied(writer.container, upTo: settledEnd)] : []
      let outcomes = try await parts.file(entries, with: done)
      settledEnd = await writer.end()
      for outcome in outcomes where studies.count < DeliveryEnds.maximumStudies { studies.insert(outcome.study) }
      return outcomes
    } catch let failure as FilingFailure {
      // The others are filed: they are simply there when their sender tries again.
      await closeWriter(discarding: failure.entries)
      throw ArchiveError(ingesting: failure.cause)
    } catch {
      await closeWriter(discarding: entries)
      throw ArchiveError(ingesting: error)
    }
  }

  /// Ends the delivery. What was staged but never settled is dropped: nobody was told that it arrived.
  public func close() async {
    let dropped = staged
    staged = []
    parts.deliveryEnds.note(studies, at: parts.environment.now())
    studies = []
    await closeWriter(discarding: dropped)
  }

  /// What the catalog is told of the object is what is believed; its bytes stay as they came.
  ///
  /// - Returns: the profile by which something else is believed than is stated.
  private func coerce(_ dataSet: inout DataSet, receivedAt now: Instant) -> ProfileVersion? {
    guard let profile = parts.profiles.profile(for: source, by: principal, dataSet), profile.coerces else { return nil }
    let believed = profile.applied(to: dataSet, received: now)
    guard believed != dataSet else { return nil }
    dataSet = believed
    return profile.key
  }

  private func openWriter() async throws -> any DeliveryWriter {
    if let writer { return writer }
    let opened = try await parts.blobs.openDelivery(id)
    writer = opened
    return opened
  }

  /// Closes the container and notes that recovery need not look into it.
  ///
  /// - Parameter dropped: records in it that were never acknowledged.
  private func closeWriter(discarding dropped: [InstanceEntry]) async {
    guard let writer else { return }
    self.writer = nil
    settledEnd = 0
    let isDiscarded = await discard(dropped)
    // One that could not be closed in good order is recovery's to look at, and so are records that nobody decided about:
    // skipped now, they would turn up at the next rebuild.
    guard await writer.close(), isDiscarded else { return }
    // Without this note the next start scans the container again and finds nothing new.
    _ = try? await parts.catalog.commit([.applied(writer.container, upTo: ContainerSummary.wholly)])
  }

  /// Records that exist in the container but were never acknowledged must not come back by themselves.
  ///
  /// - Returns: whether that is decided. If not even this can be written, the next start files objects whose sender was
  ///   refused; it will send them again, which changes nothing.
  private func discard(_ entries: [InstanceEntry]) async -> Bool {
    guard !entries.isEmpty else { return true }
    parts.undecided.add(
      LedgerEntry(
        decision: .delete, records: entries.map(\.record.attributes.id), at: parts.environment.now(),
        principalKind: principal.kind, principalName: principal.name, reason: "never acknowledged"))
    return (try? await parts.undecided.write(to: parts.blobs)) != nil
  }

  private func receive<Bytes: AsyncSequence & Sendable>(
    _ bytes: Bytes, as form: IncomingForm, into writer: any DeliveryWriter
  ) async throws -> Header where Bytes.Element == ByteBuffer {
    var reader: HeaderReader
    switch form {
    case .part10:
      reader = HeaderReader()
    case .dataSet(let transferSyntax, let sopClass, let instance, let callingAETitle):
      let prefix = FileMeta.encode(
        sopClass: UID(sopClass), sopInstance: UID(instance), transferSyntax: TransferSyntax(uid: UID(transferSyntax)),
        sourceApplicationEntityTitle: callingAETitle)
      try await writer.append(ByteBuffer(bytes: prefix))
      reader = HeaderReader(
        dataSetIn: TransferSyntax(uid: UID(transferSyntax)), payloadOffset: UInt64(prefix.count))
    }
    for try await chunk in bytes {
      try chunk.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
      try await writer.append(chunk)
    }
    let header = try reader.finish()
    if case .part10 = form, !header.hadPart10Header {
      throw ArchiveError(.notUnderstood, "not a Part 10 file: no preamble with DICM (PS3.10 §7.1)")
    }
    return header
  }
}
