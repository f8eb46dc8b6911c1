public import DICOM

extension ImageDescription {
  /// Reads the Image Pixel module (PS3.3 §C.7.6.3) and Number of Frames (0028,0008) of a header.
  ///
  /// Tolerated: Samples per Pixel, Bits Stored and High Bit may be absent when the rest implies them, and lower case
  /// photometric interpretations.
  ///
  /// - Throws: `PixelError` with code `.missingAttribute`, `.invalidAttribute`, `.unsupported` or `.imageTooLarge`.
  public init(header: DataSet) throws(PixelError) {
    let photometric = try Self.photometricInterpretation(header)
    let samples = try Self.integer(header, .samplesPerPixel, absent: photometric.samplesPerPixel)
    guard samples == photometric.samplesPerPixel else {
      throw PixelError(.invalidAttribute, tag: .samplesPerPixel, "\(samples) for \(photometric.rawValue)")
    }
    let planarValue = samples > 1 ? try Self.integer(header, .planarConfiguration, absent: 0) : 0
    guard let planar = PlanarConfiguration(rawValue: planarValue) else {
      throw PixelError(.invalidAttribute, tag: .planarConfiguration, "\(planarValue) is neither 0 nor 1")
    }
    let sampleType = try Self.sampleType(header)
    let bitsAllocated = try Self.integer(header, .bitsAllocated)
    let isInteger = sampleType == .signed || sampleType == .unsigned
    let bitsStored = isInteger ? try Self.integer(header, .bitsStored, absent: bitsAllocated) : bitsAllocated
    // Checked before use: 1 is subtracted from it below.
    guard (1...64).contains(bitsStored) else {
      throw PixelError(.invalidAttribute, tag: .bitsStored, "\(bitsStored) is not within 1…64")
    }
    try self.init(
      rows: Self.integer(header, .rows), columns: Self.integer(header, .columns),
      photometricInterpretation: photometric, planarConfiguration: planar, sampleType: sampleType,
      bitsAllocated: bitsAllocated, bitsStored: bitsStored,
      highBit: isInteger ? Self.integer(header, .highBit, absent: bitsStored - 1) : bitsStored - 1,
      numberOfFrames: Self.integer(header, .numberOfFrames, absent: 1))
  }

  private static func photometricInterpretation(_ header: DataSet) throws(PixelError) -> PhotometricInterpretation {
    guard let text = header.string(.photometricInterpretation), !text.isEmpty else {
      throw PixelError(.missingAttribute, tag: .photometricInterpretation, "needed to render")
    }
    guard let known = PhotometricInterpretation(rawValue: text.uppercased()) else {
      let shown = text.utf8.count <= 16 ? text : "the value"
      throw PixelError(.unsupported, tag: .photometricInterpretation, "\(shown) is not rendered from native pixel data")
    }
    return known
  }

  private static func sampleType(_ header: DataSet) throws(PixelError) -> SampleType {
    if header[.floatPixelData] != nil { return .float32 }
    if header[.doubleFloatPixelData] != nil { return .float64 }
    switch try integer(header, .pixelRepresentation, absent: 0) {
    case 0: return .unsigned
    case 1: return .signed
    case let other:
      throw PixelError(.invalidAttribute, tag: .pixelRepresentation, "\(other) is neither 0 nor 1")
    }
  }

  private static func integer(_ header: DataSet, _ tag: Tag, absent: Int? = nil) throws(PixelError) -> Int {
    if let value = header.int(tag) { return value }
    if header.string(tag)?.isEmpty == false {
      throw PixelError(.invalidAttribute, tag: tag, "the value is not a whole number")
    }
    guard let absent else { throw PixelError(.missingAttribute, tag: tag, "needed to render") }
    return absent
  }
}
