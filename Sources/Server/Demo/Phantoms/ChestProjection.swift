/// A radiograph of the trunk, the beam from back to front: at each pixel the attenuation of everything on its way.
struct ChestProjection: Sendable {
  var rows: Int
  var columns: Int
  var spacingMillimetres: Double
  /// z of the middle of the image.
  var middle: Double

  /// Between two planes across the beam, in millimetres.
  private static let step = 2.0
  private static let front = -150.0
  private static let planes = 150
  /// Rows for which the bodies are looked through once.
  private static let band = 16

  /// Pixels of 12 bits in two bytes, little endian; rows from head to feet, columns from the patient's right to the left.
  func draw(_ phantom: TorsoPhantom, scale: Double, random: DemoRandom) -> [UInt8] {
    var random = random
    let noise = NoiseTile(&random, passes: 1).values
    let spacing = spacingMillimetres / scale
    let head = middle + Double(rows - 1) / 2 * spacing
    var beam = Beam(columns: columns, spacing: spacing)
    var pixels: [UInt16] = []
    pixels.reserveCapacity(rows * columns)
    var bodies: [SlicePainter.Body] = []
    for row in 0..<rows {
      let z = head - Double(row) * spacing
      if row.isMultiple(of: Self.band) {
        let heights = (z - Double(Self.band) * spacing)...z
        bodies = phantom.bodies.filter { $0.solid.heights.overlaps(heights) }
      }
      beam.clear()
      for body in bodies {
        if let section = body.solid.section(z) { beam.cross(section, body.tissue) }
      }
      let grains = (row % NoiseTile.rows) * NoiseTile.columns
      beam.sum { column, sum in
        // In centimetres of water.
        let water = Float(sum) * Float(Self.step * scale / 10_000)
        pixels.append(Self.grey(water, noise[grains &+ column % NoiseTile.columns]))
      }
    }
    return pixels.withUnsafeBytes { Array($0) }
  }

  /// In thousandths of water's. Bone weighs more than in CT, whose rays are harder; contrast medium there is none.
  private static func attenuation(_ tissue: CTTissue) -> UInt16 {
    let isBone = [.cortex, .spongy, .marrow, .denseBone].contains(tissue)
    let hounsfield = isBone ? tissue.hounsfield * 2 : min(tissue.hounsfield, 50)
    return UInt16(max(0, 1000 + hounsfield))
  }

  /// Stored value of so much water: lungs and mediastinum share the scale, as on film.
  private static func grey(_ water: Float, _ grain: Float) -> UInt16 {
    let part = water / (water + 9)
    let toe = part * part * (3 - 2 * part)
    let value = 4900 * toe - 300 + grain * (8 + water)
    return UInt16(truncatingIfNeeded: min(max(0, Int(value)), 4095))
  }

  /// What the beam of one row crosses, plane by plane.
  private struct Beam {
    let columns: Int
    let spacing: Double
    /// Attenuation by tissue, in thousandths of water's.
    private let attenuations = CTTissue.allCases.map(ChestProjection.attenuation)
    private var planes: [UInt16]
    private var sums: [Int32]

    init(columns: Int, spacing: Double) {
      self.columns = columns
      self.spacing = spacing
      planes = [UInt16](repeating: 0, count: columns * ChestProjection.planes)
      sums = [Int32](repeating: 0, count: columns)
    }

    private var left: Double { -Double(columns - 1) / 2 * spacing }

    mutating func clear() {
      planes.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }

    mutating func cross(_ section: Section, _ tissue: Int) {
      let first = max(0, Int(((section.first - ChestProjection.front) / ChestProjection.step).rounded(.up)))
      let end = Int(((section.last - ChestProjection.front) / ChestProjection.step).rounded(.down))
      let last = min(ChestProjection.planes &- 1, end)
      guard first <= last else { return }
      let (columns, left, spacing, value) = (columns, left, spacing, attenuations[tissue])
      planes.withUnsafeMutableBufferPointer { planes in
        guard let target = planes.baseAddress else { return }
        for plane in first...last {
          let y = ChestProjection.front + Double(plane) * ChestProjection.step
          guard let run = section.run(y) else { continue }
          let start = max(0, Int(((run.first - left) / spacing).rounded(.up)))
          let end = min(columns &- 1, Int(((run.last - left) / spacing).rounded(.down)))
          guard start <= end else { continue }
          (target + (plane &* columns &+ start)).update(repeating: value, count: end &- start &+ 1)
        }
      }
    }

    mutating func sum(_ take: (_ column: Int, _ sum: Int32) -> Void) {
      let columns = columns
      sums.withUnsafeMutableBufferPointer { sums in
        planes.withUnsafeBufferPointer { planes in
          sums.update(repeating: 0)
          guard let target = sums.baseAddress, var line = planes.baseAddress else { return }
          for _ in 0..<ChestProjection.planes {
            var column = 0
            while column < columns {
              target[column] &+= Int32(truncatingIfNeeded: line[column])
              column &+= 1
            }
            line += columns
          }
        }
      }
      for column in 0..<columns { take(column, sums[column]) }
    }
  }
}
