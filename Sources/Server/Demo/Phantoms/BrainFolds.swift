/// Where the cortex folds: the zeros of a noise wind like furrows.
struct BrainFolds: Sendable {
  /// What each of the three is worth in an image.
  struct Values: Sendable {
    var fluid: Float
    var grey: Float
    var white: Float
  }

  private let noise: ValueNoise
  private let fine: ValueNoise

  init(_ random: inout DemoRandom) {
    noise = ValueNoise(&random)
    fine = ValueNoise(&random)
  }

  /// Millimetres from a furrow, more or less; and below the surface.
  private func distances(_ x: Double, _ y: Double, _ z: Double) -> (furrow: Float, depth: Float) {
    let (u, v, w) = (x / 62, y / 84, (z - 2) / 82)
    let depth = Float(72 * (1 - (u * u + v * v + w * w).squareRoot()))
    guard depth < 30 else { return (99, depth) }
    let scale = 1 / 13.0
    // Turned against the axes, so that the lattice does not show.
    let (a, b, c) = ((x * 0.8 + y * 0.6) * scale, (y * 0.8 - x * 0.6) * scale, (z + 0.3 * x) * scale)
    let value = noise.value(a, b, c) + 0.45 * fine.value(b * 2.1, c * 2.1, a * 2.1)
    var furrow = abs(value) * 13
    // Between the halves.
    furrow = min(furrow, Float(abs(x)) * 1.3)
    return (furrow, depth)
  }

  /// The value at a place of the cerebrum.
  func cerebrum(_ x: Double, _ y: Double, _ z: Double, _ values: Values) -> Float {
    let (furrow, depth) = distances(x, y, z)
    let width = 1.5 * (1 - depth / 27)
    let fluid = Self.ramp(width - furrow + 0.5)
    let grey = max(Self.ramp((4.4 - furrow) * 0.7), Self.ramp((3.6 - depth) * 0.7)) * Self.ramp((28 - depth) * 0.4)
    let tissue = values.white + (values.grey - values.white) * grey
    return tissue + (values.fluid - tissue) * fluid
  }

  /// The value at a place of the cerebellum: leaves, one above the other.
  func cerebellum(_ x: Double, _ y: Double, _ z: Double, _ values: Values) -> Float {
    let wave = (z + 0.35 * y + Double(fine.value(x / 20, y / 20, z / 20)) * 3 + x * x * 0.004) / 4.2
    let part = Float(abs(wave - wave.rounded()))
    let (dx, dy, dz) = ((abs(x) - 22) / 27, (y - 46) / 30, (z + 40) / 24)
    let middle = Float(dx * dx + dy * dy + dz * dz)
    let fluid = Self.ramp((0.09 - part) * 12) * Self.ramp((middle - 0.35) * 4) * 0.7
    let grey = Self.ramp((part - 0.12) * 4) * 0.2 + Self.ramp((middle - 0.1) * 3) * 0.8
    let tissue = values.white + (values.grey - values.white) * grey
    return tissue + (values.fluid - tissue) * fluid
  }

  private static func ramp(_ value: Float) -> Float { min(max(0, value), 1) }

  /// Draws both in place of textures, with noise over it.
  func fills(_ values: Values, spread: Double, random: DemoRandom) -> [Int: SlicePainter.Fill] {
    var random = random
    let noise = NoiseTile(&random, passes: 1).values
    func fill(_ value: @escaping @Sendable (Double, Double, Double) -> Float) -> SlicePainter.Fill {
      { row, columns, place in
        // Another part of the noise for each row.
        let line = Int((place.y * 7 + place.z * 3).rounded()) & (NoiseTile.rows &- 1)
        for column in columns {
          let x = place.left + place.step * Double(column)
          let grain = noise[line &* NoiseTile.columns &+ column] * Float(spread)
          let sum = value(x, place.y, place.z) + grain
          row[column] = UInt16(truncatingIfNeeded: min(max(0, Int(sum)), 4095))
        }
      }
    }
    return [
      HeadTissue.cortex.rawValue: fill { cerebrum($0, $1, $2, values) },
      HeadTissue.cerebellum.rawValue: fill { cerebellum($0, $1, $2, values) },
    ]
  }
}
