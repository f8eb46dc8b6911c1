import Crypto
public import NIOCore

/// Makes the header and trailer of one record while its payload goes by; digest and checksums are taken in one pass.
public struct RecordEncoder: Sendable {
  /// What a finished record leaves to be written.
  public struct Finished: Sendable {
    /// Replaces the header written at the start; to be written before the trailer.
    public var header: ByteBuffer
    /// Zeros to the alignment, and the trailer: follows the payload.
    public var trailer: ByteBuffer
    public var record: StoredRecord
    /// Where the next record may start.
    public var end: UInt64
  }

  /// As it stands before the record is finished.
  public private(set) var header: RecordHeader
  private let container: ContainerID
  private var payloadLength: UInt64 = 0
  private var digest = SHA256()
  private var blocks: BlockChecksums

  /// - Parameter offset: where the header will lie; a multiple of `RecordFormat.alignment`.
  public init(_ record: RecordID, at offset: UInt64, in container: ContainerID, salt: UInt128) {
    header = RecordHeader(salt: salt, record: record, offset: offset, payloadLength: 0)
    self.container = container
    blocks = BlockChecksums(container: container, payloadOffset: header.payloadOffset)
  }

  /// Takes note of the next bytes of the payload.
  ///
  /// - Throws: `ArchiveError` `.limitExceeded` beyond `RecordFormat.maximumPayloadLength`.
  public mutating func update(_ bytes: ByteBuffer) throws(ArchiveError) {
    payloadLength &+= UInt64(bytes.readableBytes)
    guard payloadLength <= RecordFormat.maximumPayloadLength else {
      throw ArchiveError(.limitExceeded, "a payload of more than \(RecordFormat.maximumPayloadLength) bytes")
    }
    bytes.withUnsafeReadableBytes { bytes in
      digest.update(bufferPointer: bytes)
      blocks.update(bytes)
    }
  }

  /// - Throws: `ArchiveError` `.badRequest` for an empty payload or attributes of another record, `.limitExceeded`
  ///   for a text that is too long.
  public consuming func finish(_ attributes: RecordAttributes) throws(ArchiveError) -> Finished {
    guard payloadLength > 0 else { throw ArchiveError(.badRequest, "record \(header.record) has no payload") }
    guard attributes.id == header.record else {
      throw ArchiveError(.badRequest, "record \(header.record) is finished as \(attributes.id)")
    }
    guard let digest = Digest(Array(digest.finalize())) else {
      throw ArchiveError(.unsupported, "a SHA-256 digest that is not 32 bytes long")
    }
    header.payloadLength = payloadLength
    let padding = Int(header.trailerOffset - header.payloadOffset - payloadLength)
    let encoded = try RecordTrailer(blocks: blocks.finish(), digest: digest, attributes: attributes)
      .encoded(following: header)
    var trailer = encoded
    if padding > 0 {
      trailer = ByteBuffer(repeating: 0, count: padding)
      trailer.writeImmutableBuffer(encoded)
    }
    let location = RecordLocation(container: container, offset: header.payloadOffset, length: payloadLength)
    return Finished(
      header: header.encoded(), trailer: trailer,
      record: StoredRecord(attributes: attributes, location: location, digest: digest),
      end: header.trailerOffset + UInt64(encoded.readableBytes))
  }
}
