import DICOM

/// Collects frames into the value of Pixel Data (7FE0,0010).
struct PixelDataBuilder {
  /// Without fragments: native frames one after the other.
  static var native: PixelDataBuilder { PixelDataBuilder(isEncapsulated: false) }
  /// One fragment a frame, behind a Basic Offset Table (PS3.5 §A.4).
  static var encapsulated: PixelDataBuilder { PixelDataBuilder(isEncapsulated: true) }

  private let isEncapsulated: Bool
  private var bytes: [UInt8] = []
  private var offsets: [Int] = []
  /// Bits of native frames so far, which follow one another without gaps.
  private var bits = 0

  private init(isEncapsulated: Bool) {
    self.isEncapsulated = isEncapsulated
  }

  /// Adds a fragment that is a frame.
  mutating func append(_ stream: [UInt8]) {
    offsets.append(bytes.count)
    bytes += Self.item(length: stream.count + stream.count % 2)
    bytes += stream
    if !stream.count.isMultiple(of: 2) { bytes.append(0) }
  }

  /// Adds a native frame.
  mutating func append(_ frame: DecodedFrame) {
    let count = frame.description.sampleCount * frame.description.bitsAllocated
    if bits.isMultiple(of: 8) {
      bytes += frame.samples
    } else {
      bytes += [UInt8](repeating: 0, count: (bits + count + 7) / 8 - bytes.count)
      for bit in 0..<count where frame.samples[bit >> 3] >> UInt8(bit & 7) & 1 != 0 {
        bytes[(bits + bit) >> 3] |= 1 << UInt8((bits + bit) & 7)
      }
    }
    bits += count
  }

  /// The value, in the form that `DataSetWriter` takes.
  ///
  /// - Throws: `PixelError` `.encodingFailed` when offsets do not fit their table.
  func finish() throws(PixelError) -> [UInt8] {
    guard isEncapsulated else { return bytes }
    var table = Self.item(length: offsets.count * 4)
    for offset in offsets {
      guard let offset = UInt32(exactly: offset) else {
        throw PixelError(.encodingFailed, "frames of more than 4 GB need an Extended Offset Table")
      }
      for shift in 0..<4 { table.append(UInt8(truncatingIfNeeded: offset >> UInt32(8 * shift))) }
    }
    return table + bytes
  }

  private static func item(length: Int) -> [UInt8] {
    [0xFE, 0xFF, 0x00, 0xE0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  }
}
