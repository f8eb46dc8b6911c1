/// A head of ellipsoids: scalp, skull, cortex with sulci, white matter, ventricles, deep nuclei, eyes.
struct BrainPhantom: Sendable {
  enum Tissue: Int, CaseIterable {
    case air, scalp, bone, fluid, grey, white, nuclei, lesion

    /// Stored value under a weighting.
    func signal(_ weighting: Weighting) -> Int {
      switch (self, weighting) {
      case (.air, _): 14
      case (.scalp, .t1): 1150
      case (.scalp, .t2): 700
      case (.bone, _): 60
      case (.fluid, .t1): 170
      case (.fluid, .t2): 1350
      case (.grey, .t1): 470
      case (.grey, .t2): 640
      case (.white, .t1): 680
      case (.white, .t2): 430
      case (.nuclei, .t1): 540
      case (.nuclei, .t2): 520
      case (.lesion, .t1): 390
      case (.lesion, .t2): 1050
      }
    }
  }

  enum Weighting: Hashable, Sendable {
    case t1, t2
  }

  let ellipsoids: [Ellipsoid]

  init(build: Double, random: DemoRandom) {
    var random = random
    var all: [Ellipsoid] = []
    func add(_ tissue: Tissue, _ x: Double, _ y: Double, _ z: Double, _ a: Double, _ b: Double, _ c: Double) {
      all.append(Ellipsoid(x, y, z, a, b, c, tissue.rawValue))
    }
    add(.scalp, 0, 0, 0, 79, 99, 96)
    add(.bone, 0, 0, 0, 74, 94, 91)
    add(.fluid, 0, 0, 0, 69, 88, 85)
    add(.grey, 0, 0, 0, 67, 86, 83)
    add(.white, 0, 0, 0, 58, 76, 72)
    for _ in 0..<160 {
      // Folds: grey matter dips into the white, fluid into the grey.
      let point = BrainPhantom.direction(&random)
      let fold = random.between(3, 7)
      add(.grey, point.x * 57, point.y * 75, point.z * 71, fold, fold, fold * 2)
      add(.fluid, point.x * 66, point.y * 85, point.z * 82, fold * 0.5, fold * 0.5, fold * 1.6)
    }
    for side in [-1.0, 1.0] {
      add(.fluid, side * 11, -6, 14, 6.5, 30, 12)
      add(.fluid, side * 20, 26, 4, 6, 15, 9)
      add(.nuclei, side * 13, 6, -2, 9, 14, 10)
      add(.nuclei, side * 24, -10, 2, 7, 17, 12)
      add(.bone, side * 32, -78, -34, 17, 20, 17)
      add(.fluid, side * 32, -80, -34, 13, 13, 13)
    }
    add(.fluid, 0, 6, -4, 2, 12, 10)
    add(.fluid, 0, 0, 0, 1, 84, 81)
    add(.white, 0, -2, 22, 12, 34, 5)
    add(.white, 0, 18, -48, 14, 14, 26)
    add(.lesion, random.between(26, 38), random.between(-20, 24), random.between(20, 36), 5, 6, 6)
    ellipsoids = all.map { $0.scaled(by: build) }
  }

  /// A direction, evenly enough over the sphere.
  private static func direction(_ random: inout DemoRandom) -> (x: Double, y: Double, z: Double) {
    while true {
      let point = (x: random.between(-1, 1), y: random.between(-1, 1), z: random.between(-1, 1))
      let square = point.x * point.x + point.y * point.y + point.z * point.z
      if square > 0.05, square <= 1 {
        let length = square.squareRoot()
        return (point.x / length, point.y / length, point.z / length)
      }
    }
  }
}
