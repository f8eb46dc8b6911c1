import CChecksum
public import NIOCore

/// How records lie in a container, byte by byte. Everything is little endian.
///
///     container  =  container header (80 bytes)  { record }
///     record     =  header (64 bytes)  payload  zeros to a multiple of 8  trailer (multiple of 8)
///
///     container header           record header              trailer
///      0  magic "\x89ISOCTR\n"    0  magic "\x89ISOREC\n"     one CRC-32C per 64 KiB of payload
///      8  version, kind, 0        8  salt of the container    magic "ISOTRAIL"
///     16  container id           24  record id                bytes of the trailer, version, channel, principal kind
///     32  delivery id, or 0      40  own offset               SHA-256 of the payload
///     48  salt                   48  payload length, or 0     received at, delivery id
///     64  made at                56  version, 0               texts: length (2 bytes), UTF-8
///     72  0                      60  CRC-32C of the above     zeros to a multiple of 8 less 4
///     76  CRC-32C of the above                                CRC-32C of record header and trailer
///
/// The payload length is zero until the record is finished, and the trailer is written last: a record whose trailer
/// does not fit its header does not exist, in the middle of a container as at its end. The salt is random and never
/// leaves the container, so no payload can hold something that looks like a record of it, and a search for the next
/// record after damage cannot be led astray. The checksum of a block starts from container, payload offset and block
/// number: a block read from or written to the wrong place does not verify.
public enum RecordFormat {
  /// Version of the format, in container and record headers.
  public static let version: UInt16 = 1
  /// Bytes of payload under one checksum.
  public static let blockLength = 65_536
  /// Every header and every record starts at a multiple of this.
  public static let alignment: UInt64 = 8
  /// Longest text in a trailer, in UTF-8 bytes.
  public static let maximumTextLength = 1024
  /// Longest reason in a ledger entry, in UTF-8 bytes.
  public static let maximumReasonLength = 4096
  /// Bytes of a correction's values.
  static let maximumCorrectionLength = 64 * 1024
  /// Bytes of a profile in JSON.
  static let maximumProfileLength = 256 * 1024
  /// Longest payload; far beyond any object, small enough that no sum of offsets overflows.
  public static let maximumPayloadLength: UInt64 = 1 << 46

  /// How many blocks, and so checksums, a payload has.
  static func blockCount(_ payloadLength: UInt64) -> UInt64 {
    (payloadLength + UInt64(blockLength) - 1) / UInt64(blockLength)
  }

  /// The next multiple of the alignment. Offsets are below 2^63, so this cannot overflow.
  public static func aligned(_ offset: UInt64) -> UInt64 { (offset &+ (alignment - 1)) & ~(alignment - 1) }

  /// CRC-32C (Castagnoli), continuing from `seed`.
  public static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
    isocenter_crc32c(seed, bytes.baseAddress, bytes.count)
  }

  /// CRC-32C of the readable bytes.
  public static func checksum(_ bytes: ByteBuffer, seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeReadableBytes { checksum($0, seed: seed) }
  }
}

extension ByteBuffer {
  mutating func writeLittle(_ number: some FixedWidthInteger) { writeInteger(number, endianness: .little) }

  mutating func readLittle<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
    readInteger(endianness: .little)
  }

  /// Two bytes of length and the text in UTF-8.
  mutating func writeText(_ text: String, limit: Int) throws(ArchiveError) {
    let length = text.utf8.count
    guard length <= limit, let short = UInt16(exactly: length) else {
      throw ArchiveError(.limitExceeded, "a text of \(length) bytes in a record, at most \(limit) are kept")
    }
    writeLittle(short)
    writeString(text)
  }

  mutating func readText() -> String? {
    guard let length = readLittle(UInt16.self) else { return nil }
    return readString(length: Int(length))
  }
}
