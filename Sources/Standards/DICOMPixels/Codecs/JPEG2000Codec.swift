import CCodecs
import DICOM

/// JPEG 2000 (PS3.5 §8.2.4; ISO/IEC 15444-1), and of Part 2 what concerns one frame.
struct JPEG2000Codec: FrameCodec {
  /// Bits of a sample that are encoded; the library's lossless coding is exact well beyond.
  static let maximumPrecision = 16

  let isLossless: Bool
  var isPart2 = false

  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    let header = try JPEG2000Header(stream)
    guard !header.isHighThroughput else {
      throw PixelError(.codeStreamDisagrees, "a high-throughput code stream where the syntax names JPEG 2000")
    }
    if isPart2, header.components != frame.samplesPerPixel {
      throw PixelError(
        .unsupported, "a JPEG 2000 Part 2 code stream of \(header.components) components: frames coded together")
    }
    return try JPEG2000.decode(stream, header, as: frame)
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try options.check()
    guard !isPart2 else { throw PixelError(.unsupported, "JPEG 2000 Part 2 is not encoded") }
    let ratio: Float = isLossless ? 0 : Float(options.compressionRatio)
    return try JPEG2000.encode(samples, of: frame, isLossless: isLossless) {
      hasTransform, frame, samples, stream, message in
      ccodecs_jpeg2000_encode(frame, samples, ratio, hasTransform, stream, message)
    }
  }
}

/// What JPEG 2000 and its high-throughput variant share.
enum JPEG2000 {
  static func decode(
    _ stream: [UInt8], _ header: JPEG2000Header, as frame: FrameDescription
  ) throws(PixelError) -> DecodedFrame {
    var leniencies = try header.content.check(against: frame)
    if header.isInFile { leniencies.insert(.jp2File) }
    let namesTransform = frame.photometricInterpretation == .ybrICT || frame.photometricInterpretation == .ybrRCT
    if header.hasComponentTransform != namesTransform, frame.samplesPerPixel == 3 {
      leniencies.insert(.componentTransformNotNamed)
    }
    let coded = try CodecLibrary.decode(stream, header.content, ccodecs_jpeg2000_decode)
    return DecodedFrame(
      samples: coded.stored(as: frame), description: try frame.afterTransform(), leniencies: leniencies)
  }

  static func encode(
    _ samples: [UInt8], of frame: FrameDescription, isLossless: Bool,
    _ encoder:
      @escaping (
        Bool, UnsafePointer<ccodecs_frame>?, UnsafePointer<UInt8>?, UnsafeMutablePointer<ccodecs_stream>?,
        UnsafeMutablePointer<CChar>?
      ) -> Int32
  ) throws(PixelError) -> EncodedFrame {
    try frame.check(samples)
    guard isLossless || frame.photometricInterpretation != .paletteColor else {
      throw PixelError(.unsupported, "palette indices mean nothing when they are changed")
    }
    let coded = CodedSamples(samples, of: frame, keepsSign: true)
    guard coded.precision <= JPEG2000Codec.maximumPrecision else {
      throw PixelError(.unsupported, tag: .bitsStored, "samples of \(coded.precision) bits; up to 16 are encoded")
    }
    let hasTransform = frame.photometricInterpretation == .rgb
    let stream = try CodecLibrary.encode(coded, of: frame) { frame, samples, stream, message in
      encoder(hasTransform, frame, samples, stream, message)
    }
    var description = frame
    if hasTransform { description.photometricInterpretation = isLossless ? .ybrRCT : .ybrICT }
    return EncodedFrame(stream: stream, description: description)
  }
}
