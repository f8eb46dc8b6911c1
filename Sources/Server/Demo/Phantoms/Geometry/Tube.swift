/// A straight tube with round ends.
struct Tube: Sendable {
  let start: Point
  let direction: Point
  let length: Double
  let radius: Double

  init(_ start: Point, _ end: Point, _ radius: Double) {
    self.start = start
    direction = (end - start).unit
    length = (end - start).length
    self.radius = radius
  }

  var end: Point { start + direction * length }

  var heights: ClosedRange<Double> { (min(start.z, end.z) - radius)...(max(start.z, end.z) + radius) }

  func section(_ z: Double) -> Section? {
    guard heights.contains(z) else { return nil }
    return Section(
      first: min(start.y, end.y) - radius, last: max(start.y, end.y) + radius,
      shape: .tube(TubeSection(tube: self, dz: z - start.z)))
  }
}

/// A tube cut by a plane of constant z.
struct TubeSection: Sendable {
  let tube: Tube
  /// From the start of the tube to the plane.
  let dz: Double

  func run(_ y: Double) -> Run? {
    let dy = y - tube.start.y
    // The tube is convex: from the first to the last x of shaft and ends.
    var first = Double.infinity
    var last = -Double.infinity
    if let shaft = shaft(dy) { (first, last) = (shaft.first, shaft.last) }
    let direction = tube.direction
    for along in [0, tube.length] {
      let across = (dy - direction.y * along, dz - direction.z * along)
      let rest = tube.radius * tube.radius - across.0 * across.0 - across.1 * across.1
      guard rest > 0 else { continue }
      let half = rest.squareRoot()
      first = min(first, direction.x * along - half)
      last = max(last, direction.x * along + half)
    }
    return first < last ? Run(first: tube.start.x + first, last: tube.start.x + last) : nil
  }

  /// The run of the cylinder between the ends, from the start of the tube.
  private func shaft(_ dy: Double) -> Run? {
    let (nx, radius) = (tube.direction.x, tube.radius)
    let along = tube.direction.y * dy + tube.direction.z * dz
    let square = 1 - nx * nx
    let constant = dy * dy + dz * dz - along * along - radius * radius
    var first: Double
    var last: Double
    if square > 1e-9 {
      let half = nx * along
      let rest = half * half - square * constant
      guard rest > 0 else { return nil }
      let root = rest.squareRoot()
      (first, last) = ((half - root) / square, (half + root) / square)
    } else {
      guard constant < 0 else { return nil }
      (first, last) = (-Double.infinity, Double.infinity)
    }
    if nx > 1e-9 || nx < -1e-9 {
      let ends = (-along / nx, (tube.length - along) / nx)
      first = max(first, min(ends.0, ends.1))
      last = min(last, max(ends.0, ends.1))
    } else if along < 0 || along > tube.length {
      return nil
    }
    return first < last ? Run(first: first, last: last) : nil
  }
}
