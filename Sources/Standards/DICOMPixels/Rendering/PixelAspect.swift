import DICOM

/// The height of a pixel by its width.
enum PixelAspect {
  /// Pixels longer than that are not believed, and taken as square: nothing is scanned so coarsely in one direction.
  static let maximum = 16.0

  /// What an image says of its pixels: Pixel Spacing (0028,0030), of the frame's Pixel Measures before the data set's
  /// own, Imager Pixel Spacing (0018,1164), Nominal Scanned Pixel Spacing (0018,2010), then Pixel Aspect Ratio
  /// (0028,0034), which the standard only allows without them (PS3.3 §C.7.6.3.1.7). Square without any.
  static func of(_ header: DataSet, frameNumber: Int) -> Double {
    let groups = FunctionalGroups(header: header, frameNumber: frameNumber)
    for place in groups.candidates(for: .pixelMeasuresSequence) {
      if let aspect = aspect(place.doubles(.pixelSpacing)) { return aspect }
    }
    for tag in [Tag.imagerPixelSpacing, .nominalScannedPixelSpacing, .pixelAspectRatio] {
      if let aspect = aspect(header.doubles(tag)) { return aspect }
    }
    return 1
  }

  static func of(_ shape: DisplayedArea.Shape) -> Double {
    switch shape {
    case .spacing(let spacing): aspect(spacing) ?? 1
    case .aspectRatio(let ratio): aspect(ratio.map(Double.init)) ?? 1
    }
  }

  /// - Parameter values: vertical, horizontal.
  private static func aspect(_ values: [Double]) -> Double? {
    guard values.count == 2, values[0] > 0, values[1] > 0 else { return nil }
    let aspect = values[0] / values[1]
    return (1 / maximum...maximum).contains(aspect) ? aspect : nil
  }
}
