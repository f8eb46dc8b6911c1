/// A head: scalp, skull, brain with folds, ventricles, deep nuclei, cerebellum and brain stem, eyes and sinuses.
///
/// z = 0 is a little above the line from eye to ear; the vertex is at z = 98.
struct HeadPhantom: Sendable {
  enum Finding: Hashable, Sendable {
    /// Bleeding into the left basal ganglia, and what is left of it.
    case bleeding
    /// Spots in the white matter.
    case spots
  }

  private(set) var bodies: [SlicePainter.Body] = []
  let folds: BrainFolds

  init(_ finding: Finding, random: DemoRandom) {
    var random = random
    folds = BrainFolds(&random)
    addSkull()
    addBase()
    addBrain()
    addVentricles()
    addFace()
    switch finding {
    case .bleeding:
      ball(.oedema, Point(31, 0, 10), 17, 24, 17)
      ball(.blood, Point(30, 0, 9), 11, 18, 12)
      ball(.blood, Point(34, 9, 11), 8, 8, 9)
    case .spots:
      for _ in 0..<14 {
        let side = random.below(2) == 0 ? -1.0 : 1.0
        let size = random.between(1.6, 3.6)
        ball(
          .lesion, Point(side * random.between(18, 36), random.between(-40, 46), random.between(18, 42)), size,
          size * random.between(1, 1.8), size)
      }
    }
  }

  private mutating func add(_ tissue: HeadTissue, _ solid: Solid) {
    bodies.append(SlicePainter.Body(solid: solid, tissue: tissue.rawValue))
  }

  private mutating func ball(
    _ tissue: HeadTissue, _ centre: Point, _ a: Double, _ b: Double, _ c: Double, axis: Point = Point(0, 0, 1)
  ) {
    add(tissue, .ellipsoid(Ellipsoid(centre, a, b, c, axis: axis)))
  }

  private mutating func path(_ tissue: HeadTissue, _ radius: Double, _ points: Point...) {
    for (start, end) in zip(points, points.dropFirst()) { add(tissue, .tube(Tube(start, end, radius))) }
  }

  /// The same on both sides; x is that of the left one.
  private mutating func both(
    _ tissue: HeadTissue, _ centre: Point, _ a: Double, _ b: Double, _ c: Double, axis: Point = Point(0, 0, 1)
  ) {
    ball(tissue, centre, a, b, c, axis: axis)
    ball(tissue, centre.mirrored, a, b, c, axis: axis.mirrored)
  }

  private mutating func paths(_ tissue: HeadTissue, _ radius: Double, _ points: Point...) {
    for points in [points, points.map(\.mirrored)] {
      for (start, end) in zip(points, points.dropFirst()) { add(tissue, .tube(Tube(start, end, radius))) }
    }
  }

  /// The vault at a depth below the skin; what is deeper also ends lower.
  private static func vault(_ depth: Double) -> Loft {
    let levels: [(Double, Rounded)] = [
      (98, Rounded(0, 4, 6, 8)), (95, Rounded(0, 3, 24, 31)), (86, Rounded(0, 2, 45, 58)),
      (70, Rounded(0, 1, 61, 79)), (48, Rounded(0, 0, 71, 92, squareness: 0.05)),
      (20, Rounded(0, 0, 76, 98, squareness: 0.05)), (-10, Rounded(0, 0, 76, 99, squareness: 0.1)),
      (-40, Rounded(0, -2, right: 74, left: 74, front: 97, back: 93, squareness: 0.15)),
      (-70, Rounded(0, -6, right: 69, left: 69, front: 92, back: 84, squareness: 0.2)),
      (-120, Rounded(0, -8, right: 64, left: 64, front: 88, back: 70, squareness: 0.2)),
    ]
    return Loft(levels.map { z, outline in (z > 0 ? z * (1 - depth / 98) : z, outline.inset(depth)) })
  }

  private mutating func addSkull() {
    // Ears.
    both(.skin, Point(79, 12, -28), 5, 14, 26)
    add(.skin, .loft(HeadPhantom.vault(0)))
    add(.fat, .loft(HeadPhantom.vault(1.8)))
    add(.muscle, .loft(HeadPhantom.vault(5).between(-120 ... -8)))
    both(.muscle, Point(66, -22, 6), 5, 34, 40)
    add(.bone, .loft(HeadPhantom.vault(6.2).between(-30...98)))
    add(.diploe, .loft(HeadPhantom.vault(8).between(-10...98)))
    add(.bone, .loft(HeadPhantom.vault(10.4).between(-30...98)))
    add(.fluid, .loft(HeadPhantom.vault(12.2).between(-26...98)))
  }

  private mutating func addBase() {
    // The fossae of temporal lobes and cerebellum, each a shell of bone.
    ball(.bone, Point(0, 41, -40), 62, 47, 33)
    ball(.fluid, Point(0, 41, -38), 58, 43, 30)
    both(.bone, Point(41, -18, -34), 27, 36, 26)
    both(.fluid, Point(41, -18, -32), 24, 32, 23)
    // Petrous bones and the clivus.
    paths(.bone, 10, Point(60, 16, -46), Point(16, -4, -40))
    path(.bone, 9, Point(0, -12, -34), Point(0, 4, -62))
    both(.sinus, Point(62, 24, -54), 7, 10, 12)
    both(.bone, Point(62, 22, -56), 3, 10, 14)
    both(.sinus, Point(52, 10, -46), 5, 4, 4)
  }

