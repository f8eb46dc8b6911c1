extension RenderedImage {
  /// A rectangle of the image, mirrored where its width or height is negative.
  ///
  /// - Throws: `PixelError` with code `.invalidOption` when it has no area or is not within the image.
  public func region(_ region: RenderOptions.Region) throws(PixelError) -> RenderedImage {
    let columns = try Self.span(region.x, region.width, of: width)
    let rows = try Self.span(region.y, region.height, of: height)
    let components = colorModel.components
    var result: [UInt8] = []
    result.reserveCapacity(columns.count * rows.count * components)
    for line in 0..<rows.count {
      let row = region.height < 0 ? rows.upperBound - 1 - line : rows.lowerBound + line
      let start = (row * width + columns.lowerBound) * components
      let end = start + columns.count * components
      guard region.width < 0 else {
        result += pixels[start..<end]
        continue
      }
      for pixel in stride(from: end - components, through: start, by: -components) {
        result += pixels[pixel..<pixel + components]
      }
    }
    return RenderedImage(width: columns.count, height: rows.count, colorModel: colorModel, pixels: result)
  }

  static func span(_ start: Int, _ length: Int, of side: Int) throws(PixelError) -> Range<Int> {
    guard length != 0, start >= 0, start < side, length.magnitude <= UInt(side - start) else {
      throw PixelError(.invalidOption, "\(length) from \(start) on is not within the image's \(side) pixels")
    }
    return start..<start + Int(length.magnitude)
  }
}
