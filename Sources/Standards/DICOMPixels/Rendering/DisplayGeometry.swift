import DICOM

/// Where the pixels of an image go: a part of it, scaled, flipped and turned (PS3.4 §N.2.4).
struct DisplayGeometry: Equatable {
  /// The part shown, in pixels of the image; may reach beyond it.
  let part: RenderOptions.Region
  /// The size it is scaled to, before it is turned.
  let width: Int
  let height: Int
  let isFlipped: Bool
  /// Clockwise, after the flip.
  let quarterTurns: Int

  /// - Parameters:
  ///   - aspect: height of a pixel by its width.
  /// - Throws: `PixelError` with code `.invalidOption` for a region not within the image, `.invalidAttribute` for a
  ///   displayed area that is too large.
  init(
    width: Int, height: Int, options: RenderOptions, aspect imageAspect: Double
  ) throws(PixelError) {
    let presentation = options.presentation
    let area = presentation?.area
    isFlipped = presentation?.isFlippedHorizontally ?? false
    let degrees = presentation?.rotationDegrees ?? 0
    quarterTurns = [90, 180, 270].contains(degrees) ? degrees / 90 : 0
    part = try Self.part(width, height, options.region, area)
    let aspect = options.keepsStoredPixels ? 1 : area.map { PixelAspect.of($0.shape) } ?? imageAspect
    let magnification: Double
    if case .magnify(let ratio)? = area?.size, ratio.isFinite, ratio > 0 {
      magnification = min(ratio, Double(RenderOptions.Viewport.maximumSide))
    } else {
      magnification = 1
    }
    // The coarser direction is stretched, so that no pixel is lost.
    let natural = (
      width: Double(part.width.magnitude) * max(1 / aspect, 1) * magnification,
      height: Double(part.height.magnitude) * max(aspect, 1) * magnification
    )
    let isTurned = quarterTurns % 2 == 1
    let shown = isTurned ? (width: natural.height, height: natural.width) : natural
    let size = Self.size(
      shown, unscaled: natural == (Double(part.width.magnitude), Double(part.height.magnitude)), options)
    self.width = isTurned ? size.height : size.width
    self.height = isTurned ? size.width : size.height
  }

  private static func size(
    _ shown: (width: Double, height: Double), unscaled: Bool, _ options: RenderOptions
  ) -> (width: Int, height: Int) {
    if let viewport = options.viewport { return viewport.fitting(width: shown.width, height: shown.height) }
    if unscaled { return (Int(shown.width), Int(shown.height)) }
    let longest = Double(RenderOptions.Viewport.maximumSide)
    let largest = Double(RenderOptions.Viewport.maximumArea)
    let scale = min(1, longest / max(shown.width, shown.height), (largest / (shown.width * shown.height)).squareRoot())
    return (max(1, Int(shown.width * scale + 0.5)), max(1, Int(shown.height * scale + 0.5)))
  }

  /// The region asked for, else the displayed area, else all of it.
  private static func part(
    _ width: Int, _ height: Int, _ region: RenderOptions.Region?, _ area: DisplayedArea?
  ) throws(PixelError) -> RenderOptions.Region {
    if let region {
      _ = try (
        RenderedImage.span(region.x, region.width, of: width), RenderedImage.span(region.y, region.height, of: height)
      )
      return region
    }
    guard let area, area.topLeft.count == 2, area.bottomRight.count == 2 else {
      return RenderOptions.Region(x: 0, y: 0, width: width, height: height)
    }
    // Of a turned image the top left corner shown need not be that of the image (PS3.3 §C.10.4).
    let corners = (area.topLeft + area.bottomRight).map { min(max($0, -1 << 31), 1 << 31) }
    let (left, right) = (min(corners[0], corners[2]), max(corners[0], corners[2]))
    let (top, bottom) = (min(corners[1], corners[3]), max(corners[1], corners[3]))
    let (columns, rows) = (right - left + 1, bottom - top + 1)
    guard columns <= UInt16.max, rows <= UInt16.max, columns * rows <= ImageDescription.maximumPixelsPerFrame else {
      throw PixelError(.invalidAttribute, tag: .displayedAreaSelectionSequence, "the area is larger than any image")
    }
    return RenderOptions.Region(x: left - 1, y: top - 1, width: columns, height: rows)
  }

  /// The size of the picture.
  var shownWidth: Int { quarterTurns % 2 == 1 ? height : width }
  var shownHeight: Int { quarterTurns % 2 == 1 ? width : height }

  /// Where a place of the image is in the picture; both count pixels from the top left corner of the first.
  func place(column: Double, row: Double) -> (x: Double, y: Double) {
    var x = (column - Double(part.x)) * Double(width) / Double(part.width.magnitude)
    var y = (row - Double(part.y)) * Double(height) / Double(part.height.magnitude)
    if (part.width < 0) != isFlipped { x = Double(width) - x }
    if part.height < 0 { y = Double(height) - y }
    switch quarterTurns {
    case 1: return (Double(height) - y, x)
    case 2: return (Double(width) - x, Double(height) - y)
    case 3: return (y, Double(width) - x)
    default: return (x, y)
    }
  }
}

extension RenderOptions.Viewport {
  /// The largest size of a shape's proportions that fits; sides beyond `maximumSide` are taken as that.
  func fitting(width shapeWidth: Double, height shapeHeight: Double) -> (width: Int, height: Int) {
    let (width, height) = (min(max(width, 1), Self.maximumSide), min(max(height, 1), Self.maximumSide))
    if shapeWidth * Double(height) >= shapeHeight * Double(width) {
      return (width, min(max(1, Int(shapeHeight * Double(width) / shapeWidth + 0.5)), height))
    }
    return (min(max(1, Int(shapeWidth * Double(height) / shapeHeight + 0.5)), width), height)
  }
}
