/// Smooth noise in space, -1 to 1, the same everywhere for the same seed; its zeros are winding surfaces.
struct ValueNoise: Sendable {
  private static let size = 32
  /// At the points of a lattice that repeats itself.
  private let lattice: [Float]

  init(_ random: inout DemoRandom) {
    let count = Self.size * Self.size * Self.size
    lattice = (0..<count).map { _ in Float(random.between(-1, 1)) }
  }

  /// - Parameters: a place, one unit from one point of the lattice to the next.
  func value(_ x: Double, _ y: Double, _ z: Double) -> Float {
    let (floorX, floorY, floorZ) = (x.rounded(.down), y.rounded(.down), z.rounded(.down))
    let (px, py, pz) = (Self.ease(x - floorX), Self.ease(y - floorY), Self.ease(z - floorZ))
    let mask = Self.size &- 1
    let (x0, y0, z0) = (Int(floorX) & mask, Int(floorY) & mask, Int(floorZ) & mask)
    let (x1, y1, z1) = ((x0 &+ 1) & mask, (y0 &+ 1) & mask, (z0 &+ 1) & mask)
    return lattice.withUnsafeBufferPointer { lattice in
      func line(_ y: Int, _ z: Int) -> Float {
        let start = (z &* Self.size &+ y) &* Self.size
        let first = lattice[start &+ x0]
        return first + (lattice[start &+ x1] - first) * px
      }
      let near = line(y0, z0) + (line(y1, z0) - line(y0, z0)) * py
      let far = line(y0, z1) + (line(y1, z1) - line(y0, z1)) * py
      return near + (far - near) * pz
    }
  }

  private static func ease(_ part: Double) -> Float {
    let part = Float(part)
    return part * part * (3 - 2 * part)
  }
}
