public import DICOM

extension EnhancedImage {
  /// Reads an image, or its header alone when its pixel data is not held.
  public init(dataSet: DataSet) throws(ObjectError) {
    var whole = dataSet
    // One repertoire for what is kept and what is written.
    if whole.declaresCharacterSet { whole.transcodeToUTF8() }
    let reader = ItemReader(whole)
    let sopClass = try reader.requiredUID(.sopClassUID)
    guard let kind = Kind.allCases.first(where: { $0.sopClass == sopClass }) else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "an Enhanced or Legacy Converted CT or MR Image")
    }
    self.kind = kind
    header = ObjectHeader(reader)
    frameOfReferenceUID = reader.uid(.frameOfReferenceUID)
    characteristics = Characteristics(reader, .imageType)
    patientPosition = reader.string(.patientPosition) ?? ""
    acquisitionDateTime = reader.string(.acquisitionDateTime)
    contentQualification = reader.string(.contentQualification) ?? ""
    isBurnedIn = reader.string(.burnedInAnnotation) != "NO"
    rows = try reader.count(.rows, upTo: Int(UInt16.max))
    columns = try reader.count(.columns, upTo: Int(UInt16.max))
    let allocated = try reader.requiredInt(.bitsAllocated)
    bitsStored = reader.int(.bitsStored) ?? allocated
    isSigned = reader.int(.pixelRepresentation) == 1
    guard (reader.int(.samplesPerPixel) ?? 1) == 1, allocated == 8 || allocated == 16 else {
      throw reader.error(.unsupported, .bitsAllocated, "one sample of 8 or 16 bits a pixel")
    }
    guard (1...allocated).contains(bitsStored) else {
      throw reader.error(.invalidValue, .bitsStored, "1 to \(allocated)")
    }
    dimensions = reader.items(.dimensionIndexSequence).compactMap { item in
      guard let index = item.tags(.dimensionIndexPointer).first, let group = item.tags(.functionalGroupPointer).first
      else { return nil }
      return Dimension(index, in: group, organizationUID: item.uid(.dimensionOrganizationUID) ?? "")
    }
    let groups = FunctionalGroupReader(reader)
    guard !groups.frames.isEmpty, groups.frames.count <= FunctionalGroupReader.maximumFrames else {
      throw ObjectError(
        .missingAttribute, path: TagPath(.perFrameFunctionalGroupsSequence),
        "functional groups of up to \(FunctionalGroupReader.maximumFrames) frames")
    }
    guard reader.int(.numberOfFrames) ?? groups.frames.count == groups.frames.count else {
      throw reader.error(.contradiction, .numberOfFrames, "as many frames as functional groups (PS3.3 §C.7.6.16)")
    }
    frames = []
    for frame in groups.frames.indices { frames.append(try Frame(groups, frame, kind)) }
    pixels = try EnhancedImage.pixels(reader, allocated, rows * columns, frames.count)
    attributes = OtherAttributes(whole, unlike: EnhancedImage.usual)
    findings = reader.log.findings
    for tag in EnhancedImage.written { whole[tag] = nil }
    attributes = OtherAttributes((try? top()).map { whole.remainder(without: $0) } ?? whole)
  }

  /// Attributes of the data set that are made of properties alone.
  private static let written: [Tag] = [
    .sharedFunctionalGroupsSequence, .perFrameFunctionalGroupsSequence, .numberOfFrames, .pixelData,
  ]

  private static func pixels(
    _ reader: ItemReader, _ allocated: Int, _ pixelsPerFrame: Int, _ frames: Int
  ) throws(ObjectError) -> PackedFrames? {
    guard let bytes = reader.dataSet[.pixelData]?.bytes else { return nil }
    guard
      let pixels = PackedFrames(
        bytes: bytes, bitsAllocated: allocated, pixelsPerFrame: pixelsPerFrame, count: frames),
      !PackedFrames.looksEncapsulated(bytes, expecting: pixels)
    else {
      throw reader.error(
        PackedFrames.beginsWithItem(bytes) ? .unsupported : .contradiction, .pixelData,
        "native pixel data with as many samples as the frames have; init(file:) decodes frames")
    }
    return pixels
  }
}
