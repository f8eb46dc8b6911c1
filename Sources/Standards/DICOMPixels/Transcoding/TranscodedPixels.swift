public import DICOM

/// What transcoded frames are, and what a header must say of them.
public struct TranscodedPixels: Sendable {
  /// Every frame as the target syntax has it.
  public let description: FrameDescription
  /// Bytes of the value, without the item of the Basic Offset Table.
  public let length: UInt64
  /// Whether the frames were encoded with loss.
  public let isLossy: Bool
  /// What was tolerated in the stored frames.
  public let leniencies: Set<CodecLeniency>

  private let target: TransferSyntax
  private let source: TransferSyntax
  /// Bytes of each code stream; `nil` for native frames.
  private let streamLengths: [Int]?
  private let history: LossyCompression

  init(
    _ plan: FrameTranscoder.Plan, described: FrameDescription, description: FrameDescription, length: UInt64,
    streamLengths: [Int]?, leniencies: Set<CodecLeniency>
  ) {
    self.description = description
    self.length = length
    self.streamLengths = streamLengths
    self.leniencies = leniencies
    target = plan.target
    source = plan.source
    isLossy = plan.target.isEncapsulated && !FrameCodecs.isLossless(plan.target)
    let stored = (0..<plan.index.count).reduce(0) { sum, frame in
      sum + plan.index.ranges(frame: frame).reduce(0) { $0 + $1.count }
    }
    history = LossyCompression(
      samples: described.length * plan.index.count,
      streams: isLossy ? streamLengths?.reduce(0, +) ?? 0 : stored)
  }

  /// Bytes it takes to keep this.
  public var cost: Int { 256 + (streamLengths?.count ?? 0) * MemoryLayout<Int>.stride }

  /// Makes a header say what the frames are now; Pixel Data itself is the caller's to put in.
  ///
  /// - Parameters:
  ///   - tables: which offset table encapsulated frames have.
  ///   - derived: the SOP Instance UID for frames that lose something; the old one stays without it.
  /// - Returns: what comes before the pieces in the value: the item of the Basic Offset Table, or nothing.
  public func describe(
    _ dataSet: inout DataSet, tables: OffsetTables = OffsetTables(), derived: UID? = nil
  ) -> [UInt8] {
    dataSet.set(.photometricInterpretation, .cs, description.photometricInterpretation.rawValue)
    if description.samplesPerPixel > 1 { dataSet.set(.planarConfiguration, .us, 0) }
    dataSet = dataSet.withoutEncapsulatedItems(as: dataSet)
    if source == .jpegBaseline || source == .jpegExtended, !dataSet.isMarkedLossy {
      dataSet.add(history.step(by: source))
    }
    if isLossy {
      dataSet.add(history.step(by: target))
      if let derived { dataSet.derive(as: derived) }
    }
    let offsets = FrameOffsets(
      streamLengths: streamLengths ?? [], isExtended: tables.isExtended && streamLengths != nil,
      longestBasic: tables.longestBasic)
    offsets.write(to: &dataSet)
    return streamLengths == nil ? [] : offsets.basicTable
  }

  /// The VR of Pixel Data (PS3.5 §8.2, §A.4).
  public var vr: VR { streamLengths != nil || description.bitsAllocated <= 8 ? .ob : .ow }
}

/// Which table says where encapsulated frames begin.
public struct OffsetTables: Sendable {
  /// Whether Extended Offset Table (7FE0,0001) is wanted though the Basic Offset Table would do.
  public var isExtended = false
  /// The largest offset that goes into a Basic Offset Table; where one is larger, the extended one is written.
  public var longestBasic = FrameOffsets.longestBasic

  public init() {}
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

  var hasEncapsulatedPixels: Bool {
    if case .pixels(.encapsulated) = self[.pixelData]?.value { true } else { false }
  }

  /// Without the sequences whose items have encapsulated pixel data of their own, icons mostly: those frames are in the old
  /// syntax, and an uncompressed one has no such form for them.
  ///
  /// - Parameter header: the same data set as its reader left it, with pixel data referred to.
  func withoutEncapsulatedItems(as header: DataSet) -> DataSet {
    var cleaned = self
    for element in header {
      guard case .sequence(let items) = element.value else { continue }
      if items.contains(where: \.hasEncapsulatedPixels) {
        cleaned[element.tag] = nil
      } else if case .sequence(let own)? = self[element.tag]?.value, own.count == items.count,
        items.contains(where: { $0.contains { $0.isSequence } })
      {
        cleaned[element.tag]?.value = .sequence(zip(own, items).map { $0.withoutEncapsulatedItems(as: $1) })
      }
    }
    return cleaned
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

extension DataElement {
  fileprivate var isSequence: Bool {
    if case .sequence = value { true } else { false }
  }
}
