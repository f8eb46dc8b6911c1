import CCodecs
import DICOM

/// JPEG lossless (PS3.5 §8.2.1; ISO/IEC 10918-1 process 14): a predictor and Huffman codes, 2 to 16 bits.
struct JPEGLosslessCodec: FrameCodec {
  /// Bits of a sample that the libraries encode; fewer are coded as more.
  static let precisions = [8, 12, 16]

  /// Whether the syntax calls for selection value 1.
  let isFirstOrder: Bool

  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    try JPEG.decode(stream, as: frame) { header in
      header.process == .lossless && (!isFirstOrder || header.spectralStart == 1)
    }
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try options.check()
    try frame.check(samples)
    let coded = CodedSamples(samples, of: frame, keepsSign: false, precisions: Self.precisions)
    guard (2...16).contains(coded.precision), frame.bitsAllocated > 1 else {
      throw PixelError(.unsupported, tag: .bitsStored, "samples of \(coded.precision) bits; lossless JPEG has 2 to 16")
    }
    let encoder =
      switch coded.precision {
      case ...8: ccodecs_jpeg_gdcm8_encode
      case ...12: ccodecs_jpeg_gdcm12_encode
      default: ccodecs_jpeg_gdcm16_encode
      }
    let predictor = Int32(isFirstOrder ? 1 : options.predictor)
    let stream = try CodecLibrary.encode(coded, of: frame) { frame, samples, stream, message in
      encoder(frame, samples, predictor, 0, stream, message)
    }
    return EncodedFrame(stream: stream, description: frame)
  }
}
