/// Samples as the libraries take and give them: 1, 2 or 4 bytes each by their precision, interleaved by pixel.
struct CodedSamples: Equatable {
  var bytes: [UInt8]
  var precision: Int
  var isSigned: Bool

  static func bytesPerSample(precision: Int) -> Int { precision <= 8 ? 1 : precision <= 16 ? 2 : 4 }

  /// The bits of a sample, those above its precision cleared.
  @inline(__always)
  private static func pattern(
    _ bytes: UnsafeRawBufferPointer, _ index: Int, _ width: Int, _ mask: UInt32
  ) -> UInt32 {
    let pattern: UInt32 =
      switch width {
      case 1: UInt32(bytes[index])
      case 2: UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self)))
      default: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
      }
    return pattern & mask
  }

  @inline(__always)
  private static func store(_ pattern: UInt32, _ bytes: UnsafeMutableRawBufferPointer, _ index: Int, _ width: Int) {
    switch width {
    case 1: bytes[index] = UInt8(truncatingIfNeeded: pattern)
    case 2:
      bytes.storeBytes(
        of: UInt16(truncatingIfNeeded: pattern).littleEndian, toByteOffset: index &* 2, as: UInt16.self)
    default: bytes.storeBytes(of: pattern.littleEndian, toByteOffset: index &* 4, as: UInt32.self)
    }
  }

  private static func mask(_ precision: Int) -> UInt32 { UInt32.max >> UInt32(32 - precision) }

  /// The samples as stored (PS3.5 §8.1): in the allocated bits, negative ones extended over the bits above, moved up
  /// when the header's high bit says so.
  func stored(as frame: FrameDescription) -> [UInt8] {
    let width = Self.bytesPerSample(precision: precision)
    let isContainer = width * 8 == frame.bitsAllocated
    let isExtended = isSigned == frame.isSigned || precision == frame.bitsAllocated
    if isContainer, isExtended, frame.isRightAligned { return bytes }
    let mask = Self.mask(precision)
    let sign: UInt32 = frame.isSigned ? 1 << UInt32(precision - 1) : 0
    let shift = UInt32(precision <= frame.bitsStored ? frame.highBit + 1 - frame.bitsStored : 0)
    return bytes.withUnsafeBytes { source in
      [UInt8](unsafeUninitializedCapacity: frame.length) { output, count in
        let target = UnsafeMutableRawBufferPointer(output)
        count = frame.length
        if frame.bitsAllocated == 1 {
          target.initializeMemory(as: UInt8.self, repeating: 0)
          for index in 0..<frame.sampleCount where source[index] & 1 != 0 {
            target[index >> 3] |= 1 << UInt8(index & 7)
          }
          return
        }
        for index in 0..<frame.sampleCount {
          let pattern = Self.pattern(source, index, width, mask)
          Self.store(((pattern ^ sign) &- sign) &<< shift, target, index, frame.bitsAllocated / 8)
        }
      }
    }
  }

  /// The samples of a frame for an encoder, in as few bits as lose nothing: Bits Stored, or Bits Allocated when other
  /// bits carry something, such as an overlay.
  ///
  /// - Parameters:
  ///   - keepsSign: whether the code stream knows a sign; if not, it gets the bits of the value.
  ///   - precisions: the bits that the encoder offers; nil for any.
  init(_ samples: [UInt8], of frame: FrameDescription, keepsSign: Bool, precisions: [Int]? = nil) {
    let allocated = frame.bitsAllocated
    isSigned = keepsSign && frame.isSigned
    if allocated == 1 {
      precision = 1
      bytes = (0..<frame.sampleCount).map { samples[$0 >> 3] >> UInt8($0 & 7) & 1 }
      return
    }
    let needed = frame.isRightAligned && Self.fits(samples, frame) ? frame.bitsStored : allocated
    let precision = precisions?.first { $0 >= needed } ?? needed
    self.precision = precision
    let width = Self.bytesPerSample(precision: precision)
    let mask = Self.mask(precision)
    let sign: UInt32 = isSigned ? 1 << UInt32(precision - 1) : 0
    if width * 8 == allocated, precision == allocated || isSigned || !frame.isSigned {
      bytes = samples
      return
    }
    bytes = samples.withUnsafeBytes { source in
      [UInt8](unsafeUninitializedCapacity: frame.sampleCount * width) { output, count in
        let target = UnsafeMutableRawBufferPointer(output)
        for index in 0..<frame.sampleCount {
          let pattern = Self.pattern(source, index, allocated / 8, mask)
          Self.store((pattern ^ sign) &- sign, target, index, width)
        }
        count = frame.sampleCount * width
      }
    }
  }

  init(bytes: [UInt8], precision: Int, isSigned: Bool) {
    self.bytes = bytes
    self.precision = precision
    self.isSigned = isSigned
  }

  /// Whether the bits above Bits Stored repeat the sign of every sample, or are zero.
  private static func fits(_ samples: [UInt8], _ frame: FrameDescription) -> Bool {
    let allocated = frame.bitsAllocated
    guard frame.bitsStored < allocated else { return true }
    let all = mask(allocated)
    let mask = mask(frame.bitsStored)
    let sign: UInt32 = frame.isSigned ? 1 << UInt32(frame.bitsStored - 1) : 0
    return samples.withUnsafeBytes { source in
      (0..<frame.sampleCount).allSatisfy { index in
        let pattern = pattern(source, index, allocated / 8, all)
        return (((pattern & mask) ^ sign) &- sign) & all == pattern
      }
    }
  }
}
