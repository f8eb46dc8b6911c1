/// A radiograph of the chest phantom, the beam from back to front: at each pixel the attenuation of everything on the way.
struct ChestProjection: Sendable {
  var rows: Int
  var columns: Int
  var spacingMillimetres: Double

  /// Pixels of 12 bits in two bytes, little endian; rows from head to feet, columns from the patient's right to the left.
  func draw(_ phantom: ChestPhantom, random: DemoRandom) -> [UInt8] {
    var random = random
    let noise = (0..<4096).map { _ in Float(random.below(41) - 20) }
    var line = [Float](repeating: 0, count: columns)
    let left = -Double(columns - 1) / 2 * spacingMillimetres
    let head = Double(rows - 1) / 2 * spacingMillimetres
    let count = rows * columns
    return [UInt8](unsafeUninitializedCapacity: count * 2) { buffer, initialized in
      buffer.withMemoryRebound(to: UInt16.self) { pixels in
        line.withUnsafeMutableBufferPointer { line in
          for row in 0..<rows {
            line.update(repeating: 0)
            let z = head - Double(row) * spacingMillimetres
            for ellipsoid in phantom.ellipsoids { add(ellipsoid, z: z, left: left, to: line) }
            let shift = random.below(4096 - columns)
            for column in 0..<columns {
              // About 240 mm of soft tissue make the brightest pixel.
              let value = Int(line[column] * 15 + noise[shift &+ column]) &+ 160
              pixels[row &* columns &+ column] = UInt16(truncatingIfNeeded: min(max(0, value), 4095)).littleEndian
            }
          }
        }
      }
      initialized = count * 2
    }
  }

  /// Adds the way of each ray through an ellipsoid, weighed by how much more it absorbs than what lies around it.
  private func add(_ ellipsoid: Ellipsoid, z: Double, left: Double, to line: UnsafeMutableBufferPointer<Float>) {
    let dz = (z - ellipsoid.z) / ellipsoid.c
    let height = 1 - dz * dz
    guard height > 0, let tissue = ChestPhantom.Tissue(rawValue: ellipsoid.tissue) else { return }
    let half = ellipsoid.a * height.squareRoot()
    let first = max(0, Int(((ellipsoid.x - half - left) / spacingMillimetres).rounded(.up)))
    let last = min(columns - 1, Int(((ellipsoid.x + half - left) / spacingMillimetres).rounded(.down)))
    guard first <= last else { return }
    let weight = Float(2 * ellipsoid.b) * tissue.contrast
    let step = Float(spacingMillimetres / ellipsoid.a)
    var across = Float((left + Double(first) * spacingMillimetres - ellipsoid.x) / ellipsoid.a)
    let limit = Float(height)
    for column in first...last {
      let rest = limit - across * across
      if rest > 0 { line[column] += weight * rest.squareRoot() }
      across += step
    }
  }
}

extension ChestPhantom.Tissue {
  /// Attenuation less that of what the tissue is drawn over, in units of soft tissue.
  fileprivate var contrast: Float {
    switch self {
    case .air: -0.5
    case .fat: 0.45
    case .muscle: 0.35
    case .lung: -0.62
    case .heart: 0.7
    case .blood: 0.05
    case .bone: 0.75
    case .marrow: -0.3
    case .liver: 0.6
    case .couch: 0
    case .nodule: 0.9
    }
  }
}
