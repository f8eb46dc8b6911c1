public import DICOM

extension Segmentation {
  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    let isLabelmap = kind == .labelmap
    try header.requireEnhancedEquipment(writer)
    try header.write(
      to: &writer, sopClass: isLabelmap ? .labelMapSegmentationStorage : .segmentationStorage, modality: "SEG")
    try check(writer)
    guard let frameOfReferenceUID else {
      throw writer.error(.missingAttribute, .frameOfReferenceUID, "the frame of reference of the frames")
    }
    try writer.put(.frameOfReferenceUID, uid: frameOfReferenceUID)
    try writer.put(.positionReferenceIndicator, orEmpty: matrix == nil ? "" : "SLIDE_CORNER")
    try writer.put(.imageType, texts: ["DERIVED", "PRIMARY"])
    try writer.put(.contentLabel, text: contentLabel)
    try writer.put(.contentDescription, orEmpty: contentDescription)
    try writer.put(.contentCreatorName, name: contentCreator)
    try writer.put(.lossyImageCompression, text: "00")
    try writePixels(to: &writer)
    try writer.put(.segmentsOverlap, ifAny: overlap?.rawValue)
    try writer.put(.segmentSequence, items: segments)
    try writer.put(references: references, within: header.study.uid)
    try writeFrames(to: &writer)
    return writer.finished()
  }

  private func writePixels(to writer: inout ItemWriter) throws(ObjectError) {
    let bits = pixels.bitsAllocated
    switch kind {
    case .binary: try writer.put(.segmentationType, text: "BINARY")
    case .labelmap:
      try writer.put(.segmentationType, text: "LABELMAP")
      try writer.put(.pixelPaddingValue, .us, 0)
    case .fractional(let type, let maximum):
      try writer.put(.segmentationType, text: "FRACTIONAL")
      try writer.put(.segmentationFractionalType, text: type.rawValue)
      try writer.put(.maximumFractionalValue, .us, maximum)
    }
    try writer.put(.samplesPerPixel, .us, 1)
    try writer.put(.photometricInterpretation, text: "MONOCHROME2")
    try writer.put(.rows, .us, rows)
    try writer.put(.columns, .us, columns)
    try writer.put(.bitsAllocated, .us, bits)
    try writer.put(.bitsStored, .us, bits)
    try writer.put(.highBit, .us, bits - 1)
    try writer.put(.pixelRepresentation, .us, 0)
    writer.put(.pixelData, bits == 16 ? .ow : .ob, bytes: pixels.bytes)
  }

  private func writeFrames(to writer: inout ItemWriter) throws(ObjectError) {
    try writeMatrix(to: &writer)
    var written: [MultiFrameWriter.Frame] = []
    for (number, frame) in frames.enumerated() {
      var groups = DataSet()
      if let segment = frame.segment {
        var identification = DataSet()
        identification.set(.referencedSegmentNumber, .us, segment)
        groups.set(.segmentIdentificationSequence, items: [identification])
      }
      written.append(
        MultiFrameWriter.Frame(
          place: try place(of: frame, number), sources: frame.sources,
          leadingIndices: frame.segment.map { [$0] } ?? [], groups: groups))
    }
    try MultiFrameWriter(
      frames: written,
      leadingDimensions: kind == .labelmap
        ? [] : [(index: .referencedSegmentNumber, group: .segmentIdentificationSequence)],
      organizationUID: dimensionOrganizationUID, shared: DataSet()
    ).write(to: &writer)
  }

  private func place(of frame: Frame, _ number: Int) throws(ObjectError) -> FramePlace {
    let steps = [TagPath.Step(sequence: .perFrameFunctionalGroupsSequence, item: number)]
    guard let matrix else {
      if let plane = frame.plane { return .patient(plane) }
      throw ObjectError(.missingAttribute, path: TagPath(.planePositionSequence, in: steps), "the plane of the frame")
    }
    guard frame.plane == nil, let tile = frame.tile, let measures = matrix.measures else {
      throw ObjectError(
        .missingAttribute, path: TagPath(.planePositionSlideSequence, in: steps), "the place and size of the tile")
    }
    return .slide(tile, measures)
  }

  /// Frames of a full matrix are where their order says.
  private func writeMatrix(to writer: inout ItemWriter) throws(ObjectError) {
    guard let matrix else { return }
    try matrix.write(to: &writer)
    // A slide has no left and no feet.
    try writer.put(.patientOrientation, orEmpty: "")
    guard matrix.organization == .full else { return }
    let channels = kind == .labelmap ? 1 : segments.count
    let isFull =
      matrix.isFull(of: frames.map(\.tile), rows: rows, columns: columns, channels: channels)
      && frames.enumerated().allSatisfy { number, frame in
        kind == .labelmap || frame.segment == segments[number / (frames.count / channels)].number
      }
    guard isFull else {
      throw writer.error(
        .contradiction, .dimensionOrganizationType, "every tile in the order of TILED_FULL (PS3.3 §C.7.6.17.3)")
    }
  }

  /// The rules between segments, frames and samples (PS3.3 §C.8.20).
  private func check(_ writer: ItemWriter) throws(ObjectError) {
    guard rows > 0, columns > 0, rows <= Int(UInt16.max), columns <= Int(UInt16.max),
      pixels.pixelsPerFrame == rows * columns
    else { throw writer.error(.contradiction, .pixelData, "rows × columns samples a frame") }
    guard pixels.count == frames.count else {
      throw writer.error(.contradiction, .numberOfFrames, "as many frames as there are pixels for")
    }
    let isWide: Bool
    switch kind {
    case .binary: isWide = pixels.bitsAllocated == 1
    case .fractional: isWide = pixels.bitsAllocated == 8
    case .labelmap: isWide = pixels.bitsAllocated == 8 || pixels.bitsAllocated == 16
    }
    guard isWide else {
      throw writer.error(.contradiction, .bitsAllocated, "1 for binary, 8 for fractional, 8 or 16 for labelmap")
    }
    guard !segments.isEmpty else { throw writer.error(.missingAttribute, .segmentSequence, "at least one segment") }
    let numbers = segments.map(\.number)
    if kind == .labelmap {
      try checkLabels(writer, Set(numbers))
    } else {
      guard numbers == Array(1...numbers.count) else {
        throw writer.error(.invalidValue, .segmentNumber, "1, 2, 3 and so on (PS3.3 §C.8.20.2)")
      }
      guard frames.allSatisfy({ $0.segment.map(numbers.contains) ?? false }) else {
        throw writer.error(.danglingReference, .referencedSegmentNumber, "every frame shows a segment of the sequence")
      }
    }
    if case .fractional(_, let maximum) = kind {
      guard (1...255).contains(maximum), pixels.bytes.allSatisfy({ Int($0) <= maximum }) else {
        throw writer.error(.invalidValue, .maximumFractionalValue, "no sample is larger")
      }
    }
    let known = Set(references.map(\.instance.sopInstanceUID))
    guard frames.allSatisfy({ $0.sources.allSatisfy { known.contains($0.instance.sopInstanceUID) } }) else {
      throw writer.error(.danglingReference, .referencedSeriesSequence, "every source image is listed (PS3.3 §C.12.2)")
    }
  }

  private func checkLabels(_ writer: ItemWriter, _ numbers: Set<Int>) throws(ObjectError) {
    guard numbers.count == segments.count, frames.allSatisfy({ $0.segment == nil }) else {
      throw writer.error(.contradiction, .segmentNumber, "each number once, and no segment of its own for a frame")
    }
    for frame in frames.indices {
      guard Set(pixels.samples(frame: frame)).allSatisfy({ $0 == 0 || numbers.contains(Int($0)) }) else {
        throw writer.error(.danglingReference, .pixelData, "every label is a segment of the sequence")
      }
    }
  }
}
