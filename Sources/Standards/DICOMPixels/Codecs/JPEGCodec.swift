import CCodecs
import DICOM

/// JPEG baseline and extended (PS3.5 §8.2.1; ISO/IEC 10918-1 processes 1, 2 and 4): DCT, 8 or 12 bits, lossy.
struct JPEGCodec: FrameCodec {
  enum Process {
    /// 8 bits.
    case baseline
    /// 8 or 12 bits.
    case extended
  }

  let process: Process

  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    try JPEG.decode(stream, as: frame) { header in
      header.process == .sequential && (header.precision == 8 || process == .extended)
    }
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try options.check()
    try frame.check(samples)
    guard frame.bitsAllocated == 8, frame.bitsStored == 8 || process == .baseline else {
      return try encodeExtended(samples, of: frame, options)
    }
    guard frame.photometricInterpretation != .paletteColor else {
      throw PixelError(.unsupported, "palette indices mean nothing when they are changed: no lossy JPEG of them")
    }
    guard frame.bitsAllocated == 8, !frame.isSigned else {
      throw PixelError(.unsupported, "baseline JPEG has unsigned samples of 8 bits")
    }
    let color: Int
    var description = frame
    switch frame.photometricInterpretation {
    case .rgb:
      color = options.keepsColorResolution ? CCODECS_COLOR_RGB : CCODECS_COLOR_RGB_422
      description.photometricInterpretation = options.keepsColorResolution ? .ybrFull : .ybrFull422
    case .ybrFull:
      color = CCODECS_COLOR_YBR
    default:
      color = CCODECS_COLOR_NONE
    }
    let coded = CodedSamples(bytes: samples, precision: 8, isSigned: false)
    let stream = try CodecLibrary.encode(coded, of: frame) { frame, samples, stream, message in
      ccodecs_jpeg8_encode(frame, samples, Int32(options.quality), Int32(color), stream, message)
    }
    return EncodedFrame(stream: stream, description: description)
  }

  /// Twelve bits, grey.
  private func encodeExtended(
    _ samples: [UInt8], of frame: FrameDescription, _ options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    guard process == .extended, frame.bitsAllocated == 16, frame.bitsStored <= 12, frame.isRightAligned,
      frame.samplesPerPixel == 1, !frame.isSigned, frame.photometricInterpretation != .paletteColor
    else { throw PixelError(.unsupported, "lossy JPEG has grey samples of up to 12 bits without sign, or 8 of colour") }
    var coded = CodedSamples(samples, of: frame, keepsSign: false)
    guard coded.precision <= 12 else {
      throw PixelError(.unsupported, tag: .bitsStored, "samples of \(coded.precision) bits, more than stored")
    }
    if coded.precision <= 8 { coded.bytes = coded.bytes.flatMap { [$0, 0] } }
    coded.precision = 12
    let stream = try CodecLibrary.encode(coded, of: frame) { frame, samples, stream, message in
      ccodecs_jpeg_gdcm12_encode(frame, samples, 0, Int32(options.quality), stream, message)
    }
    return EncodedFrame(stream: stream, description: frame)
  }
}
