public import DICOM

extension SlideImage {
  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    writer.merge(try top())
    try check(writer)
    try writePixels(to: &writer)
    guard let measures = matrix.measures else {
      throw writer.error(.missingAttribute, .pixelMeasuresSequence, "the size of a pixel")
    }
    var shared = ItemWriter()
    try shared.put(macro: .wholeSlideMicroscopyImageFrameTypeSequence) { (item) throws(ObjectError) in
      try item.put(.frameType, texts: imageType)
    }
    try shared.put(macro: .opticalPathIdentificationSequence) { (item) throws(ObjectError) in
      try item.put(.opticalPathIdentifier, text: opticalPath.identifier)
    }
    if matrix.organization == .full {
      var shown = writer.writer(for: .sharedFunctionalGroupsSequence)
      try shown.put(.pixelMeasuresSequence, item: measures)
      shown.merge(shared.dataSet)
      writer.put(.sharedFunctionalGroupsSequence, written: [shown])
      try writer.put(.numberOfFrames, .is, tiles.count)
      try writer.put(macro: .dimensionOrganizationSequence) { (item) throws(ObjectError) in
        try item.put(.dimensionOrganizationUID, uid: dimensionOrganizationUID)
      }
    } else {
      try MultiFrameWriter(
        frames: tiles.map {
          MultiFrameWriter.Frame(place: .slide($0, measures), sources: [], leadingIndices: [], groups: DataSet())
        }, leadingDimensions: [], organizationUID: dimensionOrganizationUID, shared: shared.dataSet
      ).write(to: &writer)
    }
    var data = writer.finished()
    data.complete(with: attributes.dataSet)
    if data.declaresCharacterSet { data.transcodeToUTF8() }
    return data
  }

  /// Written unless ``attributes`` says otherwise.
  static let usual: [(tag: Tag, value: String)] = [
    (.volumetricProperties, "VOLUME"), (.specimenLabelInImage, "NO"), (.focusMethod, "AUTO"),
    (.extendedDepthOfField, "NO"), (.lossyImageCompression, "00"),
  ]

  /// What properties say beside pixels and frames.
  func top() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    try header.write(to: &writer, sopClass: .vlWholeSlideMicroscopyImageStorage, modality: "SM")
    try writer.put(.frameOfReferenceUID, ifAny: frameOfReferenceUID)
    try writer.put(.positionReferenceIndicator, text: "SLIDE_CORNER")
    try writer.put(.imageType, texts: imageType)
    try writer.put(.acquisitionDateTime, text: acquisitionDateTime)
    try writer.put(.patientOrientation, orEmpty: "")
    try writer.put(.burnedInAnnotation, text: isBurnedIn ? "YES" : "NO")
    for (tag, value) in SlideImage.usual where !attributes.dataSet.contains(tag) { try writer.put(tag, text: value) }
    writer.putNoItems(.acquisitionContextSequence)
    try writeSpecimens(to: &writer)
    try matrix.write(to: &writer)
    for (tag, length) in zip(
      [Tag.imagedVolumeWidth, .imagedVolumeHeight, .imagedVolumeDepth],
      [imagedVolume.x, imagedVolume.y, imagedVolume.z])
    {
      guard length > 0 else { throw writer.error(.invalidValue, tag, "greater than 0 (PS3.3 §C.8.12.4)") }
      try writer.put(tag, .fl, doubles: [Double(length)])
    }
    try writer.put(.numberOfOpticalPaths, .ul, 1)
    try writer.put(.opticalPathSequence, items: [opticalPath])
    return writer.finished()
  }

  private func writeSpecimens(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.containerIdentifier, text: containerIdentifier)
    writer.putNoItems(.issuerOfTheContainerIdentifierSequence)
    writer.putNoItems(.containerTypeCodeSequence)
    guard !specimens.isEmpty else {
      throw writer.error(.missingAttribute, .specimenDescriptionSequence, "at least one specimen")
    }
    try writer.put(.specimenDescriptionSequence, items: specimens)
  }

  private func writePixels(to writer: inout ItemWriter) throws(ObjectError) {
    let (bits, samples, bytes): (Int, Int, [UInt8]) =
      switch pixels {
      case .gray8(let values): (8, 1, values)
      case .gray16(let values): (16, 1, MapSamples.unsigned(values).bytes)
      case .rgb(let values): (8, 3, values)
      }
    guard rows > 0, columns > 0, rows <= Int(UInt16.max), columns <= Int(UInt16.max), tiles.count > 0,
      bytes.count == rows * columns * tiles.count * samples * bits / 8
    else { throw writer.error(.contradiction, .pixelData, "rows × columns pixels a tile") }
    try writer.put(.samplesPerPixel, .us, samples)
    try writer.put(.photometricInterpretation, text: samples == 3 ? "RGB" : "MONOCHROME2")
    if samples == 3 {
      guard !opticalPath.profile.isEmpty else {
        throw writer.error(.missingAttribute, .iccProfile, "an ICC profile of the colours (PS3.3 §C.8.12.5)")
      }
      try writer.put(.planarConfiguration, .us, 0)
    } else {
      try writer.put(.presentationLUTShape, text: "IDENTITY")
      try writer.put(.rescaleIntercept, .ds, doubles: [0])
      try writer.put(.rescaleSlope, .ds, doubles: [1])
    }
    try writer.put(.rows, .us, rows)
    try writer.put(.columns, .us, columns)
    try writer.put(.bitsAllocated, .us, bits)
    try writer.put(.bitsStored, .us, bits)
    try writer.put(.highBit, .us, bits - 1)
    try writer.put(.pixelRepresentation, .us, 0)
    writer.put(.pixelData, bits == 16 ? .ow : .ob, bytes: bytes.count % 2 == 0 ? bytes : bytes + [0])
  }

  private func check(_ writer: ItemWriter) throws(ObjectError) {
    try header.requireEnhancedEquipment(writer)
    guard frameOfReferenceUID != nil else {
      throw writer.error(.missingAttribute, .frameOfReferenceUID, "the frame of reference of the slide")
    }
    guard matrix.organization == .sparse || matrix.isFull(of: tiles, rows: rows, columns: columns, channels: 1) else {
      throw writer.error(
        .contradiction, .dimensionOrganizationType, "every tile in the order of TILED_FULL (PS3.3 §C.7.6.17.3)")
    }
  }
}
