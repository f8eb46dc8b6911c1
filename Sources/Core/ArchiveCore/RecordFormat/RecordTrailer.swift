public import NIOCore

/// The last bytes of a record: the checksums of its blocks, its digest, and what it says of itself. They make it exist.
public struct RecordTrailer: Hashable, Sendable {
  static let magic: UInt64 = 0x4C49_4152_544F_5349  // "ISOTRAIL"
  /// Magic, length, version, channel, principal kind, digest, received at, delivery, the checksum at the end.
  static let fixedLength = 8 + 4 + 2 + 1 + 1 + 32 + 8 + 16 + 4
  static let textCount = 6
  /// Longest trailer without its block checksums.
  static let maximumLength = fixedLength + textCount * (2 + RecordFormat.maximumTextLength) + 8

  /// CRC-32C of every 64 KiB of the payload, as `BlockChecksums` makes them.
  public var blocks: [UInt32]
  public var digest: Digest
  public var attributes: RecordAttributes

  public init(blocks: [UInt32], digest: Digest, attributes: RecordAttributes) {
    self.blocks = blocks
    self.digest = digest
    self.attributes = attributes
  }

  /// - Parameter header: of the finished record; the checksum binds the two.
  /// - Throws: `ArchiveError` `.limitExceeded` when a text is longer than a trailer takes.
  public func encoded(following header: RecordHeader) throws(ArchiveError) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.reserveCapacity(blocks.count * 4 + 256)
    for block in blocks { bytes.writeLittle(block) }
    let start = bytes.writerIndex
    bytes.writeLittle(RecordTrailer.magic)
    bytes.writeLittle(UInt32(0))
    bytes.writeLittle(RecordFormat.version)
    bytes.writeLittle(attributes.source.channel.code)
    bytes.writeLittle(attributes.principalKind.code)
    bytes.writeBytes(digest.bytes)
    bytes.writeLittle(attributes.receivedAt.nanoseconds)
    bytes.writeLittle(attributes.delivery.bits)
    let limit = RecordFormat.maximumTextLength
    try bytes.writeText(attributes.source.name, limit: limit)
    try bytes.writeText(attributes.source.site.value, limit: limit)
    try bytes.writeText(attributes.source.defaultIssuer, limit: limit)
    try bytes.writeText(attributes.principalName, limit: limit)
    try bytes.writeText(attributes.transferSyntax, limit: limit)
    // Absent for most, and then the zeros behind the others are the length of none.
    if let profile = attributes.profile { try bytes.writeText(profile.description, limit: limit) }
    bytes.writeRepeatingByte(0, count: (8 - (bytes.readableBytes + 4) % 8) % 8)
    bytes.setInteger(UInt32(bytes.writerIndex - start + 4), at: start + 8, endianness: .little)
    bytes.writeLittle(RecordFormat.checksum(bytes, seed: RecordFormat.checksum(header.encoded())))
    return bytes
  }

  /// Reads the trailer at the start of `encoded`, which may hold more than it.
  ///
  /// - Returns: the trailer and its length; `nil` when the bytes are no trailer of this header.
  public static func decode(_ encoded: ByteBuffer, following header: RecordHeader) -> (RecordTrailer, length: Int)? {
    guard let blockCount = Int(exactly: RecordFormat.blockCount(header.payloadLength)) else { return nil }
    let table = blockCount * 4
    var bytes = encoded
    guard encoded.readableBytes >= table + fixedLength,
      encoded.getInteger(at: encoded.readerIndex + table, endianness: .little, as: UInt64.self) == magic,
      let length = encoded.getInteger(at: encoded.readerIndex + table + 8, endianness: .little, as: UInt32.self),
      length >= fixedLength, length <= maximumLength,
      let covered = encoded.getSlice(at: encoded.readerIndex, length: table + Int(length) - 4),
      let checksum = encoded.getInteger(
        at: encoded.readerIndex + covered.readableBytes, endianness: .little, as: UInt32.self),
      checksum == RecordFormat.checksum(covered, seed: RecordFormat.checksum(header.encoded()))
    else { return nil }

    var blocks: [UInt32] = []
    blocks.reserveCapacity(blockCount)
    for _ in 0..<blockCount {
      guard let block = bytes.readLittle(UInt32.self) else { return nil }
      blocks.append(block)
    }
    guard bytes.readSlice(length: 12) != nil, bytes.readLittle(UInt16.self) == RecordFormat.version,
      let channel = bytes.readLittle(UInt8.self).flatMap(Source.Channel.init(code:)),
      let principalKind = bytes.readLittle(UInt8.self).flatMap(Principal.Kind.init(code:)),
      let digest = bytes.readBytes(length: 32).flatMap(Digest.init),
      let receivedAt = bytes.readLittle(Int64.self), let delivery = bytes.readLittle(UInt128.self),
      let sourceName = bytes.readText(), let site = bytes.readText(), let issuer = bytes.readText(),
      let principalName = bytes.readText(), let transferSyntax = bytes.readText()
    else { return nil }
    let end = encoded.readerIndex + covered.readableBytes
    var rest = bytes.getSlice(at: bytes.readerIndex, length: max(0, end - bytes.readerIndex)) ?? ByteBuffer()
    let profile = rest.readText().flatMap(ProfileVersion.init)
    let attributes = RecordAttributes(
      id: header.record, delivery: DeliveryID(bits: delivery), receivedAt: Instant(nanoseconds: receivedAt),
      source: Source(channel: channel, name: sourceName, site: SiteID(site), defaultIssuer: issuer),
      principalKind: principalKind, principalName: principalName, transferSyntax: transferSyntax, profile: profile)
    return (RecordTrailer(blocks: blocks, digest: digest, attributes: attributes), table + Int(length))
  }
}

extension Source.Channel {
  /// What stands for it in a file. Numbers are never used again for something else.
  var code: UInt8 {
    switch self {
    case .association: 1
    case .stow: 2
    case .importing: 3
    case .demo: 4
    }
  }

  init?(code: UInt8) {
    switch code {
    case 1: self = .association
    case 2: self = .stow
    case 3: self = .importing
    case 4: self = .demo
    default: return nil
    }
  }
}

extension Principal.Kind {
  /// What stands for it in a file. Numbers are never used again for something else.
  var code: UInt8 {
    switch self {
    case .person: 1
    case .node: 2
    case .token: 3
    case .system: 4
    }
  }

  init?(code: UInt8) {
    switch code {
    case 1: self = .person
    case 2: self = .node
    case 3: self = .token
    case 4: self = .system
    default: return nil
    }
  }
}
