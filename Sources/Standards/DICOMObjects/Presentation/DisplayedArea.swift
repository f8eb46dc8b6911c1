import DICOM

/// The part of images that is shown, and how large (PS3.3 §C.10.4).
public struct DisplayedArea: Hashable, Sendable {
  /// Presentation Size Mode (0070,0100).
  public enum Size: Hashable, Sendable {
    case scaleToFit
    /// As large as the patient is.
    case trueSize
    /// Pixels of the display for a pixel of the image.
    case magnify(Double)
  }

  /// The shape of a displayed pixel.
  public enum Shape: Hashable, Sendable {
    /// Rows, columns in millimetres.
    case spacing([Double])
    /// Vertical, horizontal.
    case aspectRatio([Int])
  }

  /// Empty for every image of the state.
  public var images: [ImageReference]
  /// Column and row from 1, may lie outside the image.
  public var topLeft: [Int]
  public var bottomRight: [Int]
  public var size: Size
  public var shape: Shape

  public init(
    images: [ImageReference] = [], topLeft: [Int], bottomRight: [Int], size: Size = .scaleToFit,
    shape: Shape = .aspectRatio([1, 1])
  ) {
    self.images = images
    self.topLeft = topLeft
    self.bottomRight = bottomRight
    self.size = size
    self.shape = shape
  }
}

extension DisplayedArea: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    images = try item.values(.referencedImageSequence)
    topLeft = item.ints(.displayedAreaTopLeftHandCorner)
    bottomRight = item.ints(.displayedAreaBottomRightHandCorner)
    guard topLeft.count == 2, bottomRight.count == 2 else {
      throw item.error(.invalidValue, .displayedAreaTopLeftHandCorner, "column and row of both corners")
    }
    switch item.string(.presentationSizeMode) {
    case "TRUE SIZE": size = .trueSize
    case "MAGNIFY": size = .magnify(item.double(.presentationPixelMagnificationRatio) ?? 1)
    default: size = .scaleToFit
    }
    let spacing = item.doubles(.presentationPixelSpacing)
    let ratio = item.ints(.presentationPixelAspectRatio)
    shape = spacing.count == 2 ? .spacing(spacing) : .aspectRatio(ratio.count == 2 ? ratio : [1, 1])
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard topLeft.count == 2, bottomRight.count == 2 else {
      throw writer.error(.invalidValue, .displayedAreaTopLeftHandCorner, "column and row of both corners")
    }
    try writer.put(.referencedImageSequence, ifAny: images)
    try writer.put(.displayedAreaTopLeftHandCorner, .sl, ints: topLeft)
    try writer.put(.displayedAreaBottomRightHandCorner, .sl, ints: bottomRight)
    switch size {
    case .scaleToFit: try writer.put(.presentationSizeMode, text: "SCALE TO FIT")
    case .trueSize: try writer.put(.presentationSizeMode, text: "TRUE SIZE")
    case .magnify(let ratio):
      try writer.put(.presentationSizeMode, text: "MAGNIFY")
      try writer.put(.presentationPixelMagnificationRatio, .fl, doubles: [ratio])
    }
    switch shape {
    case .spacing(let spacing): try writer.put(.presentationPixelSpacing, .ds, doubles: spacing)
    case .aspectRatio(let ratio):
      guard size != .trueSize else {
        throw writer.error(.contradiction, .presentationPixelSpacing, "TRUE SIZE needs the spacing (PS3.3 §C.10.4)")
      }
      try writer.put(.presentationPixelAspectRatio, .is, ints: ratio)
    }
  }
}
