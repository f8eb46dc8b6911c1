import DICOM
import Glibc

/// Graphics drawn into a picture of a given geometry, a layer at a time.
///
/// A layer is gathered as coverage first, so that pieces of a line that meet do not add up.
struct GraphicDrawing {
  /// Half the width of a line, in pixels of the picture.
  static let halfWidth = 0.75
  /// Radius of a point, in pixels of the picture.
  static let pointRadius = 2.5
  /// Straight pieces of a closed curve, and of each piece of an interpolated one.
  static let curvePieces = 180
  static let splinePieces = 12
  /// Steps along all lines of a picture: some thousand lines from edge to edge. A state that wants more is refused.
  static let maximumSteps = 1 << 24

  let geometry: DisplayGeometry
  /// Opened for the picture's first text.
  private(set) lazy var font = openFont()
  private let openFont: () -> Font?
  private let width: Int
  private let height: Int
  /// How much of each pixel the layer covers, 255 for all of it, and the rows in which it covers any.
  private var coverage: [UInt8]
  private var touched = 0..<0
  private var steps = 0

  init(_ geometry: DisplayGeometry, font openFont: @escaping () -> Font? = { Font() }) {
    self.geometry = geometry
    self.openFont = openFont
    width = geometry.shownWidth
    height = geometry.shownHeight
    coverage = [UInt8](repeating: 0, count: width * height)
  }

  typealias Place = (x: Double, y: Double)

  /// Draws the graphics of a layer.
  ///
  /// - Throws: `PixelError` with code `.unsupported` when there is too much to draw.
  mutating func draw(_ layer: Presentation.Layer, on canvas: inout Canvas) throws(PixelError) {
    for graphic in layer.graphics { try cover(graphic) }
    for text in layer.texts { try cover(text) }
    try spend(touched.count * width / 16)
    let color = layer.tone.bytes(canvas.colorModel)
    for row in touched {
      for column in 0..<width where coverage[row * width + column] > 0 {
        canvas.blend(column, row, color, coverage: coverage[row * width + column])
        coverage[row * width + column] = 0
      }
    }
    touched = 0..<0
  }

  mutating func cover(_ graphic: Graphic) throws(PixelError) {
    let outline = outline(of: graphic).filter { $0.x.isFinite && $0.y.isFinite }
    guard let first = outline.first else { return }
    guard graphic.type != .point else {
      dot(first)
      return
    }
    if graphic.isFilled {
      let area = Polygon(outline.map { Graphic.Point(column: Float($0.x - 0.5), row: Float($0.y - 0.5)) })
      try spend(height + height * outline.count / 16)
      for row in 0..<height {
        for span in area.spans(at: Double(row)) where span.lowerBound < width && span.upperBound >= 0 {
          for column in max(span.lowerBound, 0)...min(span.upperBound, width - 1) { mark(column, row, 1) }
        }
      }
    }
    for (start, end) in zip(outline, outline.dropFirst()) { try line(from: start, to: end) }
  }

  mutating func mark(_ column: Int, _ row: Int, _ part: Double) {
    guard part > 0, column >= 0, column < width, row >= 0, row < height else { return }
    let index = row * width + column
    coverage[index] = max(coverage[index], UInt8(min(part, 1) * 255 + 0.5))
    touched = touched.isEmpty ? row..<row + 1 : min(touched.lowerBound, row)..<max(touched.upperBound, row + 1)
  }

  /// The places that straight lines lead through.
  private func outline(of graphic: Graphic) -> [Place] {
    let points = graphic.points.map { (x: Double($0.column), y: Double($0.row)) }
    let curve: [Place]
    switch graphic.type {
    case .point: curve = Array(points.prefix(1))
    case .polyline: curve = points
    case .interpolated: curve = Self.interpolated(points)
    case .circle:
      guard points.count >= 2 else { return [] }
      let radius = hypot(points[1].x - points[0].x, points[1].y - points[0].y)
      curve = Self.ellipse(center: points[0], (radius, 0), (0, radius))
    case .ellipse:
      // End points of the major axis, then of the minor one (PS3.3 §C.10.5.1.2).
      guard points.count >= 4 else { return [] }
      curve = Self.ellipse(
        center: ((points[0].x + points[1].x) / 2, (points[0].y + points[1].y) / 2),
        ((points[1].x - points[0].x) / 2, (points[1].y - points[0].y) / 2),
        ((points[3].x - points[2].x) / 2, (points[3].y - points[2].y) / 2))
    }
    return curve.map { place($0, graphic.units) }
  }

