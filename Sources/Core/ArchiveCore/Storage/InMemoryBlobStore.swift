import Crypto
import NIOCore

/// What a blob store must do, in as few words as possible: it keeps everything in memory and nothing after that.
///
/// Tests of the core run over it; tests of the contract run over it and over the real ones.
public actor InMemoryBlobStore: BlobStore {
  struct Container {
    var summary: ContainerSummary
    var bytes = ByteBuffer()
    var records: [StoredRecord] = []
  }

  private let environment: Environment
  private var held: [ContainerID: Container] = [:]
  private var decisions: [LedgerEntry] = []

  public init(environment: Environment) { self.environment = environment }

  public func openDelivery(_ delivery: DeliveryID) -> any DeliveryWriter { open(.delivery, delivery) }

  public func openPack() -> any DeliveryWriter { open(.pack, nil) }

  private func open(_ kind: ContainerSummary.Kind, _ delivery: DeliveryID?) -> any DeliveryWriter {
    let id = ContainerID(bits: environment.random())
    held[id] = Container(
      summary: ContainerSummary(id: id, kind: kind, delivery: delivery, bytes: 0, isOpen: true))
    return InMemoryWriter(id, of: self)
  }

  public func appendToLedger(_ entry: LedgerEntry) { decisions.append(entry) }

  public func ledger() -> [LedgerEntry] { decisions }

  public func ledgerDamage() -> [String] { [] }

  public func read(_ location: RecordLocation, _ range: Range<UInt64>) throws -> RecordBytes {
    let container = try container(location.container)
    guard range.upperBound <= location.length else {
      throw ArchiveError(.badRequest, "bytes \(range) of a payload of \(location.length)")
    }
    guard
      let bytes = container.bytes.getSlice(at: Int(location.offset + range.lowerBound), length: range.count)
    else { throw ArchiveError(.damaged, "container \(location.container) has no record at \(location.offset)") }
    return RecordBytes(length: UInt64(range.count)) { given in
      bytes.getSlice(
        at: bytes.readerIndex + Int(given), length: min(262_144, bytes.readableBytes - Int(given)))
    }
  }

  public func containers() -> [ContainerSummary] {
    held.values.filter { !$0.records.isEmpty }.map(\.summary)
  }

  public func scan(_ id: ContainerID, from offset: UInt64) throws -> RecordScan {
    let records = try container(id).records.filter { $0.location.offset >= offset }
    return RecordScan(events: records.map { .record($0, end: $0.location.offset + $0.location.length) })
  }

  public func seal(_ id: ContainerID, from offset: UInt64) throws {
    _ = try container(id)
    held[id]?.summary.isSealed = true
  }

  public func promote(_ id: ContainerID) throws {
    _ = try container(id)
    held[id]?.summary.kind = .pack
  }

  public func remove(_ id: ContainerID) throws {
    guard held.removeValue(forKey: id) != nil else { throw ArchiveError(.notFound, "container \(id) is not there") }
  }

  public func bytesOnDisk() -> UInt64 { held.values.reduce(0) { $0 + $1.summary.bytes } }

  private func container(_ id: ContainerID) throws -> Container {
    guard let container = held[id] else { throw ArchiveError(.notFound, "container \(id) is not there") }
    return container
  }

  fileprivate func store(_ payload: ByteBuffer, _ attributes: RecordAttributes, in id: ContainerID) throws
    -> StoredRecord
  {
    guard var container = held[id], container.summary.isOpen else {
      throw ArchiveError(.unavailable, "the container is closed")
    }
    guard let digest = Digest(Array(SHA256.hash(data: Array(payload.readableBytesView)))) else {
      throw ArchiveError(.unsupported, "a SHA-256 digest that is not 32 bytes long")
    }
    let location = RecordLocation(
      container: id, offset: UInt64(container.bytes.readableBytes), length: UInt64(payload.readableBytes))
    let record = StoredRecord(attributes: attributes, location: location, digest: digest)
    container.bytes.writeImmutableBuffer(payload)
    container.records.append(record)
    container.summary.bytes = UInt64(container.bytes.readableBytes)
    held[id] = container
    return record
  }

  fileprivate func end(of id: ContainerID) -> UInt64 { held[id]?.summary.bytes ?? 0 }

  fileprivate func close(_ id: ContainerID) {
    held[id]?.summary.isOpen = false
    held[id]?.summary.isSealed = true
    if held[id]?.records.isEmpty == true { held[id] = nil }
  }
}

private actor InMemoryWriter: DeliveryWriter {
  nonisolated let container: ContainerID
  private let store: InMemoryBlobStore
  private var current: (id: RecordID, payload: ByteBuffer)?

  init(_ container: ContainerID, of store: InMemoryBlobStore) {
    self.container = container
    self.store = store
  }

  func begin(_ id: RecordID) throws {
    guard current == nil else { throw ArchiveError(.badRequest, "a record begins before the last has ended") }
    current = (id, ByteBuffer())
  }

  func append(_ bytes: ByteBuffer) throws {
    guard current != nil else { throw ArchiveError(.badRequest, "bytes of no record: begin one first") }
    current?.payload.writeImmutableBuffer(bytes)
  }

  func finish(_ attributes: RecordAttributes, sync: Bool) async throws -> StoredRecord {
    guard let (id, payload) = current, id == attributes.id, payload.readableBytes > 0 else {
      throw ArchiveError(.badRequest, "record \(attributes.id) is not the one begun, or has no payload")
    }
    current = nil
    return try await store.store(payload, attributes, in: container)
  }

  func abandon() { current = nil }
  func sync() {}
  func end() async -> UInt64 { await store.end(of: container) }

  func close() async -> Bool {
    current = nil
    await store.close(container)
    return true
  }
}
