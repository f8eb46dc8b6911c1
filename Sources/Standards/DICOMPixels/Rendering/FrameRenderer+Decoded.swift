public import DICOM

extension FrameRenderer {
  /// Renders a frame that a codec has decoded.
  ///
  /// - Parameters:
  ///   - header: what the samples mean: rescale, windows, tables.
  ///   - frameNumber: the frame's number in the image, from 1.
  /// - Throws: `PixelError`.
  public static func render(
    header: DataSet, decoded: DecodedFrame, frameNumber: Int, options: RenderOptions = RenderOptions()
  ) throws(PixelError) -> RenderedImage {
    let frame = decoded.withWholeBytes
    let description = try ImageDescription(frame.description, numberOfFrames: frameNumber)
    return try frame.samples.withUnsafeBufferPointer { bytes throws(PixelError) in
      try render(
        header: header, description: description, frame: UnsafeRawBufferPointer(bytes), frameNumber: frameNumber,
        options: options)
    }
  }
}

extension DecodedFrame {
  /// Samples of one bit in bytes of their own, so that the frame begins with a byte whatever its number.
  fileprivate var withWholeBytes: DecodedFrame {
    guard description.bitsAllocated == 1 else { return self }
    var frame = self
    frame.description.bitsAllocated = 8
    frame.samples = (0..<description.sampleCount).map { samples[$0 >> 3] >> UInt8($0 & 7) & 1 }
    return frame
  }

  /// The frame in the colours that its header names, as far as they are native ones: a decoder leaves luminance and
  /// colour differences in full, which no native frame of YBR_FULL_422 has, so they become RGB.
  public func inColors(of header: FrameDescription) -> DecodedFrame {
    guard description.photometricInterpretation == .ybrFull, header.photometricInterpretation != .ybrFull,
      description.bitsAllocated == 8
    else { return self }
    var frame = self
    frame.description.photometricInterpretation = .rgb
    frame.samples.withUnsafeMutableBufferPointer { bytes in
      for start in stride(from: 0, to: bytes.count - 2, by: 3) {
        let color = RGB(luminance: bytes[start], blue: bytes[start + 1], red: bytes[start + 2])
        bytes[start] = color.red
        bytes[start + 1] = color.green
        bytes[start + 2] = color.blue
      }
    }
    return frame
  }
}
