/// A closed polygon in pixels, its outline part of it, crossing itself by the even-odd rule.
struct Polygon {
  private struct Edge {
    let top: Double
    let bottom: Double
    let start: Double
    let slope: Double
  }

  private var edges: [Edge] = []
  /// Level edges, as row and columns.
  private var level: [(row: Double, columns: ClosedRange<Double>)] = []

  init(_ points: [Graphic.Point]) {
    for (index, point) in points.enumerated() {
      let next = points[index + 1 < points.count ? index + 1 : 0]
      let (first, last) = point.row <= next.row ? (point, next) : (next, point)
      let (top, bottom) = (Double(first.row), Double(last.row))
      let (left, right) = (Double(first.column), Double(last.column))
      guard top.isFinite, bottom.isFinite, left.isFinite, right.isFinite else { continue }
      if top == bottom {
        level.append((top, min(left, right)...max(left, right)))
      } else {
        edges.append(Edge(top: top, bottom: bottom, start: left, slope: (right - left) / (bottom - top)))
      }
    }
  }

  /// The whole columns inside, at a height.
  func spans(at row: Double) -> [ClosedRange<Int>] {
    // Edges with their upper end and edges with their lower one: together they leave out neither top nor bottom.
    let upper = crossings(row) { $0.top <= row && row < $0.bottom }
    let lower = crossings(row) { $0.top < row && row <= $0.bottom }
    var spans = Self.pairs(upper)
    if lower != upper { spans += Self.pairs(lower) }
    for line in level where line.row == row {
      spans += Self.pairs([line.columns.lowerBound, line.columns.upperBound])
    }
    return spans
  }

  private func crossings(_ row: Double, _ isCrossed: (Edge) -> Bool) -> [Double] {
    edges.filter(isCrossed).map { $0.start + (row - $0.top) * $0.slope }.sorted()
  }

  private static func pairs(_ crossings: [Double]) -> [ClosedRange<Int>] {
    stride(from: 0, to: crossings.count - 1, by: 2).compactMap { index in
      let first = Int(nearest: crossings[index].rounded(.up))
      let last = Int(nearest: crossings[index + 1].rounded(.down))
      return first <= last ? first...last : nil
    }
  }
}
