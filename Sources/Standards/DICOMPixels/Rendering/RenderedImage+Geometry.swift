extension RenderedImage {
  /// The part shown, scaled, flipped and turned.
  ///
  /// - Throws: `PixelError` with code `.invalidOption` for a region not within the image.
  func placed(_ geometry: DisplayGeometry, isArea: Bool) throws(PixelError) -> RenderedImage {
    let part = isArea ? area(geometry.part) : try region(geometry.part)
    let scaled = part.scaled(width: geometry.width, height: geometry.height)
    return scaled.turned(geometry.quarterTurns, flipped: geometry.isFlipped)
  }

  /// A rectangle that may reach beyond the image, where it is black.
  private func area(_ part: RenderOptions.Region) -> RenderedImage {
    if part.x == 0, part.y == 0, part.width == width, part.height == height { return self }
    let components = colorModel.components
    var result = [UInt8](repeating: 0, count: part.width * part.height * components)
    let columns = max(0, part.x)..<max(max(0, part.x), min(width, part.x + part.width))
    for row in max(0, part.y)..<max(max(0, part.y), min(height, part.y + part.height)) where !columns.isEmpty {
      let source = (row * width + columns.lowerBound) * components
      let target = ((row - part.y) * part.width + columns.lowerBound - part.x) * components
      let length = columns.count * components
      result.replaceSubrange(target..<target + length, with: pixels[source..<source + length])
    }
    return RenderedImage(width: part.width, height: part.height, colorModel: colorModel, pixels: result)
  }

  /// Flipped left to right, then turned clockwise (PS3.3 §C.10.6).
  func turned(_ quarterTurns: Int, flipped: Bool) -> RenderedImage {
    guard quarterTurns != 0 || flipped else { return self }
    let isUpright = quarterTurns % 2 == 0
    let (newWidth, newHeight) = isUpright ? (width, height) : (height, width)
    let components = colorModel.components
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { output, initialized in
      for row in 0..<newHeight {
        for column in 0..<newWidth {
          let (x, y) =
            switch quarterTurns {
            case 1: (row, height - 1 - column)
            case 2: (width - 1 - column, height - 1 - row)
            case 3: (width - 1 - row, column)
            default: (column, row)
            }
          let source = (y * width + (flipped ? width - 1 - x : x)) * components
          let target = (row * newWidth + column) * components
          for component in 0..<components { output[target + component] = pixels[source + component] }
        }
      }
      initialized = pixels.count
    }
    return RenderedImage(width: newWidth, height: newHeight, colorModel: colorModel, pixels: turned)
  }
}
