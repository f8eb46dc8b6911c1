/// The intended meaning of the samples of a pixel (0028,0004) (PS3.3 §C.7.6.3.1.2), as far as native pixel data uses it.
public enum PhotometricInterpretation: String, Equatable, Hashable, Sendable, CaseIterable {
  /// Grey; the smallest value is meant to be white.
  case monochrome1 = "MONOCHROME1"
  /// Grey; the smallest value is meant to be black.
  case monochrome2 = "MONOCHROME2"
  /// One index per pixel into three lookup tables.
  case paletteColor = "PALETTE COLOR"
  /// Red, green, blue.
  case rgb = "RGB"
  /// Luminance and two colour differences, all at full resolution.
  case ybrFull = "YBR_FULL"
  /// Luminance at full, colour differences at half the horizontal resolution: `Y Y CB CR` for two pixels.
  case ybrFull422 = "YBR_FULL_422"

  /// Samples per Pixel (0028,0002) the interpretation calls for: 1 or 3.
  public var samplesPerPixel: Int {
    switch self {
    case .monochrome1, .monochrome2, .paletteColor: 1
    case .rgb, .ybrFull, .ybrFull422: 3
    }
  }

  public var isMonochrome: Bool { self == .monochrome1 || self == .monochrome2 }
}
