/// A chest of ellipsoids: body wall, ribs, spine, lungs with vessels, heart and great vessels, upper abdomen.
struct ChestPhantom: Sendable {
  enum Tissue: Int, CaseIterable {
    case air, fat, muscle, lung, heart, blood, bone, marrow, liver, couch, nodule

    /// Hounsfield units.
    var hounsfield: Int {
      switch self {
      case .air: -1000
      case .fat: -100
      case .muscle: 50
      case .lung: -860
      case .heart: 45
      case .blood: 165
      case .bone: 620
      case .marrow: 190
      case .liver: 65
      case .couch: -720
      case .nodule: 35
      }
    }

    /// Noise of a slice, in Hounsfield units.
    var spread: Int {
      switch self {
      case .air: 12
      case .lung: 40
      case .bone: 60
      default: 26
      }
    }
  }

  /// In the order they are drawn.
  let ellipsoids: [Ellipsoid]

  /// - Parameters:
  ///   - build: size against the average.
  ///   - noduleRadius: of a nodule in the right upper lobe, in millimetres; none when zero.
  ///   - random: places the vessels of the lungs.
  init(build: Double, noduleRadius: Double, random: DemoRandom) {
    var random = random
    var all: [Ellipsoid] = []
    func add(_ tissue: Tissue, _ x: Double, _ y: Double, _ z: Double, _ a: Double, _ b: Double, _ c: Double) {
      all.append(Ellipsoid(x, y, z, a, b, c, tissue.rawValue))
    }
    add(.fat, 0, 0, 0, 172, 112, 420)
    add(.muscle, 0, 2, 0, 158, 99, 400)
    add(.lung, -68, 2, 15, 60, 78, 150)
    add(.lung, 70, 4, 15, 55, 77, 146)
    for _ in 0..<70 {
      // Branches of the pulmonary vessels, thinner away from the hilum.
      let side = random.below(2) == 0 ? -1.0 : 1.0
      let distance = random.between(0, 1)
      let radius = 5.5 - 4 * distance
      add(
        .heart, side * (30 + 70 * distance), random.between(-45, 55) * (0.4 + distance * 0.6),
        random.between(-70, 110), radius * random.between(1, 3), radius * random.between(1, 2), radius)
    }
    add(.muscle, 0, 0, 0, 34, 72, 380)
    add(.heart, 22, -26, -38, 58, 50, 56)
    add(.blood, 36, -22, -42, 30, 28, 36)
    add(.blood, -8, -34, -30, 24, 20, 34)
    add(.blood, -10, -8, 48, 16, 16, 60)
    add(.blood, 8, 14, 62, 26, 30, 13)
    add(.blood, 26, 44, -40, 12, 12, 110)
    add(.air, 0, 26, 95, 8, 8, 70)
    add(.air, -22, 26, 22, 16, 6, 7)
    add(.air, 22, 26, 20, 16, 6, 7)
    add(.liver, -58, -4, -128, 84, 82, 62)
    add(.muscle, 82, 30, -122, 42, 46, 44)
    add(.air, 52, -40, -112, 26, 22, 20)
    for level in -9...9 {
      let z = Double(level) * 24
      add(.bone, 0, 66, z, 20, 16, 10.5)
      add(.marrow, 0, 66, z, 17, 13, 9)
      add(.bone, 0, 96, z, 5, 14, 8)
      for side in [-1.0, 1.0] { add(.bone, side * 24, 84, z + 4, 16, 5, 5) }
    }
    add(.muscle, 0, 86, 0, 9, 8, 380)
    add(.bone, 0, -90, 30, 19, 6, 90)
    add(.marrow, 0, -90, 30, 16, 3.5, 86)
    ChestPhantom.ribs.forEach { add(.bone, $0.x, $0.y, $0.z, 6.5, 5.5, 5) }
    if noduleRadius > 0 {
      add(.nodule, -74, -14, 62, noduleRadius, noduleRadius, noduleRadius)
    }
    ellipsoids =
      all.map { $0.scaled(by: build) } + [Ellipsoid(0, 112 * build + 16, 0, 230, 12, 600, Tissue.couch.rawValue)]
  }

  /// Beads along the ribs: around the chest wall, falling towards the front.
  private static let ribs: [(x: Double, y: Double, z: Double)] = {
    // sin and cos of multiples of 10 degrees by rotation: the same digits on every machine.
    let (cosine, sine) = (0.984_807_753_012_208, 0.173_648_177_666_930_35)
    var beads: [(x: Double, y: Double, z: Double)] = []
    for level in -7...7 {
      var (across, along) = (0.342_020_143_325_668_7, 0.939_692_620_785_908_4)
      // From beside the spine to beside the breastbone.
      for step in 0..<15 {
        for side in [-1.0, 1.0] {
          beads.append((side * across * 147, along * 90, Double(level) * 24 + 34 - Double(step) * 5.5))
        }
        (across, along) = (across * cosine + along * sine, along * cosine - across * sine)
      }
    }
    return beads
  }()
}
