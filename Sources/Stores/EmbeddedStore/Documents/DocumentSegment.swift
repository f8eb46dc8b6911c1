import ArchiveCore
import NIOCore

/// How the documents of a series lie in their file, byte by byte. Everything is little endian.
///
///     file   =  magic "\x89ISODOC\n", stamp (4 bytes), CRC-32C of both  { entry }
///     entry  =  compressed length (4), raw length (4), number of bases (4), record id (16), CRC-32C of these and of
///               the compressed bytes (4), compressed bytes
///
/// Raw is the bases, four bytes each, and the JSON. The first entry stands alone; the others are compressed with its
/// last 32 KiB as dictionary, because the slices of a series say nearly the same. A later entry of a record replaces
/// the earlier. Behind an entry that is not whole nothing counts.
enum DocumentSegment {
  static let magic: UInt64 = 0x0A43_4F44_4F53_4989  // "\x89ISODOC\n"
  static let headerLength = 16
  static let entryHeaderLength = 32
  /// Longest document, raw; a header of millions of elements is none that we serve from here.
  static let maximumRawLength = 67_108_864

  static func header(stamp: UInt32) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.writeInteger(magic, endianness: .little)
    bytes.writeInteger(stamp, endianness: .little)
    bytes.writeInteger(RecordFormat.checksum(bytes), endianness: .little)
    return bytes
  }

  /// The bytes that compression sees.
  static func raw(_ document: InstanceDocument) -> [UInt8] {
    var raw: [UInt8] = []
    raw.reserveCapacity(document.bases.count * 4 + document.json.count)
    for base in document.bases { withUnsafeBytes(of: base.littleEndian) { raw.append(contentsOf: $0) } }
    raw.append(contentsOf: document.json)
    return raw
  }

  static func dictionary(from raw: [UInt8]) -> [UInt8] { Array(raw.suffix(Deflate.dictionaryLimit)) }

  /// Header and compressed bytes of one entry.
  static func entry(_ document: InstanceDocument, rawLength: Int, compressed: [UInt8]) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.reserveCapacity(entryHeaderLength + compressed.count)
    bytes.writeInteger(UInt32(truncatingIfNeeded: compressed.count), endianness: .little)
    bytes.writeInteger(UInt32(truncatingIfNeeded: rawLength), endianness: .little)
    bytes.writeInteger(UInt32(truncatingIfNeeded: document.bases.count), endianness: .little)
    bytes.writeInteger(document.record.bits, endianness: .little)
    let checksum = compressed.withUnsafeBytes { RecordFormat.checksum($0, seed: RecordFormat.checksum(bytes)) }
    bytes.writeInteger(checksum, endianness: .little)
    bytes.writeBytes(compressed)
    return bytes
  }

  /// What a file holds.
  struct Contents {
    var documents: [RecordID: InstanceDocument] = [:]
    /// Where the next entry belongs; 0 when not even the header is right.
    var end: UInt64 = 0
    /// Of the entries behind the first; empty when there is none yet.
    var dictionary: [UInt8] = []
  }

  /// - Parameter decoding: whether the documents are wanted, or only the end and the dictionary.
  static func read(_ file: ByteBuffer, stamp: UInt32, decoding: Bool, with deflate: Deflate) -> Contents {
    var contents = Contents()
    var bytes = file
    guard bytes.readSlice(length: headerLength) == header(stamp: stamp) else { return contents }
    contents.end = UInt64(headerLength)
    while let covered = bytes.getSlice(at: bytes.readerIndex, length: entryHeaderLength - 4),
      let compressedLength = bytes.readInteger(endianness: .little, as: UInt32.self),
      let rawLength = bytes.readInteger(endianness: .little, as: UInt32.self), rawLength <= maximumRawLength,
      let baseCount = bytes.readInteger(endianness: .little, as: UInt32.self), UInt64(baseCount) * 4 <= rawLength,
      let record = bytes.readInteger(endianness: .little, as: UInt128.self),
      let checksum = bytes.readInteger(endianness: .little, as: UInt32.self),
      let compressed = bytes.readSlice(length: Int(compressedLength)),
      checksum == RecordFormat.checksum(compressed, seed: RecordFormat.checksum(covered))
    {
      if decoding || contents.dictionary.isEmpty {
        let raw = compressed.withUnsafeReadableBytes {
          deflate.decompress($0, length: Int(rawLength), dictionary: contents.dictionary)
        }
        guard let raw else { return contents }
        if contents.dictionary.isEmpty { contents.dictionary = dictionary(from: raw) }
        let id = RecordID(bits: record)
        contents.documents[id] = document(id, raw: raw, baseCount: Int(baseCount))
      }
      contents.end += UInt64(entryHeaderLength) + UInt64(compressedLength)
    }
    return contents
  }

  private static func document(_ record: RecordID, raw: [UInt8], baseCount: Int) -> InstanceDocument {
    let bases = raw.withUnsafeBytes { bytes in
      (0..<baseCount).map { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
    }
    return InstanceDocument(record: record, json: Array(raw[(baseCount * 4)...]), bases: bases)
  }
}
