/// The stored values of a monochrome or palette frame, whatever their encoding: a view of little-endian bytes.
///
/// Values of up to 16 stored bits are reached by bit pattern (an index into a table of `1 << bits` entries), so that
/// no arithmetic is done per pixel; wider ones and floating point as numbers. Bits of a sample that are not part of
/// its value, such as overlays in unused high bits, are masked (PS3.5 §8.1.1).
struct StoredSamples {
  let bytes: UnsafeRawBufferPointer
  let count: Int
  let description: ImageDescription
  /// The bit of the first byte at which the frame begins; other than 0 only for samples of 1 bit.
  let firstBit: Int

  /// - Throws: `PixelError` with code `.frameTooShort` or `.noSuchFrame`.
  init(
    _ bytes: UnsafeRawBufferPointer, _ description: ImageDescription, frameNumber: Int
  ) throws(PixelError) {
    let extent = try description.nativeExtent(frameNumber: frameNumber)
    guard bytes.count >= extent.bytes.count else {
      throw PixelError(.frameTooShort, "\(bytes.count) bytes of a frame of \(extent.bytes.count)")
    }
    self.bytes = bytes
    self.description = description
    count = description.pixelCount
    firstBit = extent.firstBit
  }

  var isSigned: Bool { description.sampleType == .signed }

  /// Whether the stored values are few enough to be tabulated.
  var isTabulated: Bool {
    (description.sampleType == .unsigned || isSigned) && description.bitsStored <= 16
  }

  /// The range of values the stored bits can express; floating point samples have none of use.
  var expressible: ClosedRange<Double> {
    let magnitude = Double(UInt64(1) << UInt64(min(description.bitsStored, 62) - (isSigned ? 1 : 0)))
    return isSigned ? -magnitude...(magnitude - 1) : 0...(magnitude - 1)
  }

  private var shift: Int { description.highBit + 1 - description.bitsStored }

  /// Writes `table[bit pattern]` for every pixel. The table has `1 << bitsStored` entries.
  func map(_ table: [UInt8], to output: UnsafeMutableBufferPointer<UInt8>) {
    table.withUnsafeBufferPointer { table in
      switch description.bitsAllocated {
      case 1:
        for index in 0..<count {
          let bit = firstBit + index
          output[index] = table[Int(bytes[bit >> 3] >> UInt8(truncatingIfNeeded: bit & 7) & 1)]
        }
      case 8:
        let (shift, mask) = (UInt8(shift), UInt8(truncatingIfNeeded: (1 << description.bitsStored) - 1))
        for index in 0..<count {
          output[index] = table[Int((bytes[index] &>> shift) & mask)]
        }
      case 16:
        let (shift, mask) = (UInt16(shift), UInt16(truncatingIfNeeded: (1 << description.bitsStored) - 1))
        for index in 0..<count {
          output[index] = table[Int((word(index) &>> shift) & mask)]
        }
      default:
        let (shift, mask) = (UInt32(shift), UInt32(truncatingIfNeeded: (1 << description.bitsStored) - 1))
        for index in 0..<count {
          output[index] = table[Int((longWord(index) &>> shift) & mask)]
        }
      }
    }
  }

  @inline(__always)
  private func word(_ index: Int) -> UInt16 {
    UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self))
  }

  @inline(__always)
  private func longWord(_ index: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
  }

  /// The stored value of one pixel.
  @inline(__always)
  func value(_ index: Int) -> Double {
    switch description.sampleType {
    case .float32:
      return Double(Float(bitPattern: longWord(index)))
    case .float64:
      let pattern = bytes.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
      return Double(bitPattern: UInt64(littleEndian: pattern))
    case .unsigned, .signed:
      return Double(integer(index))
    }
  }

  @inline(__always)
  private func integer(_ index: Int) -> Int {
    let pattern: UInt32
    switch description.bitsAllocated {
    case 1:
      let bit = firstBit &+ index
      pattern = UInt32(bytes[bit >> 3] >> UInt8(truncatingIfNeeded: bit & 7) & 1)
    case 8: pattern = UInt32(bytes[index])
    case 16: pattern = UInt32(word(index))
    default: pattern = longWord(index)
    }
    let unused = UInt32(truncatingIfNeeded: 32 - description.bitsStored)
    let aligned = (pattern &>> UInt32(truncatingIfNeeded: shift)) &<< unused
    return isSigned ? Int(Int32(bitPattern: aligned) &>> Int32(bitPattern: unused)) : Int(aligned &>> unused)
  }
}
