/// A trunk from the neck (z = 170) to the pelvis (z = -490), in millimetres; the lung bases are near z = -110.
///
/// Its parts are analytic solids, drawn one over the other, in the order of `bodies`.
struct TorsoPhantom: Sendable {
  /// What tells one person from another.
  struct Build: Sendable, Hashable {
    /// Thickness of the fat under the skin, in millimetres.
    var fat = 14.0
    var hasBreasts = false
    /// Of a nodule in the right upper lobe, in millimetres; none when zero.
    var noduleRadius = 0.0
    /// Half width of the heart against the average.
    var heart = 1.0
  }

  let build: Build
  /// Before a detector instead of on a couch.
  let isStanding: Bool
  private(set) var bodies: [SlicePainter.Body] = []
  /// Where the nodule is, between the vessels of the right upper lobe.
  static let nodule = Point(-84, 36, 68)

  /// - Parameter random: places vessels and bowels; the same for every visit of a person.
  init(_ build: Build, isStanding: Bool = false, random: DemoRandom) {
    self.build = build
    self.isStanding = isStanding
    var random = random
    addWall()
    addLungs()
    addLungVessels(&random)
    addMediastinum()
    addAbdomen(&random)
    addHeart()
    addGreatVessels()
    addAirways()
    addSpine()
    addThorax()
    addPelvis()
    if build.noduleRadius > 0 { addNodule(build.noduleRadius) }
  }

  mutating func add(_ tissue: CTTissue, _ solid: Solid) {
    bodies.append(SlicePainter.Body(solid: solid, tissue: tissue.rawValue))
  }

  mutating func add(_ tissue: CTTissue, _ loft: Loft) { add(tissue, .loft(loft)) }

  mutating func ball(
    _ tissue: CTTissue, _ centre: Point, _ a: Double, _ b: Double, _ c: Double, axis: Point = Point(0, 0, 1)
  ) {
    add(tissue, .ellipsoid(Ellipsoid(centre, a, b, c, axis: axis)))
  }

  /// Tubes through points, one after another.
  mutating func path(_ tissue: CTTissue, _ radius: Double, _ points: Point...) {
    path(tissue, radius, points)
  }

  mutating func path(_ tissue: CTTissue, _ radius: Double, _ points: [Point]) {
    for (start, end) in zip(points, points.dropFirst()) { add(tissue, .tube(Tube(start, end, radius))) }
  }

  // MARK: Outlines

  static let skin = Loft([
    (230, Rounded(0, 10, 58, 58)), (172, Rounded(0, 12, 66, 64)), (150, Rounded(0, 12, 108, 80, squareness: 0.2)),
    (132, Rounded(0, 9, 150, 95, squareness: 0.35)), (105, Rounded(0, 6, 172, 110, squareness: 0.45)),
    (60, Rounded(0, 6, 178, 119, squareness: 0.45)), (0, Rounded(0, 5, 174, 121, squareness: 0.45)),
    (-70, Rounded(0, 4, 168, 120, squareness: 0.4)), (-160, Rounded(0, 1, 162, 117, squareness: 0.35)),
    (-260, Rounded(0, -3, 156, 110, squareness: 0.35)), (-340, Rounded(0, 0, 164, 110, squareness: 0.4)),
    (-420, Rounded(0, 8, 180, 120, squareness: 0.45)), (-500, Rounded(0, 12, 184, 124, squareness: 0.45)),
  ])

  /// The inner side of the ribs.
  static let cage = Loft([
    (150, Rounded(0, 18, 42, 30)), (132, Rounded(0, 14, 66, 46)), (112, Rounded(0, 8, 88, 62)),
    (88, Rounded(0, 4, 106, 74)), (55, Rounded(0, 1, 121, 84)), (15, Rounded(0, 0, 132, 91)),
    (-25, Rounded(0, 0, 137, 94)), (-65, Rounded(0, 0, 139, 94)), (-105, Rounded(0, 0, 137, 92)),
    (-145, Rounded(0, 0, 132, 89)), (-190, Rounded(0, -2, 128, 84)), (-230, Rounded(0, -4, 126, 82)),
  ])

  static let rightLung = Loft([
    (141, Rounded(-40, 22, 10, 10)), (130, Rounded(-43, 19, 23, 25)), (112, Rounded(-50, 12, 35, 44)),
    (88, Rounded(-57, 7, 45, 62, squareness: 0.1)), (55, Rounded(-64, 4, 53, 74, squareness: 0.15)),
    (15, Rounded(-69, 2, 59, 82, squareness: 0.15)), (-25, Rounded(-72, 1, 61, 86, squareness: 0.2)),
    (-65, Rounded(-73, 1, 62, 87, squareness: 0.2)), (-105, Rounded(-73, 6, 60, 80, squareness: 0.2)),
    (-128, Rounded(-73, 40, 52, 42, squareness: 0.2)), (-142, Rounded(-73, 62, 36, 16)),
  ])

  static let leftLung = rightLung.mirrored

  /// What lies between the lungs.
  static let mediastinum = Loft([
    (150, Rounded(0, 12, 34, 30)), (120, Rounded(0, 6, 31, 46, squareness: 0.2)),
    (80, Rounded(0, 0, right: 33, left: 36, front: 68, back: 60, squareness: 0.2)),
    (40, Rounded(0, 0, right: 34, left: 34, front: 72, back: 62, squareness: 0.2)),
    (10, Rounded(2, -2, right: 42, left: 44, front: 78, back: 64, squareness: 0.15)),
    (-30, Rounded(6, -4, right: 48, left: 60, front: 80, back: 68, squareness: 0.1)),
    (-80, Rounded(8, -4, right: 48, left: 60, front: 80, back: 72, squareness: 0.1)),
    (-150, Rounded(4, 0, right: 46, left: 48, front: 78, back: 76, squareness: 0.1)),
  ])
}
