import DICOM

/// The bytes of one frame as they are stored: the code stream of an encapsulated one, the samples of a native one in
/// little endian.
public struct StoredFrame: Sendable {
  public var bytes: [UInt8]
  /// Bits of the first byte that belong to the frame before: not 0 only for samples of one bit.
  public var bitOffset: Int

  public init(_ bytes: [UInt8], bitOffset: Int = 0) {
    self.bytes = bytes
    self.bitOffset = bitOffset
  }

  /// A native frame, colour by pixel and beginning with a byte.
  ///
  /// - Parameter bits: how many the frame has where it is stored; with 4:2:2 two samples a pixel, or three as some write.
  /// - Throws: `PixelError` `.frameTooShort`.
  func native(
    _ frame: FrameDescription, bits: Int, byPlane: Bool, number: Int
  ) throws(PixelError) -> DecodedFrame {
    guard bitOffset + bits <= bytes.count * 8 else {
      throw PixelError(.frameTooShort, "\(bytes.count) bytes end before frame \(number + 1)")
    }
    var description = frame
    let isSubsampled = frame.photometricInterpretation == .ybrFull422
    if isSubsampled { description.photometricInterpretation = .ybrFull }
    if frame.bitsAllocated == 1 {
      var samples = [UInt8](repeating: 0, count: frame.length)
      for bit in 0..<bits where bytes[(bitOffset + bit) >> 3] >> UInt8((bitOffset + bit) & 7) & 1 != 0 {
        samples[bit >> 3] |= 1 << UInt8(bit & 7)
      }
      return DecodedFrame(samples: samples, description: description)
    }
    let stored = bytes.count == bits / 8 ? bytes : Array(bytes[..<(bits / 8)])
    if isSubsampled, stored.count < frame.length {
      return DecodedFrame(samples: Self.spread(stored), description: description)
    }
    guard frame.samplesPerPixel == 3, byPlane else { return DecodedFrame(samples: stored, description: description) }
    return DecodedFrame(samples: Self.interleave(stored, description), description: description)
  }

  /// `Y Y CB CR` for two pixels becomes `Y CB CR Y CB CR`.
  private static func spread(_ stored: [UInt8]) -> [UInt8] {
    var samples: [UInt8] = []
    samples.reserveCapacity(stored.count / 2 * 3)
    for start in stride(from: 0, to: stored.count - 3, by: 4) {
      let (blue, red) = (stored[start + 2], stored[start + 3])
      samples += [stored[start], blue, red, stored[start + 1], blue, red]
    }
    return samples
  }

  /// Planes become pixels.
  private static func interleave(_ stored: [UInt8], _ frame: FrameDescription) -> [UInt8] {
    let width = frame.bitsAllocated / 8
    let count = frame.rows * frame.columns
    var samples = [UInt8](repeating: 0, count: stored.count)
    for sample in 0..<3 {
      for pixel in 0..<count {
        for byte in 0..<width {
          samples[(pixel * 3 + sample) * width + byte] = stored[(sample * count + pixel) * width + byte]
        }
      }
    }
    return samples
  }
}
