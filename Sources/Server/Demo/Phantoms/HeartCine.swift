/// A beating heart from the apex, in an ultrasound sector: the ventricles above, the atria below, the left heart at the
/// right of the image.
struct HeartCine: Sendable {
  static let rows = 400
  static let columns = 480
  /// One beat.
  static let frames = 20
  static let spacingMillimetres = 0.4

  private enum Echo: Int, CaseIterable {
    case nothing, blood, tissue, wall, bright

    var brightness: Double {
      switch self {
      case .nothing: 0
      case .blood: 14
      case .tissue: 66
      case .wall: 122
      case .bright: 205
      }
    }
  }

  /// How much a pixel's speckle lets through, in 256ths; 0 outside of the sector.
  private let speckles: [UInt16]

  init(random: DemoRandom) {
    var random = random
    let noise = ValueNoise(&random)
    speckles = (0..<HeartCine.rows).flatMap { row in
      (0..<HeartCine.columns).map { column in HeartCine.speckle(row, column, noise) }
    }
  }

  /// Speckle lies along arcs, and is the wider the deeper.
  private static func speckle(_ row: Int, _ column: Int, _ noise: ValueNoise) -> UInt16 {
    let x = (Double(column) - Double(columns - 1) / 2) * spacingMillimetres
    let y = Double(row) * spacingMillimetres + 4
    let radius = (x * x + y * y).squareRoot()
    // 76 degrees wide.
    guard radius > 8, radius < 156, abs(x) < y * 0.781_3 else { return 0 }
    let angle = x / (y + radius)
    let grain = noise.value(radius / 0.8, angle * 150, 0) + 0.8 * noise.value(radius / 1.9 + 9, angle * 80, 7)
    let echo = max(0.15, 0.95 + 0.62 * Double(grain))
    // Sidewards the beam is weaker, deep down too.
    let reach = (1.2 - radius / 500) * (1 - 0.5 * (x / y) * (x / y))
    return UInt16(min(max(0, echo * (0.3 + 0.7 * echo) * reach * 256), 900))
  }

  /// All frames one after another: rows × columns × red, green, blue.
  func draw() -> [UInt8] {
    let count = HeartCine.rows * HeartCine.columns
    let grid = AxialGrid(
      rows: HeartCine.rows, columns: HeartCine.columns, spacingMillimetres: HeartCine.spacingMillimetres)
    let appearances = Echo.allCases.map { Appearance(mean: $0.brightness, spread: 0) }
    var all: [UInt8] = []
    all.reserveCapacity(HeartCine.frames * count * 3)
    for frame in 0..<HeartCine.frames {
      let painter = SlicePainter(
        HeartCine.bodies(Double(frame) / Double(HeartCine.frames)), appearances: appearances,
        random: DemoRandom(seed: 0))
      let levels = painter.draw(grid, z: 0)
      var image = [UInt8](repeating: 0, count: count * 3)
      image.withUnsafeMutableBufferPointer { image in
        levels.withUnsafeBufferPointer { levels in
          speckles.withUnsafeBufferPointer { speckles in
            for index in 0..<count where speckles[index] > 0 {
              let level = (UInt32(levels[index &* 2]) &* UInt32(speckles[index])) / 256
              let grey = UInt8(truncatingIfNeeded: min(level, 255))
              // The machine tints it a little.
              image[index &* 3] = grey
              image[index &* 3 &+ 1] = grey
              image[index &* 3 &+ 2] = UInt8(truncatingIfNeeded: min(255, level &+ level / 16))
            }
          }
        }
      }
      HeartCine.drawElectrocardiogram(upTo: frame, into: &image)
      all.append(contentsOf: image)
    }
    return all
  }

  /// 0 to 1 and back between two moments.
  private static func bump(_ moment: Double, from start: Double, to end: Double) -> Double {
    let part = (moment - start) / (end - start)
    guard part > 0, part < 1 else { return 0 }
    return 16 * part * part * (1 - part) * (1 - part)
  }