  /// Where in the picture a point is.
  func place(_ point: Place, _ units: Graphic.Units) -> Place {
    switch units {
    case .pixel: geometry.place(column: point.x, row: point.y)
    case .display: (point.x * Double(geometry.shownWidth), point.y * Double(geometry.shownHeight))
    }
  }

  private static func ellipse(center: Place, _ major: Place, _ minor: Place) -> [Place] {
    (0...curvePieces).map { piece in
      let angle = Double(piece % curvePieces) / Double(curvePieces) * 2 * .pi
      return (
        center.x + major.x * cos(angle) + minor.x * sin(angle), center.y + major.y * cos(angle) + minor.y * sin(angle)
      )
    }
  }

  /// A Catmull-Rom spline: it leads through every point, as the standard asks, by a way of its own, as it allows.
  private static func interpolated(_ points: [Place]) -> [Place] {
    guard points.count > 2 else { return points }
    let isClosed = points[0] == points[points.count - 1]
    var curve: [Place] = [points[0]]
    for index in 0..<points.count - 1 {
      let (p1, p2) = (points[index], points[index + 1])
      let p0 = index > 0 ? points[index - 1] : isClosed ? points[points.count - 2] : p1
      let p3 = index + 2 < points.count ? points[index + 2] : isClosed ? points[1] : p2
      for piece in 1...splinePieces {
        let t = Double(piece) / Double(splinePieces)
        func at(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Double {
          let first = 2 * b + (c - a) * t
          let second = (2 * a - 5 * b + 4 * c - d) * t * t
          let third = (3 * b - a - 3 * c + d) * t * t * t
          return (first + second + third) / 2
        }
        curve.append((at(p0.x, p1.x, p2.x, p3.x), at(p0.y, p1.y, p2.y, p3.y)))
      }
    }
    return curve
  }

  mutating func spend(_ count: Int) throws(PixelError) {
    steps += count
    guard steps <= Self.maximumSteps else {
      throw PixelError(.unsupported, tag: .graphicObjectSequence, "more is to be drawn than is accepted")
    }
  }

  private mutating func dot(_ place: Place) {
    let reach = Int(Self.pointRadius) + 1
    let (column, row) = (Int(nearest: place.x.rounded(.down)), Int(nearest: place.y.rounded(.down)))
    for y in row - reach...row + reach {
      for x in column - reach...column + reach {
        mark(x, y, Self.pointRadius + 0.5 - hypot(Double(x) + 0.5 - place.x, Double(y) + 0.5 - place.y))
      }
    }
  }

  /// A line with soft edges and flat ends, drawn across the direction it mostly has.
  private mutating func line(from start: Place, to end: Place) throws(PixelError) {
    let isSteep = abs(end.y - start.y) > abs(end.x - start.x)
    let (first, last) = isSteep ? ((start.y, start.x), (end.y, end.x)) : ((start.x, start.y), (end.x, end.y))
    let (lower, upper) = first.0 <= last.0 ? (first, last) : (last, first)
    let length = Double(isSteep ? height : width)
    let slope = upper.0 > lower.0 ? (upper.1 - lower.1) / (upper.0 - lower.0) : 0
    let stretch = (1 + slope * slope).squareRoot()
    let from = Int(min(max(lower.0 - Self.halfWidth, 0).rounded(.down), length))
    let to = Int(min(max(upper.0 + Self.halfWidth, 0).rounded(.up), length))
    guard from < to else { return }
    try spend(to - from)
    let reach = Int(((Self.halfWidth + 0.5) * stretch).rounded(.up))
    for step in from..<to {
      let middle = Double(step) + 0.5
      let along = min(max(middle, lower.0), upper.0)
      let across = lower.1 + (along - lower.0) * slope
      let center = Int(nearest: across.rounded(.down))
      for other in center - reach...center + reach {
        let away = abs(Double(other) + 0.5 - across) / stretch
        let part = Self.halfWidth + 0.5 - max(away, abs(middle - along))
        isSteep ? mark(other, step, part) : mark(step, other, part)
      }
    }
  }
}
