/// A compressed breast as its mammogram shows it: skin, fat, gland in strands towards the nipple, the pectoral muscle.
struct BreastPhantom: Sendable {
  enum View: Hashable, Sendable {
    /// From above.
    case craniocaudal
    /// From the middle, obliquely.
    case mediolateralOblique
  }

  static let rows = 1200
  static let columns = 960
  static let spacingMillimetres = 0.2

  /// 0 for fat only, 1 for dense.
  var density: Double
  /// Of a mass, in millimetres; none when zero.
  var massRadius: Double
  var hasCalcifications: Bool

  /// From the chest wall to the skin at heights, in millimetres, from head (or the side) down.
  private static func outline(_ view: View) -> [(v: Double, u: Double)] {
    switch view {
    case .craniocaudal:
      [
        (-92, -14), (-84, 14), (-70, 48), (-50, 76), (-25, 96), (0, 104), (25, 97), (50, 78), (70, 50), (84, 15),
        (92, -14),
      ]
    case .mediolateralOblique:
      [
        (-130, 58), (-100, 62), (-70, 70), (-35, 86), (0, 104), (25, 110), (50, 100), (72, 74), (90, 42), (104, 18),
        (130, 4),
      ]
    }
  }

  private static func nipple(_ view: View) -> (u: Double, v: Double) {
    view == .craniocaudal ? (104, 0) : (110, 24)
  }

  /// Pixels of 12 bits in two bytes, little endian, bright where dense.
  ///
  /// - Parameters:
  ///   - isRight: the chest wall is at the right edge of the image.
  ///   - random: the same for both views of a breast at every visit.
  func draw(_ view: View, isRight: Bool, random: DemoRandom) -> [UInt8] {
    var random = random
    let texture = BreastTexture(&random)
    let marks = marks(view, &random)
    let grains = NoiseTile(&random, passes: 1).values
    let (rows, columns, spacing) = (Self.rows, Self.columns, Self.spacingMillimetres)
    let outline = Self.outline(view)
    let nipple = Self.nipple(view)
    var pixels = [UInt16](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      let v = (Double(row) - Double(rows - 1) / 2) * spacing
      let edge = Self.edge(outline, v)
      let slope = (Self.edge(outline, v + 1) - Self.edge(outline, v - 1)) / 2
      let slant = 1 / (1 + slope * slope).squareRoot()
      let line = (row % NoiseTile.rows) * NoiseTile.columns
      let near = marks.filter { abs($0.v - v) < $0.reach }
      for column in 0..<columns {
        let u = (Double(column) + 0.5) * spacing
        // Across the skin, not along the row.
        var depth = (edge - u) * slant
        let (du, dv) = (u - nipple.u, v - nipple.v)
        let isNipple = du > -2 && du * du / 49 + dv * dv / 25 < 1
        if isNipple { depth = max(depth, 3) }
        guard depth > 0 else { continue }
        var value = Float(Self.roundness(depth)) * 900 + (depth < 1.6 ? 330 : 0) + (isNipple ? 420 : 0)
        let muscle = view == .mediolateralOblique ? Self.muscle(u, v, texture) : 0
        value += muscle + gland(u, v, edge, depth, texture, nipple) * (muscle > 0 ? 500 : 1900)
        for mark in near {
          let (mu, mv) = (u - mark.u, v - mark.v)
          let rest = Float(1 - (mu * mu + mv * mv) / (mark.radius * mark.radius))
          if rest > 0 { value += mark.weight * rest.squareRoot() }
        }
        value += grains[line &+ column % NoiseTile.columns] * 28
        let stored = UInt16(truncatingIfNeeded: min(max(60, Int(value)), 4095))
        pixels[row &* columns &+ (isRight ? columns &- 1 &- column : column)] = stored
      }
    }
    return pixels.withUnsafeBytes { Array($0) }
  }

  /// 0 at the skin, 1 where both plates touch the breast.
  private static func roundness(_ depth: Double) -> Double {
    let part = min(1, depth / 24)
    return (part * (2 - part)).squareRoot()
  }

  /// Thickness of gland, as a part of the whole.
  private func gland(
    _ u: Double, _ v: Double, _ edge: Double, _ depth: Double, _ texture: BreastTexture,
    _ nipple: (u: Double, v: Double)
  ) -> Float {
    let (mu, mv) = ((u - nipple.u * 0.56) / (nipple.u * 0.46), (v - nipple.v * 0.8) / 52)
    let middle = 1.25 - mu * mu - mv * mv
    let cover = min(max(0, (depth - 4) / 16), 1)
    let strand = texture.strand(u, v, nipple)
    let bulk = min(max(0, middle + Double(strand.bulk) * 0.9 - (1 - density) * 0.9), 1.3)
    let threads = Double(strand.threads) * cover * 0.13
    return Float(bulk * 0.62 * cover + threads) * (0.8 + 0.3 * strand.grain)
  }

