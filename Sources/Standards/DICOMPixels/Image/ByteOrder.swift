import DICOM

/// The byte order in which a native frame was stored: that of its transfer syntax.
public enum ByteOrder: Equatable, Hashable, Sendable {
  case littleEndian
  /// Explicit VR Big Endian (retired, PS3.5-2016b §A.3). Samples of more than one byte are swapped; in an OW value
  /// so are the pairs of bytes that hold samples of 8 or 1 bit.
  case bigEndian
}

extension ImageDescription {
  /// The bytes that change places as one when a big-endian frame is brought to little endian: 1, 2, 4 or 8.
  func swapUnit(pixelData: VR?) -> Int {
    bitsAllocated > 8 ? bitsAllocated / 8 : (pixelData == .ow ? 2 : 1)
  }

  /// A big-endian frame in little endian.
  ///
  /// - Parameter frame: begins with the word that the frame's first byte is in.
  /// - Throws: `PixelError` with code `.frameTooShort`.
  func littleEndian(
    _ frame: UnsafeRawBufferPointer, swapping unit: Int, frameNumber: Int
  ) throws(PixelError) -> [UInt8] {
    let extent = try nativeExtent(frameNumber: frameNumber).bytes
    // Frames of an odd number of bytes begin or end inside a word, the other half of which is not theirs.
    let lead = extent.lowerBound % unit
    let length = (lead + extent.count + unit - 1) / unit * unit
    guard frame.count >= length else {
      throw PixelError(.frameTooShort, "\(frame.count) bytes of a frame of \(length)")
    }
    let swapped = [UInt8](unsafeUninitializedCapacity: length) { bytes, count in
      for start in stride(from: 0, to: length, by: unit) {
        for offset in 0..<unit {
          bytes[start + offset] = frame[start + unit - 1 - offset]
        }
      }
      count = length
    }
    return lead == 0 ? swapped : Array(swapped[lead...])
  }
}
