public import DICOM

/// Decodes and encodes frames somewhere: in this process or in others.
public protocol FrameCoding: Sendable {
  /// Decodes one frame; see `FrameCodec.decode(_:as:)`.
  func decode(
    _ stream: [UInt8], in syntax: TransferSyntax, as frame: FrameDescription
  ) async throws(PixelError) -> DecodedFrame

  /// Encodes one frame; see `FrameCodec.encode(_:of:options:)`.
  func encode(
    _ samples: [UInt8], of frame: FrameDescription, in syntax: TransferSyntax, options: CompressionOptions
  ) async throws(PixelError) -> EncodedFrame
}

/// Codecs in this very process: nothing to set up, and a library that crashes takes the process with it.
public struct InProcessCodecs: FrameCoding {
  public init() {}

  @concurrent
  public func decode(
    _ stream: [UInt8], in syntax: TransferSyntax, as frame: FrameDescription
  ) async throws(PixelError) -> DecodedFrame {
    try FrameCodecs.codec(for: syntax).decode(stream, as: frame)
  }

  @concurrent
  public func encode(
    _ samples: [UInt8], of frame: FrameDescription, in syntax: TransferSyntax, options: CompressionOptions
  ) async throws(PixelError) -> EncodedFrame {
    try FrameCodecs.codec(for: syntax).encode(samples, of: frame, options: options)
  }
}
