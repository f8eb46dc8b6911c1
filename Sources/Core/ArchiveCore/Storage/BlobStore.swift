public import NIOCore

/// The bytes of the archive: containers of records, each written by exactly one writer, never edited.
///
/// A blob store places bytes and syncs them; what the bytes of a record look like is `RecordFormat`'s business.
public protocol BlobStore: Sendable {
  /// Opens a new container for one delivery.
  func openDelivery(_ delivery: DeliveryID) async throws -> any DeliveryWriter

  /// Writes a decision to the ledger; it is on stable storage when this returns.
  func appendToLedger(_ entry: LedgerEntry) async throws

  /// A verified range of a record's payload, in chunks of at most 256 KiB; every 64 KiB block that is touched is
  /// checked against its CRC before a byte of it is given out.
  ///
  /// - Throws: `ArchiveError` `.damaged` when a checksum does not match, `.badRequest` for a range outside the payload.
  func read(_ location: RecordLocation, _ range: Range<UInt64>) async throws -> RecordBytes

  /// Every container there is.
  func containers() async throws -> [ContainerSummary]

  /// The records of one container from `offset` on, in the order they lie, with damaged stretches reported between
  /// them; `offset` 0 means from the start. In a container that is neither sealed nor open a record counts only when
  /// its whole payload verifies: a trailer can reach the disk before the bytes it speaks of.
  func scan(_ container: ContainerID, from offset: UInt64) async throws -> RecordScan

  /// Every ledger entry that was ever synced, in the order written.
  func ledger() async throws -> [LedgerEntry]

  /// Stretches of the ledger that can no longer be read and have readable entries behind them: lost decisions.
  func ledgerDamage() async throws -> [String]

  /// Closes a container whose writer is gone: records behind `offset` of which not every byte is there are made
  /// invalid for good, what lies behind the last valid record is cut off, and a container that never held one is
  /// removed. A sealed container loses a damaged tail and nothing else.
  ///
  /// - Parameter offset: up to where the catalog has the records: those count as they are, even damaged. Beyond the end
  ///   of the container means all of them.
  func seal(_ container: ContainerID, from offset: UInt64) async throws

  /// Opens a new pack: a container that the compactor fills and publishes in one step.
  func openPack() async throws -> any DeliveryWriter

  /// Makes a sealed delivery a pack as it is: it holds whole series and nothing else. Locations stay true.
  func promote(_ container: ContainerID) async throws

  /// Removes a container. The caller has made sure that nothing refers to it and that the grace period is over.
  func remove(_ container: ContainerID) async throws

  /// Bytes that the containers take on disk.
  func bytesOnDisk() async throws -> UInt64
}

extension BlobStore {
  /// Closes a container whose writer is gone, looking at all of it.
  public func seal(_ container: ContainerID) async throws { try await seal(container, from: 0) }
}

/// The one writer of a container.
///
/// Records are written one after the other: `begin`, any number of `append`s, then `finish` or `abandon`. A record
/// exists once its trailer is on disk; it may be acknowledged once `sync` has returned and the catalog has committed.
public protocol DeliveryWriter: Sendable {
  var container: ContainerID { get }

  /// Starts a record at the end of the container.
  func begin(_ id: RecordID) async throws

  /// Takes the next bytes of the payload. At most a few hundred kilobytes wait in memory when this returns.
  func append(_ bytes: ByteBuffer) async throws

  /// Writes the trailer; with `sync` the container is on stable storage when this returns.
  func finish(_ attributes: RecordAttributes, sync: Bool) async throws -> StoredRecord

  /// Forgets the record begun last. Harmless when there is none.
  func abandon() async

  /// Brings everything finished so far to stable storage. A failed sync closes the container for good.
  func sync() async throws

  /// The offset behind the last finished record.
  func end() async -> UInt64

  /// No more records; the container is sealed, an empty one is removed.
  ///
  /// - Returns: whether that could be done; if not, recovery must look at the container.
  @discardableResult
  func close() async -> Bool
}

/// A single-pass sequence of verified chunks.
public struct RecordBytes: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer
  public typealias Failure = any Error

  private let next: @Sendable (UInt64) async throws -> ByteBuffer?
  /// How many bytes the sequence gives.
  public let length: UInt64

  /// - Parameter next: gives the chunk that starts so many bytes behind the start of the range; `nil` at the end.
  public init(length: UInt64, next: @escaping @Sendable (UInt64) async throws -> ByteBuffer?) {
    self.length = length
    self.next = next
  }

  /// The chunk that starts so many bytes behind the start of the range.
  func chunk(at given: UInt64) async throws -> ByteBuffer? { try await next(given) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    let source: RecordBytes
    var given: UInt64 = 0

    public mutating func next() async throws -> ByteBuffer? {
      guard given < source.length, let chunk = try await source.next(given), chunk.readableBytes > 0 else { return nil }
      given += UInt64(chunk.readableBytes)
      return chunk
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }
}

/// A container as the store lists it.
public struct ContainerSummary: Hashable, Sendable {
  /// The applied offset of a container that is closed and worked through: nothing can follow.
  public static let wholly = UInt64(Int64.max)

  public enum Kind: Hashable, Sendable { case delivery, pack }
  public var id: ContainerID
  public var kind: Kind
  /// The delivery it was opened for, if it is a delivery's.
  public var delivery: DeliveryID?
  public var bytes: UInt64
  /// Whether a writer has it open in this process.
  public var isOpen: Bool
  /// Whether its writer closed it in good order, or recovery did: everything in it is on stable storage.
  public var isSealed: Bool

  public init(
    id: ContainerID, kind: Kind, delivery: DeliveryID?, bytes: UInt64, isOpen: Bool, isSealed: Bool = false
  ) {
    self.id = id
    self.kind = kind
    self.delivery = delivery
    self.bytes = bytes
    self.isOpen = isOpen
    self.isSealed = isSealed
  }
}

/// What a scan of a container met, in order.
public enum ScanEvent: Hashable, Sendable {
  /// A record with a valid header and trailer; its payload was not read.
  case record(StoredRecord, end: UInt64)
  /// Bytes that are no record: a torn tail, or damage in the middle. `isTail` when nothing valid follows.
  case damage(Range<UInt64>, isTail: Bool)
}

/// The events of one scan.
public struct RecordScan: Sendable {
  public var events: [ScanEvent]
  public init(events: [ScanEvent]) { self.events = events }

  public var records: [StoredRecord] {
    events.compactMap { event in
      guard case .record(let record, _) = event else { return nil }
      return record
    }
  }
}
