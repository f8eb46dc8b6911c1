import CCodecs
import DICOM

/// High-Throughput JPEG 2000 (PS3.5 §8.2.14; ISO/IEC 15444-15), in any progression order; encoded in RPCL.
struct HTJ2KCodec: FrameCodec {
  let isLossless: Bool

  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    let header = try JPEG2000Header(stream)
    guard header.isHighThroughput, !isLossless || header.isReversible else {
      throw PixelError(.codeStreamDisagrees, "a code stream that is not the HTJ2K the syntax names")
    }
    return try JPEG2000.decode(stream, header, as: frame)
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try options.check()
    // Quantisation is by step, of which a ratio is a rough guess: three bits of ten remain at 10 : 1.
    let step: Float = isLossless ? 0 : Float(min(0.5, options.compressionRatio / 1024))
    return try JPEG2000.encode(samples, of: frame, isLossless: isLossless) {
      hasTransform, frame, samples, stream, message in
      ccodecs_htj2k_encode(frame, samples, step, hasTransform, stream, message)
    }
  }
}
