import DICOM

extension DisplayShutter {
  /// Lays the shutter over an image of the size it is for.
  ///
  /// - Parameter planes: where a bitmap shutter finds its overlay; without it, it hides nothing.
  /// - Throws: `PixelError` with code `.invalidAttribute` when a polygon has too many vertices.
  func hide(_ image: inout Canvas, planes: [OverlayPlane]) throws(PixelError) {
    let color = tone.bytes(image.colorModel)
    for shape in shapes {
      switch shape.nearby {
      case .rectangular(let left, let right, let upper, let lower):
        image.hide(color) { row in upper <= row + 1 && row + 1 <= lower ? [left - 1...max(right - 1, left - 1)] : [] }
      case .circular(let row, let column, let radius):
        let squared = Double(radius) * Double(radius)
        image.hide(color) { line in
          let distance = Double(line + 1) - Double(row)
          let rest = squared - distance * distance
          guard radius >= 0, rest >= 0 else { return [] }
          let half = Int(nearest: rest.squareRoot().rounded(.down))
          return [column - 1 - half...column - 1 + half]
        }
      case .polygonal(let vertices):
        guard vertices.count <= Self.maximumVertices * 2 else {
          throw PixelError(
            .invalidAttribute, tag: .verticesOfThePolygonalShutter, "up to \(Self.maximumVertices) vertices are applied"
          )
        }
        let points = stride(from: 0, to: vertices.count - 1, by: 2).map { index in
          Graphic.Point(column: Float(vertices[index + 1] - 1), row: Float(vertices[index] - 1))
        }
        let polygon = Polygon(points)
        image.hide(color) { row in polygon.spans(at: Double(row)) }
      case .bitmap(let group):
        guard let plane = planes.first(where: { $0.group == group }) else { continue }
        image.draw(plane, frameNumber: 1, color: color)
      }
    }
  }
}

extension Canvas {
  /// Hides every pixel that is not in the spans of columns its row has; they may overlap and exceed the image.
  fileprivate mutating func hide(_ color: [UInt8], keeping spans: (Int) -> [ClosedRange<Int>]) {
    var kept = [Bool](repeating: false, count: width)
    for row in 0..<height {
      for column in kept.indices { kept[column] = false }
      for span in spans(row) {
        let columns = max(span.lowerBound, 0)..<max(min(span.upperBound, width - 1) + 1, max(span.lowerBound, 0))
        for column in columns where column < width { kept[column] = true }
      }
      for column in 0..<width where !kept[column] { set(column, row, color) }
    }
  }
}

extension DisplayShutter.Shape {
  /// The same with numbers that can be reckoned with.
  fileprivate var nearby: Self {
    func near(_ value: Int) -> Int { min(max(value, -1 << 31), 1 << 31) }
    return switch self {
    case .rectangular(let left, let right, let upper, let lower):
      .rectangular(left: near(left), right: near(right), upper: near(upper), lower: near(lower))
    case .circular(let row, let column, let radius):
      .circular(row: near(row), column: near(column), radius: near(radius))
    case .polygonal(let vertices): .polygonal(vertices.map(near))
    case .bitmap: self
    }
  }
}