  private mutating func addBrain() {
    add(.cortex, .loft(HeadPhantom.vault(14).between(-24...98)))
    both(.cortex, Point(41, -18, -30), 22.5, 30, 22)
    // What separates temporal and frontal lobes.
    for side in [-1.0, 1.0] {
      for step in 0..<7 {
        let part = Double(step) / 6
        ball(
          .fluid, Point(side * (50 - 4 * part), -30 + 44 * part, -12 + 20 * part), 13, 5, 2.4,
          axis: Point(side * 0.15, -0.35, 1))
      }
      ball(.fluid, Point(side * 40, -8, 2), 2, 20, 14)
    }
    ball(.fluid, Point(0, 20, -16), 30, 24, 14)
    ball(.fluid, Point(0, -6, -17), 18, 14, 8)
    both(.cerebellum, Point(24, 47, -40), 29, 31, 24)
    ball(.cerebellum, Point(0, 52, -38), 16, 24, 24)
    for side in [-1.0, 1.0] { ball(.white, Point(side * 20, 42, -40), 12, 10, 8) }
    // Midbrain, pons, medulla, and the arteries before them.
    ball(.white, Point(0, 16, -14), 17, 14, 12)
    both(.white, Point(11, 6, -14), 7, 9, 9)
    ball(.white, Point(0, 14, -34), 18, 14, 15)
    path(.white, 9, Point(0, 20, -46), Point(0, 28, -84))
    path(.vessel, 2, Point(0, -2, -24), Point(0, 4, -52))
    paths(.vessel, 1.9, Point(7, -12, -24), Point(16, -16, -14), Point(40, -16, -8))
    path(.vessel, 4, Point(0, 80, -8), Point(0, 83, 30), Point(0, 66, 66), Point(0, 20, 83))
    ball(.nuclei, Point(0, -10, -26), 6, 5, 4)
  }

  private mutating func addVentricles() {
    ball(.white, Point(0, -38, 14), 17, 8, 12)
    ball(.white, Point(0, 40, 16), 19, 9, 11)
    ball(.white, Point(0, 0, 27), 22, 40, 5)
    both(.nuclei, Point(14, -20, 12), 7, 11, 12)
    both(.nuclei, Point(27, -2, 6), 6.5, 20, 13, axis: Point(0.15, 0, 1))
    both(.white, Point(22, 0, 5), 2.6, 22, 16, axis: Point(0.2, 0, 1))
    both(.nuclei, Point(11, 14, 8), 9, 15, 11)
    ball(.nuclei, Point(0, 12, 8), 5, 4, 3)
    both(.fluid, Point(7.5, -25, 16), 4.6, 15, 9, axis: Point(0.35, 0, 1))
    paths(.fluid, 5.2, Point(8, -14, 21), Point(13, 22, 20), Point(23, 36, 12))
    paths(.fluid, 4.2, Point(23, 36, 12), Point(24, 58, 6))
    paths(.fluid, 2.6, Point(25, 34, 4), Point(33, 12, -14), Point(34, -6, -22))
    ball(.fluid, Point(0, 6, 3), 2.4, 16, 10)
    ball(.fluid, Point(0, 33, -36), 7, 6, 9)
    path(.fluid, 1.2, Point(0, 22, -4), Point(0, 30, -30))
    ball(.fluid, Point(0, 44, 2), 9, 7, 6)
    ball(.white, Point(0, 33, -1), 8, 3, 5)
  }

  private mutating func addFace() {
    both(.bone, Point(32, -66, -30), 23, 27, 22)
    both(.fat, Point(32, -70, -30), 20, 25, 19)
    both(.muscle, Point(20, -62, -30), 2.2, 16, 5, axis: Point(0.3, 0, 1))
    both(.muscle, Point(43, -62, -30), 2.2, 16, 5, axis: Point(-0.3, 0, 1))
    paths(.white, 2.2, Point(30, -68, -29), Point(10, -36, -24))
    both(.skin, Point(32, -82, -30), 14, 12.6, 12.6)
    both(.vitreous, Point(32, -82, -30), 12, 12, 12)
    both(.lens, Point(32, -91, -30), 4.4, 2.2, 4.4)
    ball(.bone, Point(0, -68, -32), 13, 26, 20)
    for row in 0..<4 {
      both(.sinus, Point(5.5, -82 + Double(row) * 9, -30), 4.6, 4, 13)
    }
    ball(.bone, Point(0, -26, -38), 18, 14, 12)
    both(.sinus, Point(7.5, -28, -39), 6.5, 11, 9)
    both(.bone, Point(11, -86, 4), 14, 6, 14)
    both(.sinus, Point(10, -86, 3), 9, 3, 10)
    both(.bone, Point(26, -64, -66), 21, 22, 19)
    both(.sinus, Point(26, -64, -66), 18.5, 19.5, 17)
    ball(.skin, Point(0, -102, -52), 13, 18, 20)
    both(.sinus, Point(5, -82, -60), 3.4, 30, 13)
    both(.bone, Point(62, -40, -46), 5, 22, 4)
  }
}
