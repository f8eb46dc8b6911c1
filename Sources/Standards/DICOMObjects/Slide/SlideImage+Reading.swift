public import DICOM

extension SlideImage {
  /// Reads an image of one optical path, its frames native; `init(file:)` decodes frames before.
  public init(dataSet: DataSet) throws(ObjectError) {
    var whole = dataSet
    if whole.declaresCharacterSet { whole.transcodeToUTF8() }
    let reader = ItemReader(whole)
    guard try reader.requiredUID(.sopClassUID) == .vlWholeSlideMicroscopyImageStorage else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "a VL Whole Slide Microscopy Image")
    }
    let slide = try SlideGeometry(dataSet: whole)
    guard slide.opticalPaths == 1 else { throw reader.error(.unsupported, .opticalPathSequence, "one optical path") }
    header = ObjectHeader(reader)
    frameOfReferenceUID = reader.uid(.frameOfReferenceUID)
    imageType = reader.strings(.imageType)
    acquisitionDateTime = reader.string(.acquisitionDateTime) ?? ""
    containerIdentifier = reader.string(.containerIdentifier) ?? ""
    specimens = try reader.values(.specimenDescriptionSequence)
    let volume = [Tag.imagedVolumeWidth, .imagedVolumeHeight, .imagedVolumeDepth].map { Float(reader.double($0) ?? 0) }
    imagedVolume = SIMD3(volume[0], volume[1], volume[2])
    matrix = slide.matrix
    rows = slide.tileRows
    columns = slide.tileColumns
    tiles = (0..<slide.frameCount).compactMap { slide.tile(frame: $0)?.position }
    opticalPath = try reader.value(.opticalPathSequence) ?? OpticalPath()
    isBurnedIn = reader.string(.burnedInAnnotation) != "NO"
    dimensionOrganizationUID = reader.item(.dimensionOrganizationSequence)?.uid(.dimensionOrganizationUID) ?? ""
    pixels = try SlideImage.pixels(reader, count: rows * columns, frames: tiles.count)
    attributes = OtherAttributes(whole, unlike: SlideImage.usual)
    findings = reader.log.findings
    for tag in SlideImage.written { whole[tag] = nil }
    attributes = OtherAttributes((try? top()).map { whole.remainder(without: $0) } ?? whole)
  }

  /// Attributes of the data set that are made of properties alone.
  private static let written: [Tag] = [
    .sharedFunctionalGroupsSequence, .perFrameFunctionalGroupsSequence, .numberOfFrames, .pixelData,
    .dimensionOrganizationSequence, .dimensionIndexSequence, .samplesPerPixel, .photometricInterpretation,
    .planarConfiguration, .rows, .columns, .bitsAllocated, .bitsStored, .highBit, .pixelRepresentation,
    .presentationLUTShape, .rescaleIntercept, .rescaleSlope,
  ]

  private static func pixels(_ reader: ItemReader, count: Int, frames: Int) throws(ObjectError) -> Pixels {
    let bytes = try reader.bytes(.pixelData)
    let (needed, overflow) = count.multipliedReportingOverflow(by: frames)
    let form = (
      reader.string(.photometricInterpretation), reader.int(.samplesPerPixel), reader.int(.bitsAllocated),
      reader.int(.planarConfiguration) ?? 0
    )
    guard !overflow, needed <= bytes.count else {
      throw reader.error(
        PackedFrames.beginsWithItem(bytes) ? .unsupported : .contradiction, .pixelData,
        "native pixel data with as many samples as the tiles have; init(file:) decodes frames")
    }
    switch form {
    case ("MONOCHROME2"?, 1?, 8?, _): return .gray8(Array(bytes.prefix(needed)))
    case ("MONOCHROME2"?, 1?, 16?, _):
      guard case .unsigned(let samples)? = MapSamples(bits: 16, count: needed, bytes: bytes) else { break }
      return .gray16(samples)
    case ("RGB"?, 3?, 8?, 0) where bytes.count / 3 >= needed: return .rgb(Array(bytes.prefix(needed * 3)))
    case ("YBR_FULL"?, 3?, 8?, 0) where bytes.count / 3 >= needed:
      return .rgb(SecondaryCapture.rgb(fromFull: bytes.prefix(needed * 3)))
    default:
      throw reader.error(.unsupported, .photometricInterpretation, "MONOCHROME2 of 8 or 16 bits or RGB by pixel")
    }
    throw reader.error(.contradiction, .pixelData, "as many samples as the tiles have")
  }
}
