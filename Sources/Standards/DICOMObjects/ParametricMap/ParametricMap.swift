public import DICOM

/// An image whose pixels are a measured quantity (PS3.3 §A.75, §C.8.32).
public struct ParametricMap: DICOMObject {
  public struct Frame: Hashable, Sendable {
    /// Nil where the object does not say.
    public var plane: FramePlane?
    public var mappings: [RealWorldValueMapping]
    public var sources: [SourceImage]

    public init(plane: FramePlane?, mappings: [RealWorldValueMapping], sources: [SourceImage] = []) {
      self.plane = plane
      self.mappings = mappings
      self.sources = sources
    }
  }

  public var header: ObjectHeader
  /// Modality of the images it was made of.
  public var modality: String
  public var contentLabel: String
  public var contentDescription: String
  public var contentCreator: PersonName
  public var frameOfReferenceUID: UID?
  public var rows: Int
  public var columns: Int
  public var frames: [Frame]
  public var samples: MapSamples
  public var references: [HierarchicalReference]
  public var dimensionOrganizationUID: UID
  /// What was tolerated while reading; plays no part in equality.
  public private(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, modality: String, contentLabel: String = "MAP", contentDescription: String = "",
    contentCreator: PersonName = PersonName(), frameOfReferenceUID: UID, rows: Int, columns: Int, frames: [Frame],
    samples: MapSamples, references: [HierarchicalReference], dimensionOrganizationUID: UID
  ) {
    self.header = header
    self.modality = modality
    self.contentLabel = contentLabel
    self.contentDescription = contentDescription
    self.contentCreator = contentCreator
    self.frameOfReferenceUID = frameOfReferenceUID
    self.rows = rows
    self.columns = columns
    self.frames = frames
    self.samples = samples
    self.references = references
    self.dimensionOrganizationUID = dimensionOrganizationUID
  }

  /// The stored values of a frame counted from 0, row by row.
  public func storedValues(frame: Int) -> [Double] {
    guard frames.indices.contains(frame) else { return [] }
    let pixels = rows * columns
    return samples.values(frame * pixels..<(frame + 1) * pixels)
  }

  /// The values of a frame by one of its mappings; nil where a stored value is not mapped.
  public func values(frame: Int, mapping: Int = 0) -> [Double?] {
    guard frames.indices.contains(frame), frames[frame].mappings.indices.contains(mapping) else { return [] }
    let map = frames[frame].mappings[mapping]
    return storedValues(frame: frame).map { map.value(of: $0) }
  }

  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    guard try reader.requiredUID(.sopClassUID) == .parametricMapStorage else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "a Parametric Map")
    }
    header = ObjectHeader(reader)
    modality = reader.string(.modality) ?? ""
    contentLabel = reader.string(.contentLabel) ?? ""
    contentDescription = reader.string(.contentDescription) ?? ""
    contentCreator = reader.personName(.contentCreatorName) ?? PersonName()
    frameOfReferenceUID = reader.uid(.frameOfReferenceUID)
    rows = try reader.count(.rows, upTo: Int(UInt16.max))
    columns = try reader.count(.columns, upTo: Int(UInt16.max))
    let count = try reader.count(.numberOfFrames, upTo: FunctionalGroupReader.maximumFrames)
    references = try reader.references(within: header.study.uid)
    dimensionOrganizationUID = reader.item(.dimensionOrganizationSequence)?.uid(.dimensionOrganizationUID) ?? ""
    let forms: [(Tag, Int)] = [(.floatPixelData, 32), (.doubleFloatPixelData, 64), (.pixelData, 16)]
    guard let (tag, bits) = forms.first(where: { reader.contains($0.0) }) else {
      throw reader.error(.missingAttribute, .floatPixelData, "pixel data of one form")
    }
    guard reader.int(.bitsAllocated) == bits else {
      throw reader.error(.contradiction, .bitsAllocated, "\(bits) for this form of pixel data")
    }
    let (pixels, overflow) = (rows * columns).multipliedReportingOverflow(by: count)
    guard !overflow, let samples = MapSamples(bits: bits, count: pixels, bytes: try reader.bytes(tag)) else {
      throw reader.error(.contradiction, tag, "as many values as the frames have")
    }
    self.samples = samples
    frames = try ParametricMap.frames(reader, count)
    findings = reader.log.findings
  }

  private static func frames(_ reader: ItemReader, _ count: Int) throws(ObjectError) -> [Frame] {
    let groups = FunctionalGroupReader(reader)
    guard groups.frames.count == count else {
      throw reader.error(.contradiction, .perFrameFunctionalGroupsSequence, "an item for each frame (PS3.3 §C.7.6.16)")
    }
    let shared: [RealWorldValueMapping] = try groups.shared?.values(.realWorldValueMappingSequence) ?? []
    var frames: [Frame] = []
    for number in 0..<count {
      let own: [RealWorldValueMapping] = try groups.frames[number].values(.realWorldValueMappingSequence)
      frames.append(
        Frame(
          plane: FramePlane(groups, frame: number), mappings: own.isEmpty ? shared : own,
          sources: try groups.sources(frame: number)))
    }
    return frames
  }

  public static func == (left: ParametricMap, right: ParametricMap) -> Bool {
    left.header == right.header && left.modality == right.modality && left.contentLabel == right.contentLabel
      && left.contentDescription == right.contentDescription && left.contentCreator == right.contentCreator
      && left.frameOfReferenceUID == right.frameOfReferenceUID && left.rows == right.rows
      && left.columns == right.columns && left.frames == right.frames && left.samples == right.samples
      && left.references == right.references
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(samples)
  }
}
