extension TorsoPhantom {
  /// Organs below the diaphragm. Liver and stomach bulge into the lungs from below.
  mutating func addAbdomen(_ random: inout DemoRandom) {
    addPsoas()
    addBowel(&random)
    let liver = Loft([
      (-52, Rounded(-66, 0, 14, 16)), (-62, Rounded(-68, -2, 38, 44)), (-78, Rounded(-70, -4, 54, 62)),
      (-100, Rounded(-70, -4, right: 59, left: 62, front: 74, back: 74, squareness: 0.15)),
      (-135, Rounded(-72, -2, right: 58, left: 74, front: 78, back: 76, squareness: 0.2)),
      (-170, Rounded(-78, 0, right: 51, left: 64, front: 72, back: 70, squareness: 0.2)),
      (-205, Rounded(-86, 6, right: 42, left: 42, front: 62, back: 54, squareness: 0.1)),
      (-235, Rounded(-92, 6, 30, 42)), (-256, Rounded(-98, 4, 10, 18)),
    ])
    // Stomach and spleen with the left dome.
    ball(.fat, Point(70, 0, -124), 62, 78, 66)
    ball(.bowelWall, Point(58, -22, -118), 44, 44, 52, axis: Point(-0.3, -0.1, 1))
    ball(.water, Point(58, -22, -118), 40, 40, 48, axis: Point(-0.3, -0.1, 1))
    ball(.gas, Point(60, -42, -112), 32, 18, 36, axis: Point(-0.3, 0, 1))
    path(.bowelWall, 15, Point(44, -44, -160), Point(10, -50, -184), Point(-26, -40, -186))
    path(.water, 11, Point(44, -44, -160), Point(10, -50, -184), Point(-24, -40, -186))
    ball(.spleen, Point(100, 34, -124), 17, 42, 50, axis: Point(-0.25, -0.15, 1))
    add(.liver, liver)
    ball(.liver, Point(6, -52, -112), 58, 24, 42, axis: Point(0.5, 0, 1))
    // The fissure between its lobes, then its vessels.
    ball(.fat, Point(-22, -60, -160), 3, 24, 34, axis: Point(0.2, 0, 1))
    for end in [Point(-110, 20, -100), Point(-80, -40, -95), Point(-10, -44, -100)] {
      path(.liverVessel, 4.5, Point(-28, 12, -78), Point(-28, 12, -78) + (end - Point(-28, 12, -78)) * 0.6)
      path(.liverVessel, 2.6, Point(-28, 12, -78) + (end - Point(-28, 12, -78)) * 0.6, end)
    }
    path(.liverVessel, 7, Point(6, 0, -196), Point(-28, -2, -166), Point(-50, -4, -148))
    path(.liverVessel, 4.5, Point(-50, -4, -148), Point(-86, 18, -138))
    path(.liverVessel, 4.5, Point(-50, -4, -148), Point(-78, -32, -132))
    path(.liverVessel, 3, Point(-86, 18, -138), Point(-108, 30, -160))
    path(.liverVessel, 3, Point(-78, -32, -132), Point(-100, -50, -130))
    path(.liverVessel, 5.5, Point(6, 0, -196), Point(20, 2, -176), Point(86, 28, -140))
    ball(.bowelWall, Point(-54, -42, -196), 16, 18, 30, axis: Point(0.1, -0.4, 1))
    ball(.bile, Point(-54, -42, -196), 14.5, 16.5, 28, axis: Point(0.1, -0.4, 1))
    path(.pancreas, 12, Point(-26, -8, -204), Point(-12, -12, -188), Point(14, -16, -176))
    path(.pancreas, 10, Point(14, -16, -176), Point(48, -2, -166), Point(80, 20, -148))
    addKidneys()
  }

  private mutating func addPsoas() {
    for side in [-1.0, 1.0] {
      add(
        .muscle,
        Loft([
          (-170, Rounded(side * 30, 46, 6, 8)), (-230, Rounded(side * 40, 42, 14, 17)),
          (-300, Rounded(side * 46, 40, 21, 24)), (-370, Rounded(side * 56, 26, 24, 26)),
          (-440, Rounded(side * 70, -8, 24, 24)), (-500, Rounded(side * 82, -30, 24, 22)),
        ]))
      ball(.muscle, Point(side * 84, 60, -280), 18, 9, 70)
    }
  }

