/// A point in the patient, in millimetres: x to the left, y to the back, z to the head (PS3.3 §C.7.6.2.1.1).
struct Point: Sendable, Hashable {
  var x: Double
  var y: Double
  var z: Double

  init(_ x: Double, _ y: Double, _ z: Double) { (self.x, self.y, self.z) = (x, y, z) }

  static func + (left: Point, right: Point) -> Point { Point(left.x + right.x, left.y + right.y, left.z + right.z) }
  static func - (left: Point, right: Point) -> Point { Point(left.x - right.x, left.y - right.y, left.z - right.z) }
  static func * (point: Point, factor: Double) -> Point {
    Point(point.x * factor, point.y * factor, point.z * factor)
  }

  func dot(_ other: Point) -> Double { x * other.x + y * other.y + z * other.z }

  func cross(_ other: Point) -> Point {
    Point(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  var length: Double { dot(self).squareRoot() }

  /// In the same direction, of length 1; to the head when there is no direction.
  var unit: Point { length > 0 ? self * (1 / length) : Point(0, 0, 1) }

  /// On the other side of the body.
  var mirrored: Point { Point(-x, y, z) }
}

/// What lies between two x, in millimetres.
struct Run: Sendable {
  var first: Double
  var last: Double
}

/// A convex body cut by a plane of constant z: at each y it is one run of x.
struct Section: Sendable {
  enum Shape: Sendable {
    case conic(Conic)
    case rounded(Rounded)
    case tube(TubeSection)
  }

  /// Between these y there may be a run.
  var first: Double
  var last: Double
  var shape: Shape

  func run(_ y: Double) -> Run? {
    switch shape {
    case .conic(let conic): conic.run(y)
    case .rounded(let rounded): rounded.run(y)
    case .tube(let tube): tube.run(y)
    }
  }
}

/// A body of the phantoms. Only the four operations and the square root make it, so that every machine gives the same digits.
enum Solid: Sendable {
  case ellipsoid(Ellipsoid)
  case tube(Tube)
  case loft(Loft)

  /// Between these z there may be a section.
  var heights: ClosedRange<Double> {
    switch self {
    case .ellipsoid(let ellipsoid): ellipsoid.heights
    case .tube(let tube): tube.heights
    case .loft(let loft): loft.heights
    }
  }

  func section(_ z: Double) -> Section? {
    switch self {
    case .ellipsoid(let ellipsoid): ellipsoid.section(z)
    case .tube(let tube): tube.section(z)
    case .loft(let loft): loft.section(z)
    }
  }
}
