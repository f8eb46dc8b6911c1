extension ImageDescription {
  var pixelCount: Int { rows * columns }

  /// Samples that lie in a native frame; two per pixel when colour differences are shared by two pixels.
  var samplesPerFrame: Int {
    photometricInterpretation == .ybrFull422 ? pixelCount * 2 : pixelCount * samplesPerPixel
  }

  /// Bits of a native frame. Frames of 1-bit samples follow each other without padding (PS3.5 §8.1.1).
  public var bitsPerFrame: Int { samplesPerFrame * bitsAllocated }

  /// Where a native frame lies in the Pixel Data value, counted from its first byte.
  ///
  /// - Parameter frameNumber: from 1 (PS3.3 §C.7.6.6).
  /// - Returns: the bytes that hold the frame, and the bit of the first byte at which it begins: 0 except for 1-bit
  ///   samples whose frames do not fill whole bytes.
  /// - Throws: `PixelError` with code `.noSuchFrame`.
  public func nativeExtent(frameNumber: Int) throws(PixelError) -> (bytes: Range<Int>, firstBit: Int) {
    guard (1...numberOfFrames).contains(frameNumber) else {
      throw PixelError(.noSuchFrame, "frame \(frameNumber) of \(numberOfFrames)")
    }
    // At most 2^31 frames of 2^27 pixels × 3 samples: whole bytes first, so that no product leaves 64 bits.
    guard bitsAllocated == 1 else {
      let length = samplesPerFrame * (bitsAllocated / 8)
      let start = (frameNumber - 1) * length
      return (start..<start + length, 0)
    }
    let firstBit = (frameNumber - 1) * samplesPerFrame
    let lastBit = firstBit + samplesPerFrame
    return (firstBit / 8..<(lastBit + 7) / 8, firstBit % 8)
  }
}
