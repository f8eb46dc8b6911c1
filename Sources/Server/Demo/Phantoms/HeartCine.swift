/// A beating heart in an ultrasound sector: an ellipse of fluid in a wall in speckle, in colour.
struct HeartCine: Sendable {
  static let rows = 240
  static let columns = 320
  static let frames = 12

  private enum Paint: Int, CaseIterable {
    case black, tissue, wall, blood, towards, away

    /// Red, green, blue, and the spread of the speckle.
    var colour: (red: Int, green: Int, blue: Int, spread: Int) {
      switch self {
      case .black: (0, 0, 0, 0)
      case .tissue: (70, 70, 74, 60)
      case .wall: (150, 150, 154, 90)
      case .blood: (14, 14, 16, 16)
      case .towards: (200, 60, 20, 60)
      case .away: (20, 70, 200, 60)
      }
    }
  }

  /// Samples of speckle per paint; three bytes each.
  private static let textureLength = 1024
  private static let textureOffsets = 512
  private let textures: [UInt8]

  init(random: DemoRandom) {
    var random = random
    var textures: [UInt8] = []
    textures.reserveCapacity(Paint.allCases.count * HeartCine.textureLength * 3)
    for paint in Paint.allCases {
      let colour = paint.colour
      for _ in 0..<HeartCine.textureLength {
        let speckle = colour.spread == 0 ? 0 : random.below(colour.spread) - colour.spread / 2
        for channel in [colour.red, colour.green, colour.blue] {
          textures.append(UInt8(truncatingIfNeeded: min(max(0, channel + speckle), 255)))
        }
      }
    }
    self.textures = textures
  }

  /// All frames one after another: rows × columns × red, green, blue.
  func draw() -> [UInt8] {
    let lineLength = HeartCine.columns * 3
    var pixels = [UInt8](repeating: 0, count: HeartCine.frames * HeartCine.rows * lineLength)
    pixels.withUnsafeMutableBufferPointer { pixels in
      textures.withUnsafeBufferPointer { textures in
        var jitter = DemoRandom(seed: 7)
        for frame in 0..<HeartCine.frames {
          for row in 0..<HeartCine.rows {
            let line = (frame * HeartCine.rows + row) * lineLength
            for (paint, run) in runs(frame: frame, row: row) {
              let shift = jitter.below(HeartCine.textureOffsets)
              let source = (paint.rawValue * HeartCine.textureLength + shift) * 3
              guard let from = textures.baseAddress, let to = pixels.baseAddress,
                run.count <= HeartCine.textureLength - HeartCine.textureOffsets
              else { continue }
              (to + line + run.lowerBound * 3).update(from: from + source, count: run.count * 3)
            }
          }
        }
      }
    }
    return pixels
  }

  /// What a row of a frame is painted with, in order.
  private func runs(frame: Int, row: Int) -> [(Paint, Range<Int>)] {
    let centre = Double(HeartCine.columns) / 2
    let y = Double(row) - 8
    guard y > 0, let sector = sector(y, centre) else { return [] }
    // One beat: the chamber is narrowest in the middle of the cine.
    let phase = abs(Double(frame) / Double(HeartCine.frames - 1) - 0.5) * 2
    let squeeze = 0.6 + 0.4 * phase
    var runs: [(Paint, Range<Int>)] = [(.tissue, sector)]
    func add(_ paint: Paint, x: Double, y top: Double, _ a: Double, _ b: Double) {
      let dy = (y - top) / b
      guard dy * dy < 1 else { return }
      let half = a * (1 - dy * dy).squareRoot()
      let first = max(sector.lowerBound, Int((x - half).rounded(.up)))
      let last = min(sector.upperBound - 1, Int((x + half).rounded(.down)))
      if first <= last { runs.append((paint, first..<(last + 1))) }
    }
    add(.wall, x: centre - 6, y: 118, 48, 76)
    add(.blood, x: centre - 6, y: 116, 34 * squeeze, 60 * (0.85 + 0.15 * phase))
    add(.wall, x: centre + 44, y: 126, 26, 54)
    add(.blood, x: centre + 46, y: 126, 18 * squeeze, 44)
    add(phase > 0.5 ? .towards : .away, x: centre - 6, y: 150, 9, 22)
    return runs
  }

  /// The columns of a sector of 80 degrees with a round end.
  private func sector(_ y: Double, _ centre: Double) -> Range<Int>? {
    let radius = 218.0
    guard y < radius else { return nil }
    let half = min(y * 0.839_1, (radius * radius - y * y).squareRoot())
    let first = max(0, Int((centre - half).rounded(.up)))
    let last = min(HeartCine.columns - 1, Int((centre + half).rounded(.down)))
    return first <= last ? first..<(last + 1) : nil
  }
}
