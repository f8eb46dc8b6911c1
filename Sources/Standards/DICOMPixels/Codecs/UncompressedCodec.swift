import DICOM

/// Encapsulated Uncompressed Explicit VR Little Endian (PS3.5 §A.4.11): native frames as fragments.
struct UncompressedCodec: FrameCodec {
  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    // Two pixels share their colour differences in YBR_FULL_422: a native frame of another shape, not offered here.
    let description = try frame.afterTransform()
    guard frame.photometricInterpretation != .ybrFull422 else {
      throw PixelError(.unsupported, "uncompressed frames of YBR_FULL_422 in encapsulated pixel data")
    }
    guard stream.count >= frame.length else {
      throw PixelError(.frameTooShort, "\(stream.count) bytes of a frame of \(frame.length)")
    }
    return DecodedFrame(samples: Array(stream[..<frame.length]), description: description)
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try frame.check(samples)
    return EncodedFrame(stream: samples, description: frame)
  }
}
