import DICOM

/// A reference to an image, to frames or segments of it, and to how it is to be shown (PS3.3 §C.18.4).
public struct ImageReference: Hashable, Sendable {
  public var instance: InstanceReference
  /// Frame numbers from 1; empty for all frames.
  public var frames: [Int]
  /// Segment numbers from 1; empty for all segments, and when frames are named.
  public var segments: [Int]
  /// The presentation state to apply.
  public var presentationState: InstanceReference?
  /// The real world value mapping to apply.
  public var realWorldValueMapping: InstanceReference?

  public init(
    _ instance: InstanceReference, frames: [Int] = [], segments: [Int] = [],
    presentationState: InstanceReference? = nil, realWorldValueMapping: InstanceReference? = nil
  ) {
    self.instance = instance
    self.frames = frames
    self.segments = segments
    self.presentationState = presentationState
    self.realWorldValueMapping = realWorldValueMapping
  }
}

extension ImageReference: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    instance = try InstanceReference(item: item)
    frames = item.ints(.referencedFrameNumber)
    segments = item.ints(.referencedSegmentNumber)
    // One sequence names a presentation state, a real world value mapping, or one of each (PS3.3 §C.18.4).
    for further in item.items(.referencedSOPSequence) {
      let reference = try InstanceReference(item: further)
      if reference.sopClassUID == .realWorldValueMappingStorage {
        realWorldValueMapping = reference
      } else {
        presentationState = reference
      }
    }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try instance.write(to: &writer)
    guard frames.isEmpty || segments.isEmpty else {
      throw writer.error(.contradiction, .referencedSegmentNumber, "frames or segments, not both (PS3.3 §C.18.4)")
    }
    if !frames.isEmpty { try writer.put(.referencedFrameNumber, .is, ints: frames) }
    if !segments.isEmpty { try writer.put(.referencedSegmentNumber, .us, ints: segments) }
    try writer.put(.referencedSOPSequence, ifAny: [presentationState, realWorldValueMapping].compactMap { $0 })
  }
}

/// A reference to a waveform or channels of it (PS3.3 §C.18.5).
public struct WaveformReference: Hashable, Sendable {
  /// Multiplex group and channel, both from 1; channel 0 is the whole group.
  public struct Channel: Hashable, Sendable {
    public var group: Int
    public var channel: Int

    public init(group: Int, channel: Int) {
      self.group = group
      self.channel = channel
    }
  }

  public var instance: InstanceReference
  /// Empty for all channels.
  public var channels: [Channel]

  public init(_ instance: InstanceReference, channels: [Channel] = []) {
    self.instance = instance
    self.channels = channels
  }
}

extension WaveformReference: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    instance = try InstanceReference(item: item)
    let numbers = item.ints(.referencedWaveformChannels)
    channels = stride(from: 0, to: numbers.count - numbers.count % 2, by: 2).map {
      Channel(group: numbers[$0], channel: numbers[$0 + 1])
    }
    if numbers.count % 2 == 1 { item.note(.malformedValue, .referencedWaveformChannels) }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try instance.write(to: &writer)
    if !channels.isEmpty {
      try writer.put(.referencedWaveformChannels, .us, ints: channels.flatMap { [$0.group, $0.channel] })
    }
  }
}
