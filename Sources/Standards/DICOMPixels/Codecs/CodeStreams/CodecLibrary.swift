import CCodecs

/// Calls of the libraries behind `CCodecs`.
enum CodecLibrary {
  typealias Decoder = (
    UnsafePointer<UInt8>?, Int, UnsafePointer<ccodecs_frame>?, UnsafeMutablePointer<UInt8>?,
    UnsafeMutablePointer<CChar>?
  ) -> Int32
  typealias Encoder = (
    UnsafePointer<ccodecs_frame>?, UnsafePointer<UInt8>?, UnsafeMutablePointer<ccodecs_stream>?,
    UnsafeMutablePointer<CChar>?
  ) -> Int32

  /// Decodes a code stream of which `content` was found in its header.
  ///
  /// - Throws: `PixelError` `.malformedCodeStream`, `.codeStreamDisagrees`, `.unsupported` or `.decodingFailed`.
  static func decode(
    _ stream: [UInt8], _ content: CodeStreamContent, _ decoder: Decoder
  ) throws(PixelError) -> CodedSamples {
    var frame = ccodecs_frame(content)
    let length = content.rows * content.columns * content.samplesPerPixel * Int(frame.bytes_per_sample)
    guard length <= FrameDescription.maximumLength else {
      throw PixelError(.imageTooLarge, "a frame of \(length) bytes")
    }
    var status = Int32(CCODECS_OK)
    var message = [CChar](repeating: 0, count: Int(CCODECS_MESSAGE_LENGTH))
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { output, count in
      status = stream.withUnsafeBufferPointer { stream in
        decoder(stream.baseAddress, stream.count, &frame, output.baseAddress, &message)
      }
      count = status == CCODECS_OK ? length : 0
    }
    try check(status, message, failure: .decodingFailed)
    return CodedSamples(bytes: bytes, precision: content.precision, isSigned: content.isSigned ?? false)
  }

  /// Encodes samples.
  ///
  /// - Throws: `PixelError` `.unsupported` or `.encodingFailed`.
  static func encode(
    _ samples: CodedSamples, of frame: FrameDescription, _ encoder: Encoder
  ) throws(PixelError) -> [UInt8] {
    var described = ccodecs_frame(
      CodeStreamContent(
        rows: frame.rows, columns: frame.columns, samplesPerPixel: frame.samplesPerPixel,
        precision: samples.precision, isSigned: samples.isSigned))
    var message = [CChar](repeating: 0, count: Int(CCODECS_MESSAGE_LENGTH))
    var made = ccodecs_stream()
    let status = samples.bytes.withUnsafeBufferPointer { encoder(&described, $0.baseAddress, &made, &message) }
    defer { ccodecs_free(made) }
    guard status == CCODECS_OK else {
      let code: PixelError.Code = status == CCODECS_UNSUPPORTED ? .unsupported : .encodingFailed
      throw PixelError(code, Self.text(message))
    }
    return Array(UnsafeBufferPointer(start: made.bytes, count: made.length))
  }

  static func check(_ status: Int32, _ message: [CChar], failure: PixelError.Code) throws(PixelError) {
    switch Int(status) {
    case CCODECS_OK: return
    case CCODECS_CORRUPT: throw PixelError(.malformedCodeStream, text(message))
    case CCODECS_DISAGREES: throw PixelError(.codeStreamDisagrees, text(message))
    case CCODECS_UNSUPPORTED: throw PixelError(.unsupported, text(message))
    default: throw PixelError(failure, text(message))
    }
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension ccodecs_frame {
  init(_ content: CodeStreamContent) {
    self.init(
      width: UInt32(truncatingIfNeeded: content.columns), height: UInt32(truncatingIfNeeded: content.rows),
      components: UInt32(truncatingIfNeeded: content.samplesPerPixel),
      precision: UInt32(truncatingIfNeeded: content.precision), is_signed: content.isSigned ?? false,
      bytes_per_sample: UInt32(CodedSamples.bytesPerSample(precision: content.precision)))
  }
}