  /// The heart at a moment of its beat, 0 to 1; x to the right of the image, y down, both in millimetres from its middle.
  private static func bodies(_ moment: Double) -> [SlicePainter.Body] {
    let squeeze = bump(moment, from: 0.02, to: 0.5)
    let opening = max(bump(moment, from: 0.44, to: 0.78), 0.8 * bump(moment, from: 0.78, to: 1.02))
    let plane = 22 - 11 * squeeze
    var bodies: [SlicePainter.Body] = []
    func ball(_ echo: Echo, _ x: Double, _ y: Double, _ a: Double, _ b: Double, lean: Double = 0) {
      let solid = Ellipsoid(Point(x, y, 0), a, 100, b, axis: Point(lean, 1, 0))
      bodies.append(SlicePainter.Body(solid: .ellipsoid(solid), tissue: echo.rawValue))
    }
    func line(_ echo: Echo, _ radius: Double, _ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) {
      let tube = Tube(Point(x0, y0, 0), Point(x1, y1, 0), radius)
      bodies.append(SlicePainter.Body(solid: .tube(tube), tissue: echo.rawValue))
    }
    ball(.tissue, 0, 0, 300, 300)
    ball(.bright, 2, 4, 66, 70)
    ball(.tissue, 2, 4, 64.4, 68.4)
    // Walls, then what is inside of them.
    ball(.wall, 17, -10, 34, 48, lean: -0.04)
    ball(.wall, -24, -4, 31, 40, lean: 0.12)
    ball(.wall, 20, 46, 28, 25)
    ball(.wall, -22, 46, 27, 24)
    ball(.blood, 17, -8 - 3 * squeeze, 22 - 8 * squeeze, 37 - 9 * squeeze, lean: -0.04)
    ball(.blood, -28, -2 - 2 * squeeze, 20 - 6 * squeeze, 31 - 6 * squeeze, lean: 0.12)
    ball(.blood, 20, 47, 22 + 3 * squeeze, 20 + 2 * squeeze)
    ball(.blood, -23, 47, 21 + 3 * squeeze, 19 + 2 * squeeze)
    line(.blood, 13, 20, plane - 8, 20, plane + 10)
    line(.blood, 12, -24, plane - 8, -24, plane + 10)
    for (x, a, b) in [(1.0, 6.0, 10.0), (32, 5, 12)] { ball(.wall, x, -14, a * 0.5 * (1 + squeeze), b) }
    // Leaflets from their ring: meeting below it when shut, hanging into the ventricle when open.
    for (middle, half) in [(20.0, 15.0), (-24.0, 14.0)] {
      for side in [-1.0, 1.0] {
        let tip = (
          x: middle + side * half * (0.03 + 0.6 * opening), y: plane + 5 - 24 * opening
        )
        line(.bright, 1.1, middle + side * half, plane, tip.x, tip.y)
        ball(.bright, middle + side * (half + 1.5), plane, 2.4, 2.2)
      }
    }
    ball(.bright, -2, plane + 3, 3, 3)
    return bodies
  }

  /// A green line below, drawn as far as the beat has come.
  private static func drawElectrocardiogram(upTo frame: Int, into image: inout [UInt8]) {
    let width = columns - 40
    let reach = (frame + 1) * width / frames
    var before = 0.0
    for step in 0..<reach {
      let moment = Double(step) / Double(width)
      let height =
        12 * bump(moment, from: 0.84, to: 0.94) - 8 * bump(moment, from: 0.965, to: 0.98)
        + 46 * bump(moment, from: 0.0, to: 0.05) - 12 * bump(moment, from: 0.045, to: 0.075)
        + 16 * bump(moment, from: 0.26, to: 0.44)
      let (from, to) = (min(before, height), max(before, height))
      for level in Int(from)...max(Int(from), Int(to)) {
        let row = rows - 20 - level
        let index = (row * columns + 20 + step) * 3
        guard row >= 0, row < rows else { continue }
        image[index] = 40
        image[index + 1] = 230
        image[index + 2] = 90
      }
      before = height
    }
  }
}
