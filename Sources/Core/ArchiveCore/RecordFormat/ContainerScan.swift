import NIOCore

/// Reads what lies in a container: every record with a valid header and trailer, and the stretches that are none.
///
/// Pure: the bytes come through a closure that fills a buffer from an offset and says how many bytes there were; fewer
/// than asked for means the end of the container.
public struct ContainerScan: Sendable {
  public typealias Read = (_ offset: UInt64, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int

  /// `nil` when the first bytes are damaged; the salt then comes from the first record, if that is whole.
  public let header: ContainerHeader?
  public private(set) var events: [ScanEvent] = []

  public var records: [StoredRecord] { RecordScan(events: events).records }
  /// Headers of records whose header and trailer are whole and whose payload is not: written in part when the power
  /// went. They do not count as records.
  public private(set) var hollow: [RecordHeader] = []

  /// Whether the salt was found, and so whether a record could have been.
  public let isReadable: Bool
  /// The end of the last record; where the scan started when there is none.
  public private(set) var end: UInt64

  /// - Parameters:
  ///   - length: of the container in bytes.
  ///   - offset: where to start: 0, or the end of a record.
  ///   - verifyingPayloads: whether a record counts only when every block matches its checksum. To be asked of what may
  ///     never have been synced: the system writes blocks in any order, so a trailer can be on disk without its payload.
  public init(
    _ container: ContainerID, length: UInt64, from offset: UInt64 = 0, verifyingPayloads: Bool, read: Read
  ) throws {
    var window = ScanWindow()
    let start = ContainerHeader.length
    let first = try window.bytes(at: 0, count: Int(start), read: read)
    let header = ContainerHeader(first).flatMap { $0.container == container ? $0 : nil }
    self.header = header
    // Before the first record nothing of the sender's can lie, so a header there is ours.
    let firstRecord = RecordHeader(try window.bytes(at: start, count: Int(RecordHeader.length), read: read))
    isReadable = header != nil || firstRecord != nil
    end = max(start, RecordFormat.aligned(offset))
    guard let salt = header?.salt ?? firstRecord?.salt else {
      if length > 0 { events = [.damage(0..<length, isTail: true)] }
      return
    }

    var damageStart: UInt64?
    var position = end
    while position < length {
      if let (record, next) = try record(
        at: position, length: length, container: container, salt: salt, verifyingPayloads: verifyingPayloads,
        window: &window, read: read)
      {
        if let damageStart { events.append(.damage(damageStart..<position, isTail: false)) }
        damageStart = nil
        events.append(.record(record, end: next))
        position = next
        end = next
      } else {
        damageStart = damageStart ?? position
        position = try window.search(salt: salt, from: position + RecordFormat.alignment, read: read) ?? length
      }
    }
    if let damageStart { events.append(.damage(damageStart..<length, isTail: true)) }
  }

  private mutating func record(
    at position: UInt64, length: UInt64, container: ContainerID, salt: UInt128, verifyingPayloads: Bool,
    window: inout ScanWindow, read: Read
  ) throws -> (StoredRecord, end: UInt64)? {
    guard let header = RecordHeader(try window.bytes(at: position, count: Int(RecordHeader.length), read: read)),
      header.salt == salt, header.offset == position, header.payloadLength > 0, header.trailerOffset < length,
      let table = Int(exactly: RecordFormat.blockCount(header.payloadLength) * 4),
      UInt64(table) <= length - header.trailerOffset
    else { return nil }
    let bytes = try window.bytes(at: header.trailerOffset, count: table + RecordTrailer.maximumLength, read: read)
    guard let (trailer, trailerLength) = RecordTrailer.decode(bytes, following: header) else { return nil }
    if verifyingPayloads, try !payloadMatches(trailer.blocks, of: header, in: container, read: read) {
      hollow.append(header)
      return nil
    }
    let location = RecordLocation(
      container: container, offset: header.payloadOffset, length: header.payloadLength)
    let record = StoredRecord(attributes: trailer.attributes, location: location, digest: trailer.digest)
    return (record, header.trailerOffset + UInt64(trailerLength))
  }

  private func payloadMatches(
    _ blocks: [UInt32], of header: RecordHeader, in container: ContainerID, read: Read
  ) throws -> Bool {
    let seed = BlockChecksums.seed(container: container, payloadOffset: header.payloadOffset)
    let blockLength = UInt64(RecordFormat.blockLength)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: RecordFormat.blockLength, alignment: 16)
    defer { buffer.deallocate() }
    for (number, checksum) in blocks.enumerated() {
      let start = UInt64(number) * blockLength
      let count = Int(min(blockLength, header.payloadLength - start))
      let block = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      guard try read(header.payloadOffset + start, block) == count,
        BlockChecksums.match(
          UnsafeRawBufferPointer(block), firstBlock: UInt64(number), seed: seed,
          expected: CollectionOfOne(checksum))
      else { return false }
    }
    return true
  }
}

/// The stretch of a container that a scan has in memory.
struct ScanWindow {
  /// Enough for a trailer and the header behind it, or a few small records.
  static let length = 16_384
  /// Read at once while looking for the next record behind damage.
  static let searchLength = 262_144

  private var start: UInt64 = 0
  private var held = ByteBuffer()

  /// The bytes from `offset` on, as many as asked for or as there are.
  mutating func bytes(at offset: UInt64, count: Int, read: ContainerScan.Read) throws -> ByteBuffer {
    if offset >= start, let skipped = Int(exactly: offset - start), skipped <= held.readableBytes,
      let slice = held.getSlice(at: held.readerIndex + skipped, length: min(count, held.readableBytes - skipped)),
      slice.readableBytes == count
    {
      return slice
    }
    try fill(from: offset, count: max(count, ScanWindow.length), read: read)
    return held.getSlice(at: held.readerIndex, length: min(count, held.readableBytes)) ?? ByteBuffer()
  }

  /// The first multiple of the alignment at or behind `offset` where a record header with this salt starts.
  mutating func search(salt: UInt128, from offset: UInt64, read: ContainerScan.Read) throws -> UInt64? {
    let magic = RecordHeader.magic
    var position = offset
    while true {
      try fill(from: position, count: ScanWindow.searchLength, read: read)
      let count = held.readableBytes
      // Magic and salt: what must be in the window to decide.
      let needed = 24
      guard count >= needed else { return nil }
      let found: Int? = held.withUnsafeReadableBytes { bytes in
        var index = 0
        while index + needed <= count {
          let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
          if word == magic {
            let low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self))
            let high = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 16, as: UInt64.self))
            if UInt128(high) << 64 | UInt128(low) == salt { return index }
          }
          index += Int(RecordFormat.alignment)
        }
        return nil
      }
      if let found { return position + UInt64(found) }
      // The last bytes that were too few to decide are looked at again.
      position += UInt64((count - needed) / 8 * 8 + 8)
    }
  }

  private mutating func fill(from offset: UInt64, count: Int, read: ContainerScan.Read) throws {
    start = offset
    held.clear()
    try held.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
      try read(offset, UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
    }
  }
}
