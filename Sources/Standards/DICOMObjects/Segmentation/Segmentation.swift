public import DICOM

/// A segmentation: which pixels of images show which thing (PS3.3 §A.51, §C.8.20).
public struct Segmentation: DICOMObject {
  /// How samples say what belongs to a segment.
  public enum Kind: Hashable, Sendable {
    /// A bit for each pixel of one segment.
    case binary
    /// A part of 0 to `maximum` for each pixel of one segment.
    case fractional(FractionalType, maximum: Int)
    /// The number of the segment, for all segments at once.
    case labelmap
  }

  public enum FractionalType: String, Hashable, Sendable {
    case probability = "PROBABILITY"
    case occupancy = "OCCUPANCY"
  }

  /// Whether segments may overlap (0062,0013).
  public enum Overlap: String, Hashable, Sendable {
    case yes = "YES"
    case no = "NO"
    case undefined = "UNDEFINED"
  }

  /// What one frame shows and where.
  public struct Frame: Hashable, Sendable {
    /// Nil in a labelmap.
    public var segment: Int?
    /// Nil on a slide, or where the object does not say.
    public var plane: FramePlane?
    /// Where the frame lies on a slide; nil in a patient.
    public var tile: TilePosition?
    public var sources: [SourceImage]

    public init(segment: Int?, plane: FramePlane?, tile: TilePosition? = nil, sources: [SourceImage] = []) {
      self.segment = segment
      self.plane = plane
      self.tile = tile
      self.sources = sources
    }
  }

  public var header: ObjectHeader
  public var kind: Kind
  /// Content Label (0070,0080), CS.
  public var contentLabel: String
  public var contentDescription: String
  public var contentCreator: PersonName
  public var frameOfReferenceUID: UID?
  public var rows: Int
  public var columns: Int
  public var segments: [Segment]
  public var overlap: Overlap?
  /// The matrix whose tiles the frames are; nil in a patient.
  public var matrix: TotalPixelMatrix?
  public var frames: [Frame]
  public var pixels: PackedFrames
  /// Everything that the frames were derived from, by series.
  public var references: [HierarchicalReference]
  public var dimensionOrganizationUID: UID
  /// What was tolerated while reading; plays no part in equality.
  public private(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, kind: Kind, contentLabel: String = "SEGMENTATION", contentDescription: String = "",
    contentCreator: PersonName = PersonName(), frameOfReferenceUID: UID, rows: Int, columns: Int, segments: [Segment],
    overlap: Overlap? = nil, matrix: TotalPixelMatrix? = nil, frames: [Frame], pixels: PackedFrames,
    references: [HierarchicalReference],
    dimensionOrganizationUID: UID
  ) {
    self.header = header
    self.kind = kind
    self.contentLabel = contentLabel
    self.contentDescription = contentDescription
    self.contentCreator = contentCreator
    self.frameOfReferenceUID = frameOfReferenceUID
    self.rows = rows
    self.columns = columns
    self.segments = segments
    self.overlap = overlap
    self.matrix = matrix
    self.frames = frames
    self.pixels = pixels
    self.references = references
    self.dimensionOrganizationUID = dimensionOrganizationUID
  }

  /// The frames of a segment, counted from 0; all frames of a labelmap.
  public func frames(of segment: Int) -> [Int] {
    frames.indices.filter { frames[$0].segment == nil || frames[$0].segment == segment }
  }

  /// A segment's part in every pixel of a frame, row by row, from 0 to 1.
  public func mask(frame: Int, segment: Int) -> [Float] {
    let samples = pixels.samples(frame: frame)
    switch kind {
    case .binary: return samples.map { Float($0) }
    case .fractional(_, let maximum): return samples.map { min(Float($0) / Float(max(maximum, 1)), 1) }
    case .labelmap: return samples.map { Int($0) == segment ? 1 : 0 }
    }
  }

  public static func == (left: Segmentation, right: Segmentation) -> Bool {
    left.header == right.header && left.kind == right.kind && left.contentLabel == right.contentLabel
      && left.contentDescription == right.contentDescription && left.contentCreator == right.contentCreator
      && left.frameOfReferenceUID == right.frameOfReferenceUID && left.rows == right.rows
      && left.columns == right.columns && left.segments == right.segments && left.overlap == right.overlap
      && left.matrix == right.matrix && left.frames == right.frames && left.pixels == right.pixels
      && left.references == right.references
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(segments)
    hasher.combine(pixels)
  }
}

