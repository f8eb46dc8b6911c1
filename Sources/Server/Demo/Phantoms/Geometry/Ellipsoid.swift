/// An ellipsoid, turned any way.
struct Ellipsoid: Sendable {
  let centre: Point
  /// Half extents along y and z.
  private let reachY: Double
  private let reachZ: Double
  /// Upper half of the symmetric matrix of its quadratic form.
  private let xx, yy, zz, xy, xz, yz: Double

  /// - Parameters:
  ///   - a: half axis along x, before turning.
  ///   - b: half axis along y, before turning.
  ///   - c: half axis along z, before turning.
  ///   - axis: where the third axis points instead of to the head.
  init(_ centre: Point, _ a: Double, _ b: Double, _ c: Double, axis: Point = Point(0, 0, 1)) {
    self.centre = centre
    let third = axis.unit
    // The first axis stays as near to x as it can.
    let first = (Point(1, 0, 0) - third * third.x).unit
    let second = third.cross(first)
    let axes = [(first, a), (second, b), (third, c)]
    func form(_ part: (Point) -> Double) -> Double { axes.reduce(0) { $0 + part($1.0) / ($1.1 * $1.1) } }
    xx = form { $0.x * $0.x }
    yy = form { $0.y * $0.y }
    zz = form { $0.z * $0.z }
    xy = form { $0.x * $0.y }
    xz = form { $0.x * $0.z }
    yz = form { $0.y * $0.z }
    reachY = axes.reduce(0) { $0 + $1.0.y * $1.0.y * $1.1 * $1.1 }.squareRoot()
    reachZ = axes.reduce(0) { $0 + $1.0.z * $1.0.z * $1.1 * $1.1 }.squareRoot()
  }

  var heights: ClosedRange<Double> { (centre.z - reachZ)...(centre.z + reachZ) }

  func section(_ z: Double) -> Section? {
    let dz = z - centre.z
    guard dz > -reachZ, dz < reachZ else { return nil }
    return Section(
      first: centre.y - reachY, last: centre.y + reachY,
      shape: .conic(
        Conic(
          x: centre.x, y: centre.y, xx: xx, xy: xy, yy: yy, constantX: xz * dz, constantY: yz * dz,
          constant: zz * dz * dz - 1)))
  }
}

/// xx·x² + 2(xy·y + constantX)·x + yy·y² + 2·constantY·y + constant ≤ 0, about a centre.
struct Conic: Sendable {
  var x: Double
  var y: Double
  var xx: Double
  var xy: Double
  var yy: Double
  var constantX: Double
  var constantY: Double
  var constant: Double

  func run(_ y: Double) -> Run? {
    let dy = y - self.y
    let half = xy * dy + constantX
    let rest = half * half - xx * (yy * dy * dy + 2 * constantY * dy + constant)
    guard rest > 0 else { return nil }
    let root = rest.squareRoot()
    return Run(first: x + (-half - root) / xx, last: x + (-half + root) / xx)
  }
}
