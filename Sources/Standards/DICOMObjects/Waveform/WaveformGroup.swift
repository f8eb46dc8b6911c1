/// Channels that were sampled together (PS3.3 §C.10.9, Waveform Sequence).
public struct WaveformGroup: Hashable, Sendable {
  /// Waveform Originality (003A,0004).
  public enum Originality: String, Hashable, Sendable {
    case original = "ORIGINAL"
    case derived = "DERIVED"
  }

  /// Waveform Sample Interpretation (5400,1006).
  public enum Interpretation: String, Hashable, Sendable {
    case signed8 = "SB"
    case unsigned8 = "UB"
    case muLaw = "MB"
    case aLaw = "AB"
    case signed16 = "SS"
    case unsigned16 = "US"
    case signed32 = "SL"
    case unsigned32 = "UL"

    var bytes: Int {
      switch self {
      case .signed8, .unsigned8, .muLaw, .aLaw: 1
      case .signed16, .unsigned16: 2
      case .signed32, .unsigned32: 4
      }
    }
  }

  public var label: String?
  public var originality: Originality
  /// Samples a second of each channel.
  public var samplingFrequencyHertz: Double
  public var sampleCount: Int
  public var channels: [WaveformChannel]
  public var interpretation: Interpretation
  /// One sample of each channel after the other, little endian.
  public var data: [UInt8]

  public init(
    label: String? = nil, originality: Originality = .original, samplingFrequencyHertz: Double, sampleCount: Int,
    channels: [WaveformChannel], interpretation: Interpretation, data: [UInt8]
  ) {
    self.label = label
    self.originality = originality
    self.samplingFrequencyHertz = samplingFrequencyHertz
    self.sampleCount = sampleCount
    self.channels = channels
    self.interpretation = interpretation
    self.data = data
  }

  /// The samples of a channel as they are stored.
  public func samples(channel: Int) -> [Int] {
    guard channels.indices.contains(channel) else { return [] }
    let width = interpretation.bytes
    return data.withUnsafeBytes { buffer in
      (0..<sampleCount).map { sample in
        let offset = (sample * channels.count + channel) * width
        guard offset + width <= buffer.count else { return 0 }
        switch interpretation {
        case .signed8: return Int(Int8(bitPattern: buffer[offset]))
        case .unsigned8, .muLaw, .aLaw: return Int(buffer[offset])
        case .signed16: return Int(Int16(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Int16.self)))
        case .unsigned16:
          return Int(UInt16(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        case .signed32: return Int(Int32(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        case .unsigned32:
          return Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
      }
    }
  }

  /// The samples of a channel in its unit; nil when the channel says no sensitivity or the samples are companded.
  public func values(channel: Int) -> [Double]? {
    guard channels.indices.contains(channel), let scale = channels[channel].scale, interpretation != .muLaw,
      interpretation != .aLaw
    else { return nil }
    return samples(channel: channel).map {
      Double($0) * scale.sensitivity * scale.correctionFactor + scale.baseline
    }
  }

  /// Length in seconds.
  public var durationSeconds: Double { samplingFrequencyHertz > 0 ? Double(sampleCount) / samplingFrequencyHertz : 0 }
}

/// One channel: what was measured and in which unit (PS3.3 §C.10.9.1.4).
public struct WaveformChannel: Hashable, Sendable {
  /// From stored samples to values.
  public struct Scale: Hashable, Sendable {
    /// Units of one step.
    public var sensitivity: Double
    public var correctionFactor: Double
    /// The value of sample 0, in the unit.
    public var baseline: Double
    /// UCUM.
    public var unit: CodedConcept

    public init(sensitivity: Double, correctionFactor: Double = 1, baseline: Double = 0, unit: CodedConcept) {
      self.sensitivity = sensitivity
      self.correctionFactor = correctionFactor
      self.baseline = baseline
      self.unit = unit
    }
  }

  public var label: String?
  /// What was measured, such as Lead II.
  public var source: CodedConcept
  public var scale: Scale?
  public var bitsStored: Int
  /// Filter Low Frequency (003A,0220).
  public var filterLowHertz: Double?
  /// Filter High Frequency (003A,0221).
  public var filterHighHertz: Double?
  /// Channel Sample Skew (003A,0215): samples behind the first channel.
  public var sampleSkew: Double

  public init(
    label: String? = nil, source: CodedConcept, scale: Scale?, bitsStored: Int, filterLowHertz: Double? = nil,
    filterHighHertz: Double? = nil, sampleSkew: Double = 0
  ) {
    self.label = label
    self.source = source
    self.scale = scale
    self.bitsStored = bitsStored
    self.filterLowHertz = filterLowHertz
    self.filterHighHertz = filterHighHertz
    self.sampleSkew = sampleSkew
  }
}
