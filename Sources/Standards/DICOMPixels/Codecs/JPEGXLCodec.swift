import CCodecs
import DICOM

/// JPEG XL (PS3.5 §8.2.15; ISO/IEC 18181): integers of up to 16 bits without sign.
struct JPEGXLCodec: FrameCodec {
  let isLossless: Bool

  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    var found = ccodecs_frame()
    var message = [CChar](repeating: 0, count: Int(CCODECS_MESSAGE_LENGTH))
    let status = stream.withUnsafeBufferPointer {
      ccodecs_jpegxl_describe($0.baseAddress, $0.count, &found, &message)
    }
    try CodecLibrary.check(status, message, failure: .decodingFailed)
    let content = CodeStreamContent(
      rows: Int(found.height), columns: Int(found.width), samplesPerPixel: Int(found.components),
      precision: Int(found.precision), isSigned: nil)
    let leniencies = try content.check(against: frame)
    let coded = try CodecLibrary.decode(stream, content, ccodecs_jpegxl_decode)
    var description = try frame.afterTransform()
    // Whatever its own colours are, the decoder gives RGB.
    if description.photometricInterpretation == .ybrFull { description.photometricInterpretation = .rgb }
    return DecodedFrame(samples: coded.stored(as: frame), description: description, leniencies: leniencies)
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try frame.check(samples)
    guard isLossless else { throw PixelError(.unsupported, "JPEG XL is encoded without loss only") }
    guard frame.photometricInterpretation != .ybrFull else {
      throw PixelError(.unsupported, "JPEG XL of YBR_FULL")
    }
    let coded = CodedSamples(samples, of: frame, keepsSign: false)
    guard coded.precision <= 16 else {
      throw PixelError(.unsupported, tag: .bitsStored, "samples of \(coded.precision) bits; JPEG XL has up to 16")
    }
    let stream = try CodecLibrary.encode(coded, of: frame, ccodecs_jpegxl_encode)
    return EncodedFrame(stream: stream, description: frame)
  }
}
