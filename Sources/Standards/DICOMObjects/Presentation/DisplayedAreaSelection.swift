import DICOM
public import DICOMPixels

/// The part of images that is shown, and how large: an item of Displayed Area Selection Sequence (PS3.3 §C.10.4).
public struct DisplayedAreaSelection: Hashable, Sendable {
  /// Empty for every image of the state.
  public var images: [ImageReference]
  public var area: DisplayedArea

  public init(_ area: DisplayedArea, images: [ImageReference] = []) {
    self.area = area
    self.images = images
  }
}

extension DisplayedAreaSelection: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    images = try item.values(.referencedImageSequence)
    let topLeft = item.ints(.displayedAreaTopLeftHandCorner)
    let bottomRight = item.ints(.displayedAreaBottomRightHandCorner)
    guard topLeft.count == 2, bottomRight.count == 2 else {
      throw item.error(.invalidValue, .displayedAreaTopLeftHandCorner, "column and row of both corners")
    }
    let size: DisplayedArea.Size
    switch item.string(.presentationSizeMode) {
    case "TRUE SIZE": size = .trueSize
    case "MAGNIFY": size = .magnify(item.double(.presentationPixelMagnificationRatio) ?? 1)
    default: size = .scaleToFit
    }
    let spacing = item.doubles(.presentationPixelSpacing)
    let ratio = item.ints(.presentationPixelAspectRatio)
    area = DisplayedArea(
      topLeft: topLeft, bottomRight: bottomRight, size: size,
      shape: spacing.count == 2 ? .spacing(spacing) : .aspectRatio(ratio.count == 2 ? ratio : [1, 1]))
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard area.topLeft.count == 2, area.bottomRight.count == 2 else {
      throw writer.error(.invalidValue, .displayedAreaTopLeftHandCorner, "column and row of both corners")
    }
    try writer.put(.referencedImageSequence, ifAny: images)
    try writer.put(.displayedAreaTopLeftHandCorner, .sl, ints: area.topLeft)
    try writer.put(.displayedAreaBottomRightHandCorner, .sl, ints: area.bottomRight)
    switch area.size {
    case .scaleToFit: try writer.put(.presentationSizeMode, text: "SCALE TO FIT")
    case .trueSize: try writer.put(.presentationSizeMode, text: "TRUE SIZE")
    case .magnify(let ratio):
      try writer.put(.presentationSizeMode, text: "MAGNIFY")
      try writer.put(.presentationPixelMagnificationRatio, .fl, doubles: [ratio])
    }
    switch area.shape {
    case .spacing(let spacing): try writer.put(.presentationPixelSpacing, .ds, doubles: spacing)
    case .aspectRatio(let ratio):
      guard area.size != .trueSize else {
        throw writer.error(.contradiction, .presentationPixelSpacing, "TRUE SIZE needs the spacing (PS3.3 §C.10.4)")
      }
      try writer.put(.presentationPixelAspectRatio, .is, ints: ratio)
    }
  }
}
