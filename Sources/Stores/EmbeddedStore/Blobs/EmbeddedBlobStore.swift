public import ArchiveCore
import NIOCore

/// The blob store of the embedded home: containers are files of one data directory.
public struct EmbeddedBlobStore: BlobStore {
  private let containers: ContainerFiles
  private let environment: Environment
  private let open = OpenContainers()
  private let lanes = FileLanes("isocenter.reader")
  private let decisions: Ledger

  /// - Parameter directory: held, with its lock, as long as the store is.
  public init(_ directory: DataDirectory, environment: Environment) {
    containers = ContainerFiles(directory: directory)
    self.environment = environment
    decisions = Ledger(directory, environment: environment)
  }

  // MARK: Writing

  public func openDelivery(_ delivery: DeliveryID) async throws -> any DeliveryWriter {
    writer(.delivery, for: delivery)
  }

  public func openPack() async throws -> any DeliveryWriter { writer(.pack, for: DeliveryID(bits: 0)) }

  public func appendToLedger(_ entry: LedgerEntry) async throws { try await decisions.append(entry) }

  private func writer(_ kind: ContainerSummary.Kind, for delivery: DeliveryID) -> ContainerWriter {
    let id = ContainerID(bits: environment.random())
    let header = ContainerHeader(
      kind: kind == .pack ? .pack : .delivery, container: id, delivery: delivery, salt: environment.random(),
      madeAt: environment.now())
    let place = ContainerFiles.Place(id: id, kind: kind, isSealed: false)
    let sealed = ContainerFiles.Place(id: id, kind: kind, isSealed: true)
    let appender = ContainerAppender(
      path: containers.path(place), in: containers.folder(of: kind), files: containers.files, header: header)
    return ContainerWriter(appender, sealedPath: containers.path(sealed), mark: open.writing(id))
  }

  // MARK: Reading

  public func read(_ location: RecordLocation, _ range: Range<UInt64>) async throws -> RecordBytes {
    guard range.upperBound <= location.length, location.length <= RecordFormat.maximumPayloadLength,
      location.offset < .max / 2
    else {
      throw ArchiveError(.badRequest, "bytes \(range) of a payload of \(location.length)")
    }
    guard !range.isEmpty else { return RecordBytes(length: 0) { _ in nil } }
    let lane = lanes.next()
    let (containers, open) = (containers, open)
    let (reader, first) = try await lane.run {
      let file = try open.file(location.container) { () throws(ArchiveError) in
        try containers.open(location.container).file
      }
      let reader = RecordReader(file, location)
      return (reader, try reader.chunk(from: range.lowerBound, upTo: range.upperBound))
    }
    return RecordBytes(length: UInt64(range.count)) { given in
      if given == 0 { return first }
      return try await lane.run { try reader.chunk(from: range.lowerBound + given, upTo: range.upperBound) }
    }
  }

  public func scan(_ container: ContainerID, from offset: UInt64) async throws -> RecordScan {
    let (containers, isWritten) = (containers, open.isWritten(container))
    return try await lanes.run {
      let (file, place) = try containers.open(container)
      let verifies = !place.isSealed && !isWritten
      return RecordScan(
        events: try containers.scan(file, container, from: offset, verifyingPayloads: verifies).events)
    }
  }

  public func ledger() async throws -> [LedgerEntry] { try await decisions.entries() }

  public func ledgerDamage() async throws -> [String] { try await decisions.damage() }

  // MARK: Containers

  public func containers() async throws -> [ContainerSummary] {
    let (containers, open) = (containers, open)
    return try await lanes.run {
      try translatingFileErrors {
        try containers.list().map { place, bytes in
          var delivery: DeliveryID?
          if place.kind == .delivery, let file = try? containers.files.open(containers.path(place), writable: false) {
            delivery = try containers.header(of: file)?.delivery
          }
          return ContainerSummary(
            id: place.id, kind: place.kind, delivery: delivery, bytes: bytes, isOpen: open.isWritten(place.id),
            isSealed: place.isSealed)
        }
      }
    }
  }

  public func bytesOnDisk() async throws -> UInt64 {
    let containers = containers
    return try await lanes.run {
      try translatingFileErrors { try containers.list().reduce(0) { $0 + $1.bytes } }
    }
  }

  public func seal(_ container: ContainerID, from offset: UInt64) async throws {
    try requireUnwritten(container)
    let containers = containers
    try await lanes.run { try containers.seal(container, from: offset) }
    open.forget(container)
  }

  public func promote(_ container: ContainerID) async throws {
    try requireUnwritten(container)
    let containers = containers
    try await lanes.run { try containers.promote(container) }
  }

  public func remove(_ container: ContainerID) async throws {
    try requireUnwritten(container)
    let containers = containers
    try await lanes.run {
      let (_, place) = try containers.open(container)
      try translatingFileErrors { try containers.files.remove(containers.path(place)) }
    }
    open.forget(container)
  }

  private func requireUnwritten(_ container: ContainerID) throws(ArchiveError) {
    guard !open.isWritten(container) else {
      throw ArchiveError(.badRequest, "container \(container) is being written")
    }
  }
}
