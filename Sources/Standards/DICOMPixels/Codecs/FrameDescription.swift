public import DICOM

/// What a header says of every frame of its pixel data, encapsulated or native: the Image Pixel module
/// (PS3.3 §C.7.6.3) without the number of frames.
public struct FrameDescription: Equatable, Hashable, Sendable {
  /// The longest frame decoded or encoded, in bytes.
  public static let maximumLength = 1 << 30

  public var rows: Int
  public var columns: Int
  /// 1 or 3.
  public var samplesPerPixel: Int
  public var photometricInterpretation: ColorSpace
  /// 1, 8, 16 or 32.
  public var bitsAllocated: Int
  public var bitsStored: Int
  public var highBit: Int
  public var isSigned: Bool

  /// Photometric Interpretation (0028,0004), those of encoded frames included (PS3.5 §8.2).
  public enum ColorSpace: String, Equatable, Hashable, Sendable, CaseIterable {
    case monochrome1 = "MONOCHROME1"
    case monochrome2 = "MONOCHROME2"
    case paletteColor = "PALETTE COLOR"
    case rgb = "RGB"
    case ybrFull = "YBR_FULL"
    case ybrFull422 = "YBR_FULL_422"
    case ybrPartial420 = "YBR_PARTIAL_420"
    case ybrPartial422 = "YBR_PARTIAL_422"
    /// The irreversible component transform of JPEG 2000.
    case ybrICT = "YBR_ICT"
    /// The reversible component transform of JPEG 2000.
    case ybrRCT = "YBR_RCT"
    /// The opponent colours of JPEG XL.
    case xyb = "XYB"

    public var samplesPerPixel: Int {
      switch self {
      case .monochrome1, .monochrome2, .paletteColor: 1
      default: 3
      }
    }
  }

  /// - Throws: `PixelError` `.invalidAttribute`, `.unsupported` or `.imageTooLarge`.
  public init(
    rows: Int, columns: Int, photometricInterpretation: ColorSpace, bitsAllocated: Int, bitsStored: Int? = nil,
    highBit: Int? = nil, isSigned: Bool = false
  ) throws(PixelError) {
    self.rows = rows
    self.columns = columns
    self.photometricInterpretation = photometricInterpretation
    samplesPerPixel = photometricInterpretation.samplesPerPixel
    self.bitsAllocated = bitsAllocated
    self.bitsStored = bitsStored ?? bitsAllocated
    self.highBit = highBit ?? (self.bitsStored &- 1)
    self.isSigned = isSigned
    try check()
  }

  private func check() throws(PixelError) {
    let side = 1...Int(UInt16.max)
    guard side.contains(rows) else { throw PixelError(.invalidAttribute, tag: .rows, "\(rows) is not within 1…65535") }
    guard side.contains(columns) else {
      throw PixelError(.invalidAttribute, tag: .columns, "\(columns) is not within 1…65535")
    }
    guard rows * columns <= ImageDescription.maximumPixelsPerFrame else {
      throw PixelError(
        .imageTooLarge,
        "\(rows) rows × \(columns) columns; up to \(ImageDescription.maximumPixelsPerFrame) pixels are accepted")
    }
    guard [1, 8, 16, 32].contains(bitsAllocated) else {
      throw PixelError(.unsupported, tag: .bitsAllocated, "\(bitsAllocated) is none of 1, 8, 16, 32")
    }
    guard (1...bitsAllocated).contains(bitsStored) else {
      throw PixelError(.invalidAttribute, tag: .bitsStored, "\(bitsStored) of \(bitsAllocated) allocated bits")
    }
    guard (bitsStored - 1..<bitsAllocated).contains(highBit) else {
      throw PixelError(
        .invalidAttribute, tag: .highBit, "\(highBit) with \(bitsStored) of \(bitsAllocated) allocated bits stored")
    }
    guard length <= Self.maximumLength else {
      throw PixelError(.imageTooLarge, "a frame of \(length) bytes; up to \(Self.maximumLength) are accepted")
    }
  }
}

extension FrameDescription {
  /// Samples of a frame, all of full resolution.
  public var sampleCount: Int { rows * columns * samplesPerPixel }

  /// Bytes of a decoded frame: samples in `bitsAllocated` bits each, of 1 bit packed from the least significant bit on.
  public var length: Int { (sampleCount * bitsAllocated + 7) / 8 }

  /// Whether the unused bits of a sample lie above its value, as in nearly all images.
  var isRightAligned: Bool { highBit == bitsStored - 1 }
}

extension FrameDescription {
  /// Reads the Image Pixel module of a header.
  ///
  /// Tolerated: Samples per Pixel, Bits Stored, High Bit and Pixel Representation may be absent, and lower case
  /// photometric interpretations.
  ///
  /// - Throws: `PixelError` `.missingAttribute`, `.invalidAttribute`, `.unsupported` or `.imageTooLarge`.
  public init(header: DataSet) throws(PixelError) {
    guard let text = header.string(.photometricInterpretation), !text.isEmpty else {
      throw PixelError(.missingAttribute, tag: .photometricInterpretation, "needed to decode")
    }
    guard let color = ColorSpace(rawValue: text.uppercased()) else {
      throw PixelError(.unsupported, tag: .photometricInterpretation, "the value is none that is decoded")
    }
    let samples = try Self.integer(header, .samplesPerPixel, absent: color.samplesPerPixel)
    guard samples == color.samplesPerPixel else {
      throw PixelError(.invalidAttribute, tag: .samplesPerPixel, "\(samples) for \(color.rawValue)")
    }
    let allocated = try Self.integer(header, .bitsAllocated)
    let stored = try Self.integer(header, .bitsStored, absent: allocated)
    let representation = try Self.integer(header, .pixelRepresentation, absent: 0)
    guard representation == 0 || representation == 1 else {
      throw PixelError(.invalidAttribute, tag: .pixelRepresentation, "\(representation) is neither 0 nor 1")
    }
    try self.init(
      rows: Self.integer(header, .rows), columns: Self.integer(header, .columns), photometricInterpretation: color,
      bitsAllocated: allocated, bitsStored: stored, highBit: Self.integer(header, .highBit, absent: stored &- 1),
      isSigned: representation == 1)
  }

  private static func integer(_ header: DataSet, _ tag: Tag, absent: Int? = nil) throws(PixelError) -> Int {
    if let value = header.int(tag) { return value }
    guard let absent, header.string(tag)?.isEmpty ?? true else {
      throw PixelError(.missingAttribute, tag: tag, "needed to decode")
    }
    return absent
  }
}

extension ImageDescription {
  /// Describes decoded frames.
  ///
  /// - Throws: `PixelError` `.unsupported` for what is decoded but not rendered, such as colour of 32 bits.
  public init(_ frame: FrameDescription, numberOfFrames: Int = 1) throws(PixelError) {
    guard let color = PhotometricInterpretation(rawValue: frame.photometricInterpretation.rawValue) else {
      throw PixelError(
        .unsupported, tag: .photometricInterpretation, "\(frame.photometricInterpretation.rawValue) is not rendered")
    }
    try self.init(
      rows: frame.rows, columns: frame.columns, photometricInterpretation: color,
      sampleType: frame.isSigned ? .signed : .unsigned, bitsAllocated: frame.bitsAllocated,
      bitsStored: frame.bitsStored, highBit: frame.highBit, numberOfFrames: numberOfFrames)
  }
}
