/// A frame as native pixel data has it: little endian, colour by pixel.
public struct DecodedFrame: Equatable, Sendable {
  /// Exactly `description.length` bytes.
  public var samples: [UInt8]
  /// What they are: the header's description, in the colour space that the decoder leaves them in.
  public var description: FrameDescription
  /// The deviations that were tolerated.
  public var leniencies: Set<CodecLeniency>

  public init(samples: [UInt8], description: FrameDescription, leniencies: Set<CodecLeniency> = []) {
    self.samples = samples
    self.description = description
    self.leniencies = leniencies
  }
}

/// A frame as a code stream.
public struct EncodedFrame: Equatable, Sendable {
  public var stream: [UInt8]
  /// What the header must say of it.
  public var description: FrameDescription

  public init(stream: [UInt8], description: FrameDescription) {
    self.stream = stream
    self.description = description
  }
}
