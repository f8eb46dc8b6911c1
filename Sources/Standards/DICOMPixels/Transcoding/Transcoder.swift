public import DICOM

/// Brings Part 10 files from one transfer syntax into another (PS3.5 §8, §10), pixel data and attributes.
///
/// | Attribute | becomes |
/// |--|--|
/// | Photometric Interpretation (0028,0004) | what the new frames are: YBR_RCT or YBR_ICT in JPEG 2000, YBR_FULL_422 in JPEG, RGB or YBR_FULL when decoded |
/// | Planar Configuration (0028,0006) | 0, colour by pixel |
/// | Lossy Image Compression (0028,2110), Ratio and Method | `01` and one more value each when the new frames lose something; what is there stays for ever |
/// | Extended Offset Table (7FE0,0001) | written when offsets do not fit 32 bits or it is asked for; a Basic Offset Table otherwise |
/// | Icon Image Sequence (0088,0200), other sequences of images | left out when their own pixel data is encapsulated |
///
/// Pixels that lose something are another image: the caller says under which SOP Instance UID (PS3.3 §C.7.6.1.1.2), and
/// the new one then is `DERIVED` and refers to the old one.
public struct Transcoder: Sendable {
  private let frames: FrameTranscoder

  /// - Parameter codecs: who decodes and encodes frames.
  public init(codecs: any FrameCoding = InProcessCodecs()) {
    frames = FrameTranscoder(codecs: codecs)
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
  ///   - tables: which offset table encapsulated frames have.
  ///   - derived: the SOP Instance UID for frames that lose something; the old one stays without it.
  /// - Throws: `DICOMError` when the file cannot be read, `PixelError` when its frames cannot be brought into the syntax.
  public func transcode(
    _ file: [UInt8], to target: TransferSyntax, options: CompressionOptions = CompressionOptions(),
    tables: OffsetTables = OffsetTables(), derived: UID? = nil
  ) async throws -> Outcome {
    let source = try TranscodingSource(file)
    var dataSet = source.dataSet
    guard source.syntax != target else { return Outcome(file: file, isLossy: false, leniencies: []) }
    guard let index = source.index else {
      guard !target.isEncapsulated else {
        throw PixelError(.unsupported, "an object without pixel data has no frames to be encapsulated")
      }
      return Outcome(file: try Part10.write(dataSet, in: target), isLossy: false, leniencies: [])
    }
    if !source.syntax.isEncapsulated, !target.isEncapsulated {
      return Outcome(file: try Part10.write(dataSet, in: target), isLossy: false, leniencies: [])
    }
    var plan = FrameTranscoder.Plan(header: dataSet, index: index, from: source.syntax, to: target)
    plan.options = options
    var value: [UInt8] = []
    let pixels = try await frames.transcode(plan, read: source.frame) { value += $0 }
    let table = pixels.describe(&dataSet, tables: tables, derived: derived)
    dataSet.set(.pixelData, pixels.vr, bytes: table + value)
    return Outcome(
      file: try Part10.write(dataSet, in: target), isLossy: pixels.isLossy, leniencies: pixels.leniencies)
  }
}
