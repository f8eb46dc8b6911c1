extension TorsoPhantom {
  /// The couch, skin, fat and the muscles of the wall.
  mutating func addWall() {
    if !isStanding {
      let couch = Loft([
        (400, Rounded(0, 136, 215, 22, squareness: 0.8)), (-800, Rounded(0, 136, 215, 22, squareness: 0.8)),
      ])
      add(.couch, couch)
      add(.air, couch.inset(3.5))
    }
    if build.hasBreasts {
      for side in [-1.0, 1.0] {
        ball(.skin, Point(side * 78, -104, 2), 62, 46, 62)
        ball(.fat, Point(side * 78, -103, 2), 60, 44, 60)
        ball(.gland, Point(side * 80, -118, -2), 34, 24, 34)
      }
    }
    add(.skin, TorsoPhantom.skin)
    add(.fat, TorsoPhantom.skin.inset(2.5))
    if build.hasBreasts {
      for side in [-1.0, 1.0] { ball(.fat, Point(side * 78, -98, 2), 58, 42, 58) }
      for side in [-1.0, 1.0] {
        ball(.gland, Point(side * 80, -116, -4), 30, 20, 30)
        ball(.fat, Point(side * 70, -114, 6), 12, 9, 12)
        ball(.fat, Point(side * 92, -112, -12), 9, 10, 10)
      }
    }
    add(.muscle, TorsoPhantom.skin.inset(2.5 + build.fat))
    // Thin fat between the layers of muscle.
    for (depth, thickness, range) in [
      (9.0, 2.0, -130.0...118.0), (20, 1.6, -40...100), (6, 1.2, -400 ... -180), (11, 1.0, -380 ... -200),
    ] {
      add(.fat, TorsoPhantom.skin.inset(2.5 + build.fat + depth).between(range))
      add(.muscle, TorsoPhantom.skin.inset(2.5 + build.fat + depth + thickness).between(range))
    }
    // Fat between the layers of muscle in front and at the back.
    for side in [-1.0, 1.0] {
      ball(.fat, Point(side * 118, -46, 92), 24, 12, 46, axis: Point(side * 0.2, 0.2, 1))
      ball(.fat, Point(side * 128, 40, 95), 16, 30, 40)
      ball(.muscle, Point(side * 122, 52, 88), 20, 14, 52, axis: Point(side * 0.15, 0, 1))
      add(
        .fat,
        .loft(
          Loft([
            (140, Rounded(side * 60, 92, 46, 2)), (60, Rounded(side * 66, 98, 60, 2.4)),
            (-60, Rounded(side * 66, 100, 56, 2.4)), (-140, Rounded(side * 60, 98, 46, 2)),
          ])))
    }
    // Inside of the ribs and, below, of the belly's muscles there is fat.
    add(
      .fat,
      Loft([
        (-40, Rounded(0, 0, 120, 80)), (-80, Rounded(0, 0, 134, 89, squareness: 0.1)),
        (-160, Rounded(0, -4, 129, 86, squareness: 0.2)), (-230, Rounded(0, -14, 124, 80, squareness: 0.25)),
        (-330, Rounded(0, -14, 126, 76, squareness: 0.25)), (-400, Rounded(0, -10, 118, 74, squareness: 0.2)),
        (-500, Rounded(0, -10, 96, 66, squareness: 0.2)),
      ]))
  }

  mutating func addLungs() {
    add(.lung, TorsoPhantom.rightLung)
    add(.lung, TorsoPhantom.leftLung)
  }

  mutating func addMediastinum() {
    add(.fat, TorsoPhantom.mediastinum)
    // The crura and the muscles beside the spine.
    path(.muscle, 7, Point(-12, 34, -110), Point(-10, 36, -190))
    path(.muscle, 7, Point(14, 36, -110), Point(12, 36, -200))
    path(.muscle, 7.5, Point(-2, 32, 160), Point(2, 30, 60), Point(8, 34, -20), Point(14, 22, -105))
    path(.gas, 2, Point(-2, 32, 150), Point(1, 31, 70))
  }

  /// Four chambers filled with contrast medium in muscle in fat.
  mutating func addHeart() {
    let size = build.heart
    let axis = Point(0.72, -0.52, -0.46)
    func at(_ x: Double, _ y: Double, _ z: Double) -> Point { Point(14 + (x - 14) * size, y, z) }
    ball(.fat, at(14, -30, -42), 54 * size, 48, 54, axis: Point(0.4, -0.2, 1))
    ball(.fat, at(40, -30, -55), 42 * size, 40 * size, 60 * size, axis: axis)
    // Right atrium and ventricle, left atrium, then the thick left ventricle.
    ball(.myocardium, at(-26, -16, -36), 25, 30, 36)
    ball(.venousBlood, at(-26, -16, -36), 22.5, 27.5, 33.5)
    ball(.myocardium, at(10, -52, -50), 44 * size, 24, 38, axis: Point(0.5, 0.1, 1))
    ball(.venousBlood, at(10, -53, -49), 40.5 * size, 20, 34, axis: Point(0.5, 0.1, 1))
    ball(.myocardium, at(8, 10, -18), 35, 22, 26)
    ball(.arterialBlood, at(8, 10, -18), 33, 20, 24)
    ball(.myocardium, at(40, -28, -54), 36 * size, 35 * size, 54 * size, axis: axis)
    ball(.arterialBlood, at(37, -26, -50), 23 * size, 22 * size, 42 * size, axis: axis)
    for (x, y, z) in [(50.0, -22.0, -50.0), (46.0, -40.0, -66.0)] {
      ball(.myocardium, at(x, y, z), 5, 5, 14, axis: axis)
    }
    // Pulmonary veins into the left atrium.
    path(.arterialBlood, 5.5, Point(-10, 12, -14), Point(-34, 16, -12), Point(-50, 20, -20))
    path(.arterialBlood, 5.5, Point(24, 12, -14), Point(44, 18, -14), Point(58, 22, -22))
  }

  mutating func addGreatVessels() {
    path(.venousBlood, 13, Point(4, -46, -14), Point(16, -34, 14), Point(20, -18, 26))
    path(.venousBlood, 11, Point(18, -16, 26), Point(40, 6, 22))
    path(.venousBlood, 10.5, Point(14, -18, 22), Point(-12, -6, 18), Point(-36, 2, 14))
    path(.arterialBlood, 15.5, Point(6, -22, -16), Point(-10, -32, 8), Point(-16, -30, 48))
    path(
      .arterialBlood, 13.5, Point(-16, -30, 48), Point(-10, -20, 66), Point(6, 2, 74), Point(20, 22, 66),
      Point(25, 32, 50))
    path(.arterialBlood, 12, Point(25, 32, 50), Point(26, 38, 0), Point(24, 38, -110), Point(14, 30, -170))
    path(.arterialBlood, 10, Point(14, 30, -170), Point(6, 20, -240), Point(4, 16, -330))
    path(.arterialBlood, 6.5, Point(4, 16, -330), Point(36, 24, -390), Point(70, -20, -470))
    path(.arterialBlood, 6.5, Point(4, 16, -330), Point(-30, 24, -390), Point(-70, -20, -470))
    // Towards head and arms.
    path(.arterialBlood, 6.5, Point(-12, -22, 74), Point(-22, -8, 108), Point(-30, 4, 170))
    path(.arterialBlood, 4, Point(2, -4, 80), Point(14, 0, 120), Point(26, 4, 170))
    path(.arterialBlood, 5, Point(14, 12, 76), Point(30, 14, 112), Point(62, 4, 138))
    path(.venousBlood, 9, Point(-30, -20, -20), Point(-32, -20, 40), Point(-28, -22, 84))
    path(.venousBlood, 7, Point(-28, -22, 84), Point(-36, -14, 118), Point(-44, 0, 160))
    path(.venousBlood, 6.5, Point(-26, -24, 88), Point(4, -36, 98), Point(34, -22, 118), Point(44, 0, 160))
    path(.venousBlood, 12, Point(-26, 4, -50), Point(-24, 14, -120), Point(-20, 20, -200), Point(-18, 22, -340))
    path(.venousBlood, 3.5, Point(-12, 36, 40), Point(-8, 40, -110))
  }

  mutating func addAirways() {
    let carina = Point(-2, 14, 34)
    path(.soft, 10.5, Point(0, 10, 180), Point(0, 12, 100), carina)
    path(.soft, 8, carina, Point(-30, 16, 12))
    path(.soft, 8, carina, Point(34, 20, 10))
    path(.air, 8.5, Point(0, 10, 180), Point(0, 12, 100), carina)
    path(.air, 6.5, carina, Point(-30, 16, 12))
    path(.air, 6, carina, Point(34, 20, 10))
    for side in [-1.0, 1.0] {
      let hilum = Point(side * 32, 18, 11)
      for end in [Point(side * 60, 0, 56), Point(side * 68, -30, -6), Point(side * 60, 38, -50)] {
        path(.soft, 4.4, hilum, end)
        path(.air, 3.2, hilum, end)
      }
    }
    // Thyroid gland.
    for side in [-1.0, 1.0] { ball(.lungVessel, Point(side * 18, 4, 160), 9, 12, 24) }
  }

  /// Arteries and veins that part again and again towards the pleura.
  mutating func addLungVessels(_ random: inout DemoRandom) {
    for side in [-1.0, 1.0] {
      let lung = side < 0 ? TorsoPhantom.rightLung : TorsoPhantom.leftLung
      for lobe in 0..<12 {
        let start = Point(side * (38 + random.between(0, 8)), random.between(-2, 20), random.between(-20, 28))
        // Evenly from apex to base.
        let height = 122 - 20 * Double(lobe)
        let aim = Point(side * random.between(62, 112), random.between(-70, 76), height)
        branch(from: start, towards: aim - start, radius: random.between(3.6, 5), depth: 5, in: lung, &random)
      }
    }
  }

  private mutating func branch(
    from start: Point, towards aim: Point, radius: Double, depth: Int, in lung: Loft, _ random: inout DemoRandom
  ) {
    var end = start + aim * random.between(0.4, 0.55)
    for _ in 0..<6 where !lung.contains(end, margin: 2) { end = start + (end - start) * 0.75 }
    guard lung.contains(end, margin: 2) || depth == 5 else { return }
    add(.lungVessel, .tube(Tube(start, end, radius)))
    guard depth > 0 else { return }
    let length = (end - start).length
    for _ in 0..<(depth > 3 ? 3 : 2) {
      let turn = Point(random.between(-1, 1), random.between(-1, 1), random.between(-1, 1))
      let next = (aim.unit + turn * 0.75).unit * (length * random.between(1.3, 2.1))
      branch(
        from: end, towards: next, radius: max(0.75, radius * random.between(0.6, 0.72)), depth: depth - 1, in: lung,
        &random)
    }
  }

  /// A nodule with a slightly lobed edge.
  mutating func addNodule(_ radius: Double) {
    let centre = TorsoPhantom.nodule
    ball(.nodule, centre, radius, radius * 0.9, radius)
    ball(.nodule, centre + Point(radius * 0.5, radius * 0.3, radius * 0.2), radius * 0.6, radius * 0.65, radius * 0.6)
    path(.soft, 0.8, centre, centre + Point(-radius * 2.2, -radius, 0))
  }
}
