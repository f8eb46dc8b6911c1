/// Reads and writes the code streams of a family of transfer syntaxes, one frame at a time.
///
/// A codec is a value without state: any number of frames may be decoded at once.
public protocol FrameCodec: Sendable {
  /// Decodes one frame.
  ///
  /// What the code stream says of itself is compared with `frame` before memory is taken for it.
  ///
  /// - Parameters:
  ///   - stream: the fragments of the frame, joined.
  ///   - frame: what the header says of the frame.
  /// - Throws: `PixelError` `.malformedCodeStream`, `.codeStreamDisagrees` or `.unsupported`.
  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame

  /// Encodes one frame.
  ///
  /// - Parameters:
  ///   - samples: as a decoder gives them (`DecodedFrame.samples`).
  ///   - frame: what they are.
  ///   - options: what to do where a syntax leaves a choice.
  /// - Throws: `PixelError` `.frameTooShort`, `.unsupported` or `.encodingFailed`.
  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame
}
