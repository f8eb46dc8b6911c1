public import DICOM

/// Brings Part 10 files from one transfer syntax into another (PS3.5 §8, §10), pixel data and attributes.
///
/// | Attribute | becomes |
/// |--|--|
/// | Photometric Interpretation (0028,0004) | what the new frames are: YBR_RCT or YBR_ICT in JPEG 2000, YBR_FULL_422 in JPEG, RGB or YBR_FULL when decoded |
/// | Planar Configuration (0028,0006) | 0, colour by pixel |
/// | Lossy Image Compression (0028,2110), Ratio and Method | `01` and one more value each when the new frames lose something; what is there stays for ever |
/// | Extended Offset Table (7FE0,0001) | left out; encapsulated frames have a Basic Offset Table |
/// | Icon Image Sequence (0088,0200) | left out when its own pixel data is encapsulated |
///
/// Pixels that lose something are another image: the caller says under which SOP Instance UID (PS3.3 §C.7.6.1.1.2), and
/// the new one then is `DERIVED` and refers to the old one.
public struct Transcoder: Sendable {
  private let codecs: any FrameCoding

  /// - Parameter codecs: who decodes and encodes frames.
  public init(codecs: any FrameCoding = InProcessCodecs()) {
    self.codecs = codecs
  }

  public struct Outcome: Sendable {
    /// The new Part 10 file.
    public var file: [UInt8]
    /// Whether its frames were encoded with loss.
    public var isLossy: Bool
    /// What was tolerated in the old one.
    public var leniencies: Set<CodecLeniency>
  }

  /// Transcodes a file.
  ///
  /// - Parameters:
  ///   - file: up to `Part10.maximumLength` bytes.
  ///   - target: the new transfer syntax.
  ///   - derived: the SOP Instance UID for frames that lose something; the old one stays without it.
  /// - Throws: `DICOMError` when the file cannot be read, `PixelError` when its frames cannot be brought into the syntax.
  public func transcode(
    _ file: [UInt8], to target: TransferSyntax, options: CompressionOptions = CompressionOptions(),
    derived: UID? = nil
  ) async throws -> Outcome {
    let source = try TranscodingSource(file)
    var dataSet = source.dataSet
    guard source.syntax != target else { return Outcome(file: file, isLossy: false, leniencies: []) }
    guard source.hasPixelData else {
      guard !target.isEncapsulated else {
        throw PixelError(.unsupported, "an object without pixel data has no frames to be encapsulated")
      }
      return Outcome(file: try Part10.write(dataSet, in: target), isLossy: false, leniencies: [])
    }
    if !source.syntax.isEncapsulated, !target.isEncapsulated {
      return Outcome(file: try Part10.write(dataSet, in: target), isLossy: false, leniencies: [])
    }
    let described = try FrameDescription(header: dataSet)
    let isLossy = !FrameCodecs.isLossless(target)
    var output = target.isEncapsulated ? PixelDataBuilder.encapsulated : .native
    var leniencies: Set<CodecLeniency> = []
    var description: FrameDescription?
    for number in 0..<source.frameCount {
      var decoded: DecodedFrame
      if source.syntax.isEncapsulated {
        decoded = try await codecs.decode(source.codeStream(number), in: source.syntax, as: described)
      } else {
        decoded = try source.nativeFrame(number, described)
      }
      leniencies.formUnion(decoded.leniencies)
      let frame: FrameDescription
      if target.isEncapsulated {
        let encoded = try await codecs.encode(
          decoded.samples, of: decoded.description, in: target, options: options)
        frame = encoded.description
        output.append(encoded.stream)
      } else {
        decoded = decoded.inColors(of: described)
        frame = decoded.description
        output.append(decoded)
      }
      guard description == nil || description == frame else {
        throw PixelError(.unsupported, "frames of one image came out in different colours")
      }
      description = frame
    }
    guard let description else { throw PixelError(.noSuchFrame, "the image has no frame") }
    let bytes = try output.finish()
    dataSet.describe(description, pixelData: bytes, isEncapsulated: target.isEncapsulated)
    let history = LossyCompression(
      samples: described.length * source.frameCount, streams: isLossy ? bytes.count : source.codedLength)
    if source.isLossyForSure, !dataSet.isMarkedLossy { dataSet.add(history.step(by: source.syntax)) }
    if isLossy {
      dataSet.add(history.step(by: target))
      if let derived { dataSet.derive(as: derived) }
    }
    return Outcome(file: try Part10.write(dataSet, in: target), isLossy: isLossy, leniencies: leniencies)
  }
}

/// One lossy compression that an image has been through (PS3.3 §C.7.6.1.1.5).
struct LossyCompression {
  struct Step {
    var ratio: Double
    var method: String
  }

  var samples: Int
  var streams: Int

  func step(by syntax: TransferSyntax) -> Step {
    let method =
      switch syntax {
      case .jpegBaseline, .jpegExtended: "ISO_10918_1"
      case .jpegLSNearLossless: "ISO_14495_1"
      case .htj2k: "ISO_15444_15"
      case .jpegXL, .jpegXLRecompression: "ISO_18181_1"
      default: "ISO_15444_1"
      }
    return Step(ratio: (Double(samples) / Double(max(streams, 1)) * 100).rounded() / 100, method: method)
  }
}

extension DataSet {
  var isMarkedLossy: Bool { string(.lossyImageCompression) == "01" }

  /// Puts new frames in and what they are.
  mutating func describe(_ frame: FrameDescription, pixelData: [UInt8], isEncapsulated: Bool) {
    set(.photometricInterpretation, .cs, frame.photometricInterpretation.rawValue)
    if frame.samplesPerPixel > 1 { set(.planarConfiguration, .us, 0) }
    self[.extendedOffsetTable] = nil
    self[.extendedOffsetTableLengths] = nil
    let vr: VR = isEncapsulated || frame.bitsAllocated <= 8 ? .ob : .ow
    set(.pixelData, vr, bytes: pixelData)
  }

  mutating func add(_ step: LossyCompression.Step) {
    // Values of the two belong together in order; an image that never said what happened begins a new list.
    let methods = strings(.lossyImageCompressionMethod)
    let ratios = doubles(.lossyImageCompressionRatio)
    let isComplete = isMarkedLossy && methods.count == ratios.count
    set(.lossyImageCompression, .cs, "01")
    set(.lossyImageCompressionRatio, .ds, doubles: (isMarkedLossy && isComplete ? ratios : []) + [step.ratio])
    set(.lossyImageCompressionMethod, .cs, strings: (isComplete ? methods : []) + [step.method])
  }

  /// Makes it an image of its own that refers to the one it was made from.
  mutating func derive(as instance: UID) {
    var reference = DataSet()
    if let sopClass = uid(.sopClassUID) { reference.set(.referencedSOPClassUID, sopClass) }
    if let original = uid(.sopInstanceUID) { reference.set(.referencedSOPInstanceUID, original) }
    set(.sourceImageSequence, items: [reference])
    var type = strings(.imageType)
    if type.isEmpty { type = ["DERIVED", "PRIMARY"] } else { type[0] = "DERIVED" }
    set(.imageType, .cs, strings: type)
    set(.sopInstanceUID, instance)
  }
}
