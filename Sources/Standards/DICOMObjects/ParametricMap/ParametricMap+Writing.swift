public import DICOM

extension ParametricMap {
  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    try header.requireEnhancedEquipment(writer)
    try header.write(to: &writer, sopClass: .parametricMapStorage, modality: modality)
    guard let frameOfReferenceUID else {
      throw writer.error(.missingAttribute, .frameOfReferenceUID, "the frame of reference of the frames")
    }
    guard rows > 0, columns > 0, rows <= Int(UInt16.max), columns <= Int(UInt16.max),
      samples.count == rows * columns * frames.count
    else { throw writer.error(.contradiction, .rows, "rows × columns values a frame") }
    try writer.put(.frameOfReferenceUID, uid: frameOfReferenceUID)
    try writer.put(.positionReferenceIndicator, orEmpty: "")
    try writer.put(.laterality, orEmpty: "")
    try writer.put(.imageType, texts: ["DERIVED", "PRIMARY", "OTHER", "QUANTITY"])
    try writer.put(.contentLabel, text: contentLabel)
    try writer.put(.contentDescription, orEmpty: contentDescription)
    try writer.put(.contentCreatorName, name: contentCreator)
    try writer.put(.contentQualification, text: "RESEARCH")
    try writer.put(.burnedInAnnotation, text: "NO")
    try writer.put(.recognizableVisualFeatures, text: "NO")
    try writer.put(.lossyImageCompression, text: "00")
    try writer.put(.presentationLUTShape, text: "IDENTITY")
    writer.putNoItems(.acquisitionContextSequence)
    try writePixels(to: &writer)
    try writer.put(references: references, within: header.study.uid)
    try writeFrames(to: &writer)
    return writer.finished()
  }

  private func writePixels(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.samplesPerPixel, .us, 1)
    try writer.put(.photometricInterpretation, text: "MONOCHROME2")
    try writer.put(.rows, .us, rows)
    try writer.put(.columns, .us, columns)
    try writer.put(.bitsAllocated, .us, samples.bitsAllocated)
    switch samples {
    case .unsigned:
      try writer.put(.bitsStored, .us, 16)
      try writer.put(.highBit, .us, 15)
      try writer.put(.pixelRepresentation, .us, 0)
      writer.put(.pixelData, .ow, bytes: samples.bytes)
    case .float: writer.put(.floatPixelData, .of, bytes: samples.bytes)
    case .double: writer.put(.doubleFloatPixelData, .od, bytes: samples.bytes)
    }
  }

  private func writeFrames(to writer: inout ItemWriter) throws(ObjectError) {
    var written: [MultiFrameWriter.Frame] = []
    for (number, frame) in frames.enumerated() {
      let path: [TagPath.Step] = [.init(sequence: .perFrameFunctionalGroupsSequence, item: number)]
      guard let plane = frame.plane else {
        throw ObjectError(.missingAttribute, path: TagPath(.planePositionSequence, in: path), "the plane of the frame")
      }
      guard !frame.mappings.isEmpty else {
        throw ObjectError(
          .missingAttribute, path: TagPath(.realWorldValueMappingSequence, in: path), "what the values mean")
      }
      let outer = ItemWriter(steps: path)
      var items: [ItemWriter] = []
      for (position, mapping) in frame.mappings.enumerated() {
        var item = outer.writer(for: .realWorldValueMappingSequence, position)
        try mapping.write(to: &item, isFloating: samples.isFloating)
        items.append(item)
      }
      var groups = outer
      groups.put(.realWorldValueMappingSequence, written: items)
      written.append(
        MultiFrameWriter.Frame(
          place: .patient(plane), sources: frame.sources, leadingIndices: [], groups: groups.dataSet))
    }
    var shared = ItemWriter()
    var kind = shared.writer(for: .parametricMapFrameTypeSequence)
    try kind.put(.frameType, texts: ["DERIVED", "PRIMARY", "OTHER", "QUANTITY"])
    shared.put(.parametricMapFrameTypeSequence, written: [kind])
    var identity = shared.writer(for: .pixelValueTransformationSequence)
    try identity.put(.rescaleIntercept, .ds, doubles: [0])
    try identity.put(.rescaleSlope, .ds, doubles: [1])
    try identity.put(.rescaleType, text: "US")
    shared.put(.pixelValueTransformationSequence, written: [identity])
    try MultiFrameWriter(
      frames: written, leadingDimensions: [], organizationUID: dimensionOrganizationUID, shared: shared.dataSet
    ).write(to: &writer)
  }
}
