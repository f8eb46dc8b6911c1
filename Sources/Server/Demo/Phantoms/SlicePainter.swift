/// A grid of pixels in a plane of constant z, its middle at x = y = 0.
struct AxialGrid: Sendable, Hashable {
  var rows: Int
  var columns: Int
  var spacingMillimetres: Double

  /// x of the centre of the first column.
  var left: Double { -Double(columns - 1) / 2 * spacingMillimetres }
  /// y of the centre of the first row.
  var top: Double { -Double(rows - 1) / 2 * spacingMillimetres }
}

/// What a tissue looks like in an image.
struct Appearance: Sendable {
  /// Stored value.
  var mean: Double
  /// Standard deviation of the noise.
  var spread: Double
  /// Coarse grains, as of spongy bone.
  var isCoarse = false
}

/// Draws solids, later ones over earlier ones, by copying runs of prepared noise.
///
/// Each run of a row is one copy, so that even an unoptimised build draws a slice in milliseconds. The pixels at both ends
/// of a run are mixed by how much of them it covers.
struct SlicePainter: Sendable {
  struct Body: Sendable {
    var solid: Solid
    /// Index into the appearances.
    var tissue: Int
  }

  /// Draws the pixels of a row in place of a texture.
  typealias Fill = @Sendable (_ row: UnsafeMutablePointer<UInt16>, _ columns: Range<Int>, _ place: Place) -> Void

  /// Where a row lies, in millimetres of the phantom.
  struct Place: Sendable {
    /// x of column 0, and from one column to the next.
    var left: Double
    var step: Double
    var y: Double
    var z: Double
  }

  private let bodies: [Body]
  /// Textures one after another, native byte order.
  private let textures: [UInt16]

  private static let tileLength = NoiseTile.rows * NoiseTile.columns

  /// - Parameter appearances: by tissue index; the first fills the background.
  init(_ bodies: [Body], appearances: [Appearance], random: DemoRandom) {
    self.bodies = bodies
    var random = random
    let fine = NoiseTile(&random, passes: 1)
    let coarse = NoiseTile(&random, passes: 5)
    textures = [UInt16](unsafeUninitializedCapacity: appearances.count * Self.tileLength) { buffer, initialized in
      var position = 0
      for appearance in appearances {
        let (mean, spread) = (Float(appearance.mean) + 0.5, Float(appearance.spread))
        (appearance.isCoarse ? coarse : fine).values.withUnsafeBufferPointer { noise in
          for index in 0..<Self.tileLength {
            buffer[position] = UInt16(truncatingIfNeeded: min(max(0, Int(mean + noise[index] * spread)), 4095))
            position &+= 1
          }
        }
      }
      initialized = position
    }
  }

  /// The pixels of the plane at z, rows from front to back, two bytes each, little endian.
  ///
  /// - Parameters:
  ///   - scale: how much larger than the phantom the patient is.
  ///   - fills: how tissues are drawn that are more than a texture.
  func draw(_ grid: AxialGrid, z: Double, scale: Double = 1, fills: [Int: Fill] = [:]) -> [UInt8] {
    let columns = min(grid.columns, NoiseTile.columns - NoiseTile.offsets)
    var jitter = DemoRandom(seed: UInt64(bitPattern: Int64(z * 1000)))
    let shift = jitter.below(NoiseTile.offsets)
    let rowShift = jitter.below(NoiseTile.rows)
    let spacing = grid.spacingMillimetres / scale
    let (left, top) = (grid.left / scale, grid.top / scale)
    var pixels = [UInt16](repeating: 0, count: grid.rows * columns)
    pixels.withUnsafeMutableBufferPointer { pixels in
      textures.withUnsafeBufferPointer { textures in
        guard let target = pixels.baseAddress, let source = textures.baseAddress else { return }
        func texture(_ tissue: Int, _ row: Int) -> UnsafePointer<UInt16> {
          // Another part for each tissue: neighbours do not share their grains.
          let line = (row &+ rowShift &+ tissue &* 29) % NoiseTile.rows
          return source + (tissue &* Self.tileLength &+ line &* NoiseTile.columns &+ shift)
        }
        for row in 0..<grid.rows { (target + row &* columns).update(from: texture(0, row), count: columns) }
        for body in bodies {
          guard let section = body.solid.section(z / scale) else { continue }
          let firstRow = max(0, Int(((section.first - top) / spacing).rounded(.up)))
          let lastRow = min(grid.rows &- 1, Int(((section.last - top) / spacing).rounded(.down)))
          guard firstRow <= lastRow else { continue }
          let fill = fills[body.tissue]
          for row in firstRow...lastRow {
            let y = top + Double(row) * spacing
            guard let run = section.run(y) else { continue }
            let (first, last) = ((run.first - left) / spacing, (run.last - left) / spacing)
            let line = target + row &* columns
            if let fill {
              let whole = max(0, Int(first.rounded(.up)))..<max(0, min(columns, Int(last.rounded(.down)) &+ 1))
              fill(line, whole, Place(left: left, step: spacing, y: y, z: z / scale))
            } else {
              Self.paint(line, texture(body.tissue, row), first, last, columns)
            }
          }
        }
        Self.smooth(target, rows: grid.rows, columns: columns)
      }
    }
    return pixels.withUnsafeBytes { Array($0) }
  }

  /// Copies a run of texture; the pixels at its ends are covered in part.
  private static func paint(
    _ line: UnsafeMutablePointer<UInt16>, _ texture: UnsafePointer<UInt16>, _ first: Double, _ last: Double,
    _ columns: Int
  ) {
    guard last > -0.5, first < Double(columns) - 0.5 else { return }
    func mix(_ column: Int, _ cover: Double) {
      guard column >= 0, column < columns else { return }
      let (old, new) = (Double(line[column]), Double(texture[column]))
      line[column] = UInt16(truncatingIfNeeded: Int(old + (new - old) * cover + 0.5))
    }
    let firstWhole = Int((first + 0.5).rounded(.up))
    let lastWhole = Int((last - 0.5).rounded(.down))
    if firstWhole > lastWhole &+ 1 {
      mix(lastWhole &+ 1, last - first)
      return
    }
    mix(firstWhole &- 1, Double(firstWhole) - 0.5 - first)
    mix(lastWhole &+ 1, last - Double(lastWhole) - 0.5)
    let (start, end) = (max(0, firstWhole), min(columns &- 1, lastWhole))
    if start <= end { (line + start).update(from: texture + start, count: end &- start &+ 1) }
  }

  /// Mixes each row with its neighbours, so that upper and lower edges are as soft as those at the sides.
  private static func smooth(_ pixels: UnsafeMutablePointer<UInt16>, rows: Int, columns: Int) {
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: columns) { above in
      guard let above = above.baseAddress, rows > 1 else { return }
      above.update(from: pixels, count: columns)
      for row in 0..<(rows &- 1) {
        let line = pixels + row &* columns
        var column = 0
        while column < columns {
          let own = line[column]
          line[column] = (above[column] &+ 2 &* own &+ line[column &+ columns] &+ 2) &>> 2
          above[column] = own
          column &+= 1
        }
      }
    }
  }
}
