public import NIOCore

/// The first bytes of a record: which one it is, where it must lie and how long its payload is.
public struct RecordHeader: Hashable, Sendable {
  /// Bytes in a file.
  public static let length: UInt64 = 64
  static let magic: UInt64 = 0x0A43_4552_4F53_4989  // "\x89ISOREC\n"

  public var salt: UInt128
  public var record: RecordID
  /// Where the header itself lies in its container.
  public var offset: UInt64
  /// Zero until the record is finished.
  public var payloadLength: UInt64

  public init(salt: UInt128, record: RecordID, offset: UInt64, payloadLength: UInt64) {
    self.salt = salt
    self.record = record
    self.offset = offset
    self.payloadLength = payloadLength
  }

  public var payloadOffset: UInt64 { offset &+ RecordHeader.length }
  /// Where the trailer of a finished record starts.
  public var trailerOffset: UInt64 { RecordFormat.aligned(payloadOffset &+ payloadLength) }

  public func encoded() -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.reserveCapacity(Int(RecordHeader.length))
    bytes.writeLittle(RecordHeader.magic)
    bytes.writeLittle(salt)
    bytes.writeLittle(record.bits)
    bytes.writeLittle(offset)
    bytes.writeLittle(payloadLength)
    bytes.writeLittle(RecordFormat.version)
    bytes.writeLittle(UInt16(0))
    bytes.writeLittle(RecordFormat.checksum(bytes))
    return bytes
  }

  /// `nil` when the bytes are no record header of a version that we know.
  public init?(_ encoded: ByteBuffer) {
    let checked = Int(RecordHeader.length) - 4
    var bytes = encoded
    guard let covered = bytes.getSlice(at: bytes.readerIndex, length: checked),
      bytes.readLittle(UInt64.self) == RecordHeader.magic,
      let salt = bytes.readLittle(UInt128.self),
      let record = bytes.readLittle(UInt128.self),
      let offset = bytes.readLittle(UInt64.self),
      let payloadLength = bytes.readLittle(UInt64.self),
      bytes.readLittle(UInt16.self) == RecordFormat.version,
      bytes.readLittle(UInt16.self) != nil,
      bytes.readLittle(UInt32.self) == RecordFormat.checksum(covered),
      offset < .max / 2, payloadLength <= RecordFormat.maximumPayloadLength
    else { return nil }
    self.init(salt: salt, record: RecordID(bits: record), offset: offset, payloadLength: payloadLength)
  }
}
