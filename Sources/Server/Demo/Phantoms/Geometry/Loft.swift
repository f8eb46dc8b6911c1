/// A rounded outline: four quarters of an ellipse or, squarer, of a superellipse of fourth degree.
struct Rounded: Sendable, Hashable {
  var x: Double
  var y: Double
  /// From the centre to each side, in millimetres.
  var right: Double
  var left: Double
  var front: Double
  var back: Double
  /// 0 for an ellipse, 1 for the squarest.
  var squareness = 0.0

  /// The same on both sides.
  init(_ x: Double, _ y: Double, _ a: Double, _ b: Double, squareness: Double = 0) {
    self.init(x, y, right: a, left: a, front: b, back: b, squareness: squareness)
  }

  init(
    _ x: Double, _ y: Double, right: Double, left: Double, front: Double, back: Double, squareness: Double = 0
  ) {
    (self.x, self.y, self.right, self.left) = (x, y, right, left)
    (self.front, self.back, self.squareness) = (front, back, squareness)
  }

  func run(_ y: Double) -> Run? {
    let dy = y - self.y
    let part = dy < 0 ? dy / front : dy / back
    let square = part * part
    guard square < 1 else { return nil }
    let round = (1 - square).squareRoot()
    let squared = (1 - square * square).squareRoot().squareRoot()
    let width = round + (squared - round) * squareness
    return Run(first: x - right * width, last: x + left * width)
  }

  func inset(_ distance: Double) -> Rounded {
    Rounded(
      x, y, right: right - distance, left: left - distance, front: front - distance, back: back - distance,
      squareness: squareness)
  }

  var mirrored: Rounded {
    Rounded(-x, y, right: left, left: right, front: front, back: back, squareness: squareness)
  }

  fileprivate var values: [Double] { [x, y, right, left, front, back, squareness] }

  fileprivate init(values: [Double]) {
    self.init(
      values[0], values[1], right: values[2], left: values[3], front: values[4], back: values[5],
      squareness: values[6])
  }
}

/// Outlines at several heights, and smoothly between them.
struct Loft: Sendable {
  /// From head to feet.
  private let levels: [(z: Double, outline: Rounded)]
  private(set) var heights: ClosedRange<Double>

  init(_ levels: [(Double, Rounded)]) {
    self.levels = levels.map { (z: $0.0, outline: $0.1) }
    heights = (levels.last?.0 ?? 0)...(levels.first?.0 ?? 0)
  }

  func inset(_ distance: Double) -> Loft {
    Loft(levels.map { ($0.z, $0.outline.inset(distance)) })
  }

  /// Only what lies between two heights.
  func between(_ range: ClosedRange<Double>) -> Loft {
    var part = self
    part.heights = range
    return part
  }

  var mirrored: Loft { Loft(levels.map { ($0.z, $0.outline.mirrored) }) }

  func section(_ z: Double) -> Section? {
    guard let outline = outline(z) else { return nil }
    return Section(first: outline.y - outline.front, last: outline.y + outline.back, shape: .rounded(outline))
  }

  /// The outline at a height; none above, below, and where there is nothing.
  func outline(_ z: Double) -> Rounded? {
    guard heights ~= z,
      let below = levels.indices.dropFirst().first(where: { levels[$0].z <= z })
    else { return nil }
    let above = below - 1
    let height = levels[below].z - levels[above].z
    let part = height == 0 ? 0 : (z - levels[above].z) / height
    let (start, end) = (levels[above].outline.values, levels[below].outline.values)
    let (startSlope, endSlope) = (slope(above), slope(below))
    // Cubic Hermite, the slopes those between the neighbours.
    let square = part * part
    let cube = square * part
    let (h00, h10, h01, h11) = (
      2 * cube - 3 * square + 1, cube - 2 * square + part, 3 * square - 2 * cube, cube - square
    )
    let outline = Rounded(
      values: start.indices.map { index in
        h00 * start[index] + h10 * height * startSlope[index] + h01 * end[index] + h11 * height * endSlope[index]
      })
    let isThere = min(outline.right, outline.left, outline.front, outline.back) > 0.05
    return isThere ? outline : nil
  }

  private func slope(_ level: Int) -> [Double] {
    let (above, below) = (max(0, level - 1), min(levels.count - 1, level + 1))
    let height = levels[below].z - levels[above].z
    guard height != 0 else { return [Double](repeating: 0, count: 7) }
    return zip(levels[below].outline.values, levels[above].outline.values).map { ($0 - $1) / height }
  }

  /// Whether a point is inside, at least so far from the outline.
  func contains(_ point: Point, margin: Double = 0) -> Bool {
    guard let run = outline(point.z)?.inset(margin).run(point.y) else { return false }
    return run.first < point.x && point.x < run.last
  }
}
