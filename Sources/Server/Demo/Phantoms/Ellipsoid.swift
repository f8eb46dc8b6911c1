/// An ellipsoid with its axes along those of the patient, in millimetres: x to the left, y to the back, z to the head
/// (PS3.3 §C.7.6.2.1.1).
struct Ellipsoid: Sendable {
  var x: Double
  var y: Double
  var z: Double
  /// Half axes.
  var a: Double
  var b: Double
  var c: Double
  /// Index of what it is made of.
  var tissue: Int

  init(_ x: Double, _ y: Double, _ z: Double, _ a: Double, _ b: Double, _ c: Double, _ tissue: Int) {
    (self.x, self.y, self.z, self.a, self.b, self.c, self.tissue) = (x, y, z, a, b, c, tissue)
  }

  func scaled(by factor: Double) -> Ellipsoid {
    Ellipsoid(x * factor, y * factor, z * factor, a * factor, b * factor, c * factor, tissue)
  }
}

/// A grid of pixels in a plane of constant z, its middle at x = y = 0.
struct AxialGrid: Sendable {
  var rows: Int
  var columns: Int
  var spacingMillimetres: Double

  /// x of the centre of the first column.
  var left: Double { -Double(columns - 1) / 2 * spacingMillimetres }
  /// y of the centre of the first row.
  var top: Double { -Double(rows - 1) / 2 * spacingMillimetres }
}

/// Draws ellipsoids, later ones over earlier ones, by copying runs of prepared noise.
///
/// Each run of a row is one copy, so that even an unoptimised build draws a slice in a few milliseconds.
struct SlicePainter: Sendable {
  /// Samples of noise per tissue.
  private static let textureLength = 2048
  /// Places where a run may begin in the texture; runs are at most as long as the rest.
  private static let textureOffsets = 1024

  private let ellipsoids: [Ellipsoid]
  /// Textures one after another, little endian.
  private let textures: [UInt16]

  /// - Parameter tissues: mean stored value and spread of the noise, by tissue index; the first fills the background.
  init(_ ellipsoids: [Ellipsoid], tissues: [(mean: Int, spread: Int)], random: DemoRandom) {
    self.ellipsoids = ellipsoids
    var random = random
    var textures: [UInt16] = []
    textures.reserveCapacity(tissues.count * SlicePainter.textureLength)
    for tissue in tissues {
      for _ in 0..<SlicePainter.textureLength {
        // The sum of three even distributions is close enough to a bell.
        let bits = random.next()
        let bell = Int(bits & 0xFF) + Int(bits >> 8 & 0xFF) + Int(bits >> 16 & 0xFF) - 382
        let value = min(max(0, tissue.mean + bell * tissue.spread / 256), 4095)
        textures.append(UInt16(truncatingIfNeeded: value).littleEndian)
      }
    }
    self.textures = textures
  }

  /// The pixels of the plane at z, rows from front to back, two bytes each, little endian.
  func draw(_ grid: AxialGrid, z: Double) -> [UInt8] {
    let columns = min(grid.columns, SlicePainter.textureLength - SlicePainter.textureOffsets)
    let hit = ellipsoids.filter { abs(z - $0.z) < $0.c }
    let count = grid.rows * columns
    return [UInt8](unsafeUninitializedCapacity: count * 2) { buffer, initialized in
      buffer.withMemoryRebound(to: UInt16.self) { pixels in
        textures.withUnsafeBufferPointer { textures in
          var jitter = DemoRandom(seed: UInt64(bitPattern: Int64(z * 1000)))
          for row in 0..<grid.rows {
            let y = grid.top + Double(row) * grid.spacingMillimetres
            let line = row * columns
            let shift = jitter.below(SlicePainter.textureOffsets)
            copy(textures, tissue: 0, shift, to: pixels, at: line, count: columns)
            for ellipsoid in hit {
              guard let run = ellipsoid.run(y: y, z: z, grid, columns) else { continue }
              copy(
                textures, tissue: ellipsoid.tissue, (shift + ellipsoid.tissue * 131) % SlicePainter.textureOffsets,
                to: pixels, at: line + run.lowerBound, count: run.count)
            }
          }
        }
      }
      initialized = count * 2
    }
  }

  private func copy(
    _ textures: UnsafeBufferPointer<UInt16>, tissue: Int, _ shift: Int, to pixels: UnsafeMutableBufferPointer<UInt16>,
    at position: Int, count: Int
  ) {
    let start = tissue * SlicePainter.textureLength + shift
    guard let source = textures.baseAddress, let target = pixels.baseAddress, start + count <= textures.count,
      position + count <= pixels.count
    else { return }
    (target + position).update(from: source + start, count: count)
  }
}

extension Ellipsoid {
  /// The columns of a row that it covers.
  fileprivate func run(y: Double, z: Double, _ grid: AxialGrid, _ columns: Int) -> Range<Int>? {
    let dy = (y - self.y) / b
    let dz = (z - self.z) / c
    let rest = 1 - dy * dy - dz * dz
    guard rest > 0 else { return nil }
    let half = a * rest.squareRoot()
    let first = max(0, Int(((x - half - grid.left) / grid.spacingMillimetres).rounded(.up)))
    let last = min(columns - 1, Int(((x + half - grid.left) / grid.spacingMillimetres).rounded(.down)))
    return first <= last ? first..<(last + 1) : nil
  }
}