  /// The pectoral muscle: a wedge in the upper corner at the chest wall.
  private static func muscle(_ u: Double, _ v: Double, _ texture: BreastTexture) -> Float {
    let part = (46 - v) / 170
    guard part > 0 else { return 0 }
    let border = 66 * part * (1.35 - 0.35 * part)
    let inside = Float(min(max(0, (border - u) / 3), 1))
    return inside * (1050 + 160 * texture.fibres(u + v * 0.42, v))
  }

  private static func edge(_ outline: [(v: Double, u: Double)], _ v: Double) -> Double {
    guard let below = outline.indices.dropFirst().first(where: { outline[$0].v >= v }), v >= outline[0].v else {
      return v < outline[0].v ? outline[0].u : (outline.last?.u ?? 0)
    }
    let above = below - 1
    func slope(_ index: Int) -> Double {
      let (before, after) = (max(0, index - 1), min(outline.count - 1, index + 1))
      return (outline[after].u - outline[before].u) / (outline[after].v - outline[before].v)
    }
    let width = outline[below].v - outline[above].v
    let part = (v - outline[above].v) / width
    let (square, cube) = (part * part, part * part * part)
    return (2 * cube - 3 * square + 1) * outline[above].u + (cube - 2 * square + part) * width * slope(above)
      + (3 * square - 2 * cube) * outline[below].u + (cube - square) * width * slope(below)
  }

  /// Something round in the breast.
  private struct Mark {
    var u: Double
    var v: Double
    var radius: Double
    var weight: Float
    var reach: Double { radius + 1 }
  }

  private func marks(_ view: View, _ random: inout DemoRandom) -> [Mark] {
    var marks: [Mark] = []
    // As far from the nipple in both views.
    let place = view == .craniocaudal ? (u: 58.0, v: -30.0) : (u: 60.0, v: -22.0)
    if massRadius > 0 {
      marks.append(Mark(u: place.u, v: place.v, radius: massRadius, weight: 900))
      for _ in 0..<7 {
        let (du, dv) = (random.between(-1, 1) * massRadius * 0.6, random.between(-1, 1) * massRadius * 0.6)
        marks.append(Mark(u: place.u + du, v: place.v + dv, radius: massRadius * 0.6, weight: 330))
      }
    }
    if hasCalcifications {
      for _ in 0..<16 {
        let (du, dv) = (random.between(-8, 8), random.between(-7, 7))
        marks.append(
          Mark(u: place.u - 16 + du, v: place.v + 34 + dv, radius: random.between(0.28, 0.62), weight: 1500))
      }
    }
    return marks
  }
}

/// The grain of a breast's gland.
private struct BreastTexture: Sendable {
  private let coarse: ValueNoise
  private let fine: ValueNoise
  private let plane: Double

  init(_ random: inout DemoRandom) {
    coarse = ValueNoise(&random)
    fine = ValueNoise(&random)
    plane = random.between(0, 20)
  }

  /// Everything runs towards the nipple.
  func strand(
    _ u: Double, _ v: Double, _ nipple: (u: Double, v: Double)
  ) -> (bulk: Float, threads: Float, grain: Float) {
    let (du, dv) = (nipple.u + 26 - u, v - nipple.v)
    let distance = (du * du + dv * dv).squareRoot()
    let turn = dv / (du + 40) * 9
    let bulk = coarse.value(distance / 26, turn * 0.7, plane) + 0.6 * fine.value(distance / 11, turn * 2, plane)
    let thread = abs(coarse.value(distance / 30 + 7, turn * 2.2 + 3, plane + 5) + 0.3 * fine.value(u / 7, v / 7, 3))
    let ridge = max(0, 1 - thread * 7)
    let grain =
      fine.value(distance / 14 + 3, turn * 4.6, plane + 9) + 0.7 * coarse.value((u + v) / 4.3, (u - v) / 4.3, plane)
      + 0.45 * coarse.value((u - 0.4 * v) / 1.9, (v + 0.4 * u) / 1.9, plane + 2)
    return (bulk, ridge, grain)
  }

  func fibres(_ across: Double, _ along: Double) -> Float { fine.value(across / 3.2, along / 26, plane + 3) }
}