  private mutating func addKidneys() {
    for side in [-1.0, 1.0] {
      let centre = Point(side * 64, 42, side < 0 ? -214 : -200)
      let axis = Point(-side * 0.22, 0.12, 1)
      ball(.kidneyCortex, centre, 29, 25, 56, axis: axis)
      ball(.kidneyMedulla, centre + Point(-side * 2, 0, 0), 20, 17, 46, axis: axis)
      // Columns of cortex between the pyramids.
      for level in -2...2 {
        ball(.kidneyCortex, centre + axis * (Double(level) * 17 + 4) + Point(side * 10, 0, 0), 14, 16, 3.4, axis: axis)
      }
      ball(.fat, centre + Point(-side * 15, -4, 0), 19, 9, 24, axis: axis)
      ball(.urine, centre + Point(-side * 13, -3, -2), 8, 5, 13)
      ball(.kidneyCortex, centre + Point(side * 20, 0, 0), 3, 10, 10)
      path(.urine, 2.2, centre + Point(-side * 18, -2, -8), Point(side * 36, 22, -300), Point(side * 40, 20, -400))
      path(.venousBlood, 4.5, centre + Point(-side * 14, -4, 4), Point(side < 0 ? -22 : 0, 8, -200))
      path(.arterialBlood, 2.8, centre + Point(-side * 12, -2, 8), Point(8, 20, -198))
      ball(.pancreas, Point(side * 46, 32, -162), 3, 12, 12, axis: Point(side * 0.4, 0, 1))
    }
    // The upper mesenteric vessels.
    path(.arterialBlood, 3.8, Point(8, 18, -180), Point(4, -2, -220), Point(-6, -16, -300))
    path(.venousBlood, 5, Point(6, 0, -196), Point(-6, -6, -240), Point(-14, -18, -300))
    ball(.bowelWall, Point(0, -26, -470), 44, 32, 34)
    ball(.urine, Point(0, -26, -470), 41, 29, 31)
  }

  private mutating func addBowel(_ random: inout DemoRandom) {
    // Loops of the small bowel.
    var place = Point(30, -30, -215)
    for index in 0..<64 {
      let next = Point(
        random.between(-72, 76), random.between(-62, 4), -218 - Double(index) * 3 - random.between(0, 26))
      // No longer than a loop.
      let step = next - place
      let end = place + step.unit * min(step.length, 58)
      path(.bowelWall, 13, place, end)
      path(index % 5 == 0 ? .bowelWall : .chyme, 10.4, place, end)
      if index % 6 == 0 { ball(.gas, end + Point(0, -5, 0), 7, 4, 7) }
      place = end
    }
    // The large bowel: up on the right, across, down on the left.
    let colon = [
      Point(-96, 10, -390), Point(-104, 14, -320), Point(-100, 10, -262), Point(-72, -46, -250), Point(-20, -66, -262),
      Point(40, -66, -246), Point(84, -40, -212), Point(106, 16, -196), Point(108, 28, -280), Point(104, 18, -360),
      Point(80, 0, -404), Point(40, 14, -420), Point(10, 40, -424), Point(0, 54, -470), Point(0, 52, -500),
    ]
    path(.bowelWall, 19, colon)
    path(.chyme, 16.5, colon)
    for (start, end) in zip(colon, colon.dropFirst()) {
      for part in stride(from: 0.1, through: 0.9, by: 0.27) {
        let middle = start + (end - start) * part
        // Gas rises to the front of someone who lies on the back.
        ball(.gas, middle + Point(random.between(-4, 4), -6, 0), random.between(9, 14), 8, random.between(10, 18))
        ball(.soft, middle + Point(random.between(-5, 5), 6, random.between(-5, 5)), 6, 5, 7)
      }
    }
  }
}
