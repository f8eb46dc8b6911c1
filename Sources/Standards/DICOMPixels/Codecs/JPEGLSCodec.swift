import CCodecs
import DICOM

/// JPEG-LS, lossless and near-lossless (PS3.5 §8.2.3; ISO/IEC 14495-1): 2 to 16 bits.
struct JPEGLSCodec: FrameCodec {
  let isLossless: Bool

  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    let header = try JPEGHeader(stream)
    guard header.process == .jpegLS, !isLossless || header.spectralStart == 0 else {
      throw PixelError(.codeStreamDisagrees, "a code stream that is not the JPEG-LS the syntax names")
    }
    var leniencies = try header.content.check(against: frame)
    guard let end = Self.endOfImage(stream) else {
      throw PixelError(.malformedCodeStream, "the JPEG-LS code stream has no end of image")
    }
    let coded: CodedSamples
    do {
      coded = try CodecLibrary.decode(stream, header.content, ccodecs_jpegls_decode)
    } catch {
      guard error.code == .malformedCodeStream, end > 0, stream[end - 1] == 0 else { throw error }
      coded = try CodecLibrary.decode(stream[..<(end - 1)] + [0xFF, 0xD9], header.content, ccodecs_jpegls_decode)
      leniencies.insert(.zeroBeforeEndOfImage)
    }
    return DecodedFrame(
      samples: coded.stored(as: frame), description: try frame.afterTransform(), leniencies: leniencies)
  }

  /// Where the EOI marker lies; behind it is padding, before it no bits look like it (ISO/IEC 14495-1 §A.1).
  ///
  /// Not left to the library, which looks for a marker behind the last bits for ever.
  private static func endOfImage(_ stream: [UInt8]) -> Int? {
    stream.indices.dropLast().last { stream[$0] == 0xFF && stream[$0 + 1] == 0xD9 }
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try options.check()
    try frame.check(samples)
    guard isLossless || (!frame.isSigned && frame.photometricInterpretation != .paletteColor) else {
      // Bits of negative numbers lie far from those of positive ones, which near-lossless coding does not know.
      throw PixelError(.unsupported, "near-lossless JPEG-LS of signed samples or palette indices")
    }
    let coded = CodedSamples(samples, of: frame, keepsSign: false)
    guard (2...16).contains(coded.precision) else {
      throw PixelError(.unsupported, tag: .bitsStored, "samples of \(coded.precision) bits; JPEG-LS has 2 to 16")
    }
    let near = Int32(isLossless ? 0 : min(options.nearLossless, (1 << coded.precision - 1) / 2))
    let stream = try CodecLibrary.encode(coded, of: frame) { frame, samples, stream, message in
      ccodecs_jpegls_encode(frame, samples, near, stream, message)
    }
    return EncodedFrame(stream: stream, description: frame)
  }
}