extension Segmentation {
  static let maximumSegments = 65_535

  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    let sopClass = try reader.requiredUID(.sopClassUID)
    guard sopClass == .segmentationStorage || sopClass == .labelMapSegmentationStorage else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "a Segmentation")
    }
    header = ObjectHeader(reader)
    kind = try Segmentation.kind(reader)
    contentLabel = reader.string(.contentLabel) ?? ""
    contentDescription = reader.string(.contentDescription) ?? ""
    contentCreator = reader.personName(.contentCreatorName) ?? PersonName()
    frameOfReferenceUID = reader.uid(.frameOfReferenceUID)
    rows = try reader.count(.rows, upTo: Int(UInt16.max))
    columns = try reader.count(.columns, upTo: Int(UInt16.max))
    guard reader.items(.segmentSequence).count <= Segmentation.maximumSegments + 1 else {
      throw reader.error(.limitExceeded, .segmentSequence, "at most \(Segmentation.maximumSegments) segments")
    }
    segments = try reader.values(.segmentSequence)
    overlap = reader.string(.segmentsOverlap).flatMap(Overlap.init(rawValue:))
    references = try reader.references(within: header.study.uid)
    dimensionOrganizationUID = reader.item(.dimensionOrganizationSequence)?.uid(.dimensionOrganizationUID) ?? ""

    let count = try reader.count(.numberOfFrames, upTo: FunctionalGroupReader.maximumFrames)
    let bits = try reader.requiredInt(.bitsAllocated)
    guard kind == .binary ? bits == 1 : (kind == .labelmap ? [8, 16].contains(bits) : bits == 8) else {
      throw reader.error(
        .contradiction, .bitsAllocated, "1 for binary, 8 for fractional, 8 or 16 for labelmap (PS3.3 §C.8.20.2)")
    }
    let bytes = try reader.bytes(.pixelData)
    guard
      let pixels = PackedFrames(bytes: bytes, bitsAllocated: bits, pixelsPerFrame: rows * columns, count: count),
      !PackedFrames.looksEncapsulated(bytes, expecting: pixels)
    else {
      throw reader.error(
        PackedFrames.beginsWithItem(bytes) ? .unsupported : .contradiction, .pixelData,
        PackedFrames.beginsWithItem(bytes)
          ? "native pixel data; init(file:) decodes frames" : "as many bits as the frames have")
    }
    self.pixels = pixels
    matrix =
      reader.contains(.totalPixelMatrixRows) ? try TotalPixelMatrix(reader, FunctionalGroupReader(reader)) : nil
    if matrix?.organization == .full {
      frames = try Segmentation.tiles(SlideGeometry(dataSet: dataSet), count, kind, segments, reader)
    } else {
      frames = try Segmentation.frames(reader, count: count, isLabelmap: kind == .labelmap, Set(segments.map(\.number)))
    }
    findings = reader.log.findings
  }

  /// The frames of a full matrix, whose order says everything but their sources.
  private static func tiles(
    _ slide: SlideGeometry, _ count: Int, _ kind: Kind, _ segments: [Segment], _ reader: ItemReader
  ) throws(ObjectError) -> [Frame] {
    let groups = FunctionalGroupReader(reader)
    var frames: [Frame] = []
    for number in 0..<count {
      guard let tile = slide.tile(frame: number), kind == .labelmap || segments.indices.contains(tile.opticalPath - 1)
      else { throw reader.error(.contradiction, .numberOfFrames, "tiles × segments of TILED_FULL") }
      frames.append(
        Frame(
          segment: kind == .labelmap ? nil : segments[tile.opticalPath - 1].number, plane: nil, tile: tile.position,
          sources: try groups.sources(frame: number)))
    }
    return frames
  }

  private static func kind(_ reader: ItemReader) throws(ObjectError) -> Kind {
    switch try reader.requiredString(.segmentationType) {
    case "BINARY": return .binary
    case "LABELMAP": return .labelmap
    case "FRACTIONAL":
      return .fractional(
        try reader.term(.segmentationFractionalType), maximum: try reader.count(.maximumFractionalValue, upTo: 255))
    default: throw reader.error(.invalidValue, .segmentationType, "BINARY, FRACTIONAL or LABELMAP (PS3.3 §C.8.20.2)")
    }
  }

  private static func frames(
    _ reader: ItemReader, count: Int, isLabelmap: Bool, _ known: Set<Int>
  ) throws(ObjectError) -> [Frame] {
    let groups = FunctionalGroupReader(reader)
    guard groups.frames.count == count else {
      throw reader.error(
        .contradiction, .perFrameFunctionalGroupsSequence, "an item for each frame (PS3.3 §C.7.6.16)")
    }
    var frames: [Frame] = []
    for number in 0..<count {
      var segment: Int?
      if !isLabelmap {
        let item = groups.macro(.segmentIdentificationSequence, frame: number)
        guard let found = item?.int(.referencedSegmentNumber) else {
          throw ObjectError(
            .missingAttribute, path: groups.path(.segmentIdentificationSequence, frame: number),
            "the segment of the frame (PS3.3 §C.8.20.3.1)")
        }
        guard known.contains(found) else {
          throw ObjectError(
            .danglingReference, path: groups.path(.segmentIdentificationSequence, frame: number),
            "a segment of Segment Sequence")
        }
        segment = found
      }
      frames.append(
        Frame(
          segment: segment, plane: FramePlane(groups, frame: number), tile: TilePosition(groups, frame: number),
          sources: try groups.sources(frame: number)))
    }
    return frames
  }
}

extension PackedFrames {
  /// Whether bytes begin with the item of a Basic Offset Table (PS3.5 §A.4).
  static func beginsWithItem(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFE, 0xFF, 0x00, 0xE0]) }

  /// Whether bytes are fragments: they begin as such and are not as many as native frames are.
  static func looksEncapsulated(_ bytes: [UInt8], expecting frames: PackedFrames) -> Bool {
    beginsWithItem(bytes) && bytes.count != frames.bytes.count
  }
}
