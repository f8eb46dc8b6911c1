import DICOM

/// Puts frames together to the value of Pixel Data (7FE0,0010), piece by piece: what is appended can be written at once.
struct PixelDataAssembly {
  /// Without fragments: native frames one after the other.
  static var native: PixelDataAssembly { PixelDataAssembly(isEncapsulated: false) }
  /// One fragment a frame (PS3.5 §A.4). The item of the Basic Offset Table is not among the pieces: it comes before them
  /// and is known after them.
  static var encapsulated: PixelDataAssembly { PixelDataAssembly(isEncapsulated: true) }

  private let isEncapsulated: Bool
  /// Bytes of each code stream so far, without padding.
  private(set) var streamLengths: [Int] = []
  /// Bytes of all pieces so far.
  private(set) var length: UInt64 = 0
  /// The last byte of native frames that do not fill their bytes, and how many bits of it are taken.
  private var open: (byte: UInt8, bits: Int) = (0, 0)

  private init(isEncapsulated: Bool) {
    self.isEncapsulated = isEncapsulated
  }

  /// A fragment that is a frame, as an item.
  ///
  /// - Throws: `PixelError` `.encodingFailed` for one that no item can hold.
  mutating func append(_ stream: [UInt8]) throws(PixelError) -> [UInt8] {
    let padded = stream.count + stream.count % 2
    guard let count = UInt32(exactly: padded), count < .max else {
      throw PixelError(.encodingFailed, "a code stream of \(stream.count) bytes fits no item")
    }
    streamLengths.append(stream.count)
    var piece = Self.item(length: count)
    piece.reserveCapacity(8 + padded)
    piece += stream
    if padded > stream.count { piece.append(0) }
    length += UInt64(piece.count)
    return piece
  }

  /// A native frame; frames of one bit a sample follow one another without gaps (PS3.5 §8.1.1).
  mutating func append(_ frame: DecodedFrame) -> [UInt8] {
    let count = frame.description.sampleCount * frame.description.bitsAllocated
    var piece: [UInt8] = []
    if open.bits == 0, count.isMultiple(of: 8) {
      piece = frame.samples
    } else {
      piece.reserveCapacity((open.bits + count) / 8)
      for bit in 0..<count {
        if frame.samples[bit >> 3] >> UInt8(bit & 7) & 1 != 0 { open.byte |= 1 << UInt8(open.bits) }
        open.bits += 1
        guard open.bits == 8 else { continue }
        piece.append(open.byte)
        open = (0, 0)
      }
    }
    length += UInt64(piece.count)
    return piece
  }

  /// What remains: bits of a last byte, and the byte that makes the length even.
  mutating func finish() -> [UInt8] {
    var piece: [UInt8] = []
    if open.bits > 0 { piece.append(open.byte) }
    open = (0, 0)
    if !(length + UInt64(piece.count)).isMultiple(of: 2) { piece.append(0) }
    length += UInt64(piece.count)
    return piece
  }

  static func item(length: UInt32) -> [UInt8] {
    [0xFE, 0xFF, 0x00, 0xE0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(8 * $0)) }
  }
}
