import DICOM

/// The geometry and encoding of the frames of an image: what the Image Pixel module says (PS3.3 §C.7.6.3),
/// checked so that sizes computed from it neither overflow nor ask for absurd memory.
///
/// A frame has `rows × columns` pixels, row by row from the top left corner, of `samplesPerPixel` samples each.
public struct ImageDescription: Equatable, Sendable {
  /// The largest frame accepted, in pixels: 128 Mpx, several times the largest detector and every whole-slide tile.
  public static let maximumPixelsPerFrame = 1 << 27

  /// How the samples of a pixel lie in the frame (0028,0006).
  public enum PlanarConfiguration: Int, Equatable, Sendable {
    /// R1 G1 B1 R2 G2 B2 …
    case colorByPixel = 0
    /// R1 R2 … G1 G2 … B1 B2 …
    case colorByPlane = 1
  }

  /// What a sample is: Pixel Data (7FE0,0010), Float Pixel Data (7FE0,0008) or Double Float Pixel Data (7FE0,0009).
  public enum SampleType: Equatable, Sendable {
    case unsigned
    case signed
    case float32
    case float64
  }

  public let rows: Int
  public let columns: Int
  public let samplesPerPixel: Int
  public let photometricInterpretation: PhotometricInterpretation
  public let planarConfiguration: PlanarConfiguration
  public let sampleType: SampleType
  /// Bits a sample takes in the frame: 1, 8, 16 or 32 for integers, 32 or 64 for floating point.
  public let bitsAllocated: Int
  /// Bits of a sample that carry its value, up to `bitsAllocated`.
  public let bitsStored: Int
  /// The most significant bit of the value, counted from 0; bits above it and below its least significant one are
  /// not part of the value.
  public let highBit: Int
  public let numberOfFrames: Int

  /// Describes frames by their parts.
  ///
  /// - Throws: `PixelError` with code `.invalidAttribute`, `.unsupported` or `.imageTooLarge`.
  public init(
    rows: Int, columns: Int, photometricInterpretation: PhotometricInterpretation,
    planarConfiguration: PlanarConfiguration = .colorByPixel, sampleType: SampleType = .unsigned,
    bitsAllocated: Int, bitsStored: Int? = nil, highBit: Int? = nil, numberOfFrames: Int = 1
  ) throws(PixelError) {
    let bitsStored = bitsStored ?? bitsAllocated
    let highBit = highBit ?? (bitsStored - 1)
    self.rows = rows
    self.columns = columns
    self.samplesPerPixel = photometricInterpretation.samplesPerPixel
    self.photometricInterpretation = photometricInterpretation
    self.planarConfiguration = planarConfiguration
    self.sampleType = sampleType
    self.bitsAllocated = bitsAllocated
    self.bitsStored = bitsStored
    self.highBit = highBit
    self.numberOfFrames = numberOfFrames
    try checkSize()
    try checkSamples()
    try checkColor()
  }

  private func checkSize() throws(PixelError) {
    let unsignedShort = 1...Int(UInt16.max)
    guard unsignedShort.contains(rows) else {
      throw PixelError(.invalidAttribute, tag: .rows, "\(rows) is not within 1…65535")
    }
    guard unsignedShort.contains(columns) else {
      throw PixelError(.invalidAttribute, tag: .columns, "\(columns) is not within 1…65535")
    }
    guard rows * columns <= Self.maximumPixelsPerFrame else {
      throw PixelError(
        .imageTooLarge,
        "\(rows) rows × \(columns) columns are \(rows * columns) pixels; "
          + "up to \(Self.maximumPixelsPerFrame) are accepted")
    }
    guard (1...Int(Int32.max)).contains(numberOfFrames) else {
      throw PixelError(
        .invalidAttribute, tag: .numberOfFrames, "\(numberOfFrames) is not within 1…\(Int32.max)")
    }
  }

  private func checkSamples() throws(PixelError) {
    switch sampleType {
    case .unsigned, .signed:
      guard [1, 8, 16, 32].contains(bitsAllocated) else {
        throw PixelError(.unsupported, tag: .bitsAllocated, "\(bitsAllocated) is none of 1, 8, 16, 32")
      }
    case .float32, .float64:
      guard bitsAllocated == (sampleType == .float32 ? 32 : 64) else {
        throw PixelError(
          .invalidAttribute, tag: .bitsAllocated, "\(bitsAllocated) bits cannot hold the floating point samples")
      }
      guard photometricInterpretation.isMonochrome else {
        throw PixelError(
          .invalidAttribute, tag: .photometricInterpretation, "floating point samples must be monochrome")
      }
    }
    guard (1...bitsAllocated).contains(bitsStored) else {
      throw PixelError(.invalidAttribute, tag: .bitsStored, "\(bitsStored) of \(bitsAllocated) allocated bits")
    }
    guard (bitsStored - 1..<bitsAllocated).contains(highBit) else {
      throw PixelError(
        .invalidAttribute, tag: .highBit, "\(highBit) with \(bitsStored) of \(bitsAllocated) allocated bits stored")
    }
  }

  private func checkColor() throws(PixelError) {
    switch photometricInterpretation {
    case .monochrome1, .monochrome2:
      break
    case .paletteColor:
      guard bitsAllocated == 8 || bitsAllocated == 16 else {
        throw PixelError(.unsupported, tag: .bitsAllocated, "\(bitsAllocated) for palette indices; 8 and 16 are")
      }
    case .rgb:
      guard bitsAllocated == 8 || bitsAllocated == 16 else {
        throw PixelError(.unsupported, tag: .bitsAllocated, "\(bitsAllocated) for RGB; 8 and 16 are")
      }
    case .ybrFull, .ybrFull422:
      guard bitsAllocated == 8, bitsStored == 8 else {
        throw PixelError(.unsupported, tag: .bitsAllocated, "\(bitsStored) of \(bitsAllocated) for YBR; 8 of 8 are")
      }
    }
    guard photometricInterpretation == .ybrFull422 else { return }
    guard columns.isMultiple(of: 2) else {
      throw PixelError(.invalidAttribute, tag: .columns, "\(columns) is odd, which YBR_FULL_422 does not allow")
    }
    guard planarConfiguration == .colorByPixel else {
      throw PixelError(.invalidAttribute, tag: .planarConfiguration, "YBR_FULL_422 must be colour-by-pixel")
    }
  }
}
