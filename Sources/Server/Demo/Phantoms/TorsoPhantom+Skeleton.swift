extension TorsoPhantom {
  /// y of the middle of the vertebral bodies: curved to the back in the chest, to the front in the loins.
  private static func spine(_ z: Double) -> Double {
    let levels = [
      (170.0, 42.0), (60.0, 58.0), (-60.0, 58.0), (-160.0, 48.0), (-270.0, 36.0), (-350.0, 50.0), (-420.0, 78.0),
    ]
    guard let below = levels.indices.dropFirst().first(where: { levels[$0].0 <= z }) else { return 78 }
    let (start, end) = (levels[below - 1], levels[below])
    let part = min(max(0, (start.0 - z) / (start.0 - end.0)), 1)
    return start.1 + (end.1 - start.1) * part * part * (3 - 2 * part)
  }

  /// Vertebrae from the last of the neck to the last of the loins: the middle of each, from head to feet.
  static let vertebrae: [Double] = {
    var all: [Double] = []
    var z = 162.0
    while z > -350 {
      all.append(z)
      z -= z > -120 ? 24 : 33
    }
    return all
  }()

  mutating func addSpine() {
    // The long muscles of the back.
    for side in [-1.0, 1.0] {
      add(
        .muscle,
        Loft(
          [(160.0, 15.0), (60, 18), (-60, 18), (-160, 25), (-270, 27), (-340, 24), (-380, 12), (-410, 3)].map {
            z, thick in
            (z, Rounded(side * (thick + 10), TorsoPhantom.spine(z) + 29, thick + 4, thick - 2))
          }))
    }
    for (index, z) in TorsoPhantom.vertebrae.enumerated() {
      let isLumbar = z < -120
      let y = TorsoPhantom.spine(z)
      let (a, b, half) = isLumbar ? (25.0, 18.0, 13.5) : (12 + Double(index) * 0.8, 10 + Double(index) * 0.55, 10.0)
      // Arch and processes first; body and canal over them.
      for side in [-1.0, 1.0] {
        path(.cortex, 4.5, Point(side * a * 0.75, y + b * 0.6, z + 3), Point(side * 14, y + b + 16, z + 2))
        path(
          .cortex, isLumbar ? 3.6 : 4.4, Point(side * 12, y + b + 8, z + 3),
          Point(side * (isLumbar ? 42 : 32), y + b + (isLumbar ? 4 : 16), z + 6))
        path(.cortex, 4.5, Point(side * 14, y + b + 15, z + 2), Point(0, y + b + 26, z - 4))
        path(.spongy, 2.2, Point(side * 14, y + b + 15, z + 2), Point(0, y + b + 26, z - 4))
      }
      path(
        .cortex, 3.8, Point(0, y + b + 25, z - 3),
        isLumbar ? Point(0, y + b + 37, z - 8) : Point(0, y + b + 34, z - 24))
      path(
        .spongy, 1.8, Point(0, y + b + 25, z - 3),
        isLumbar ? Point(0, y + b + 36, z - 8) : Point(0, y + b + 33, z - 23))
      let outline = Rounded(0, y, right: a, left: a, front: b, back: b * 0.75, squareness: 0.35)
      let height = isLumbar ? 16.6 : 12.1
      add(.disc, Loft([(z + height, outline.inset(1)), (z - height, outline.inset(1))]))
      let waist = outline.inset(2.2)
      add(.cortex, Loft([(z + half, outline), (z, waist), (z - half, outline)]))
      add(
        .spongy,
        Loft([(z + half - 1.6, outline.inset(1.8)), (z, waist.inset(1.8)), (z - half + 1.6, outline.inset(1.8))]))
    }
    let canal = TorsoPhantom.vertebrae.map { z in
      Point(0, TorsoPhantom.spine(z) + (z < -120 ? 25 : 18), z)
    }
    path(.fat, 9.5, canal)
    path(.water, 8.3, canal)
    path(.nerve, 5, canal.filter { $0.z > -160 })
  }

  /// Ribs with their cartilage, breastbone, collar bones and shoulder blades.
  mutating func addThorax() {
    for (index, top) in stride(from: 140.0, through: -124.0, by: -24).enumerated() {
      let drop = [22.0, 36, 50, 62, 72, 80, 86, 90, 92, 86, 66, 44][index]
      // Parts of ten degrees from the spine to the front; the last three are cartilage.
      let parts = index < 7 ? 16 : [15, 14, 13, 9, 6][index - 7]
      let hasCartilage = index < 10
      let radius = index == 0 ? 4.2 : 5.2
      for side in [-1.0, 1.0] {
        let points = TorsoPhantom.rib(side: side, top: top, drop: drop, parts: parts)
        let bone = hasCartilage ? points.dropLast(3) : points[...]
        path(.cortex, radius, Array(bone))
        path(.spongy, radius - 2.1, Array(bone))
        if hasCartilage { path(.cartilage, radius - 0.6, Array(points.suffix(4))) }
      }
    }
    let front = Loft([
      (108, Rounded(0, -70, 26, 7)), (78, Rounded(0, -83, 20, 6.5)), (60, Rounded(0, -88, 14, 6)),
      (20, Rounded(0, -97, 17, 6)), (-30, Rounded(0, -101, 18, 6)), (-62, Rounded(0, -101, 8, 4)),
    ])
    add(.cortex, front)
    add(.spongy, front.inset(1.7))
    for side in [-1.0, 1.0] {
      let clavicle = [
        Point(side * 20, -66, 112), Point(side * 50, -66, 122), Point(side * 90, -44, 134), Point(side * 132, -18, 140),
      ]
      path(.cortex, 6, clavicle)
      path(.spongy, 3.6, clavicle)
      // The blade, its spine and its socket.
      let normal = Point(side * 0.38, 0.92, 0.1)
      ball(.cortex, Point(side * 96, 84, 62), 34, 56, 3.6, axis: normal)
      ball(.spongy, Point(side * 96, 84, 62), 30, 52, 1.4, axis: normal)
      path(.cortex, 4.5, Point(side * 72, 96, 88), Point(side * 104, 88, 108), Point(side * 140, 44, 128))
      path(.spongy, 2.2, Point(side * 72, 96, 88), Point(side * 104, 88, 108), Point(side * 140, 44, 128))
      path(.cortex, 8, Point(side * 124, 56, 84), Point(side * 136, 36, 108))
      path(.spongy, 5.5, Point(side * 124, 56, 84), Point(side * 136, 36, 108))
    }
  }

  /// Points along a rib, from beside the spine around the chest to the front.
  static func rib(side: Double, top: Double, drop: Double, parts: Int) -> [Point] {
    // sin and cos of multiples of 10 degrees by rotation: the same digits on every machine.
    let (cosine, sine) = (0.984_807_753_012_208, 0.173_648_177_666_930_35)
    var (across, along) = (0.258_819_045_102_520_76, 0.965_925_826_289_068_3)
    return (0...parts).map { step in
      let z = top - drop * Double(step) / 16
      let cage = TorsoPhantom.cage.outline(z) ?? Rounded(0, 0, 40, 40)
      // A little squarer than an ellipse.
      let bulge = 1 + 0.1 * 4 * across * across * along * along
      let point = Point(
        side * across * bulge * (cage.left + 4), cage.y + along * bulge * (cage.back + 3), z)
      (across, along) = (across * cosine + along * sine, along * cosine - across * sine)
      return point
    }
  }

  mutating func addPelvis() {
    for side in [-1.0, 1.0] {
      let normal = Point(side * 0.75, 0.62, 0.28)
      ball(.cortex, Point(side * 92, 26, -372), 58, 66, 6.5, axis: normal)
      ball(.spongy, Point(side * 92, 26, -372), 54, 62, 3.6, axis: normal)
      path(.cortex, 16, Point(side * 60, 60, -372), Point(side * 82, 18, -440), Point(side * 92, 0, -470))
      path(.spongy, 13.5, Point(side * 60, 60, -372), Point(side * 82, 18, -440), Point(side * 92, 0, -470))
      ball(.cortex, Point(side * 104, -6, -482), 26, 26, 26)
      ball(.marrow, Point(side * 104, -6, -482), 24, 24, 24)
      // Gluteal muscles lie in the fat behind.
      ball(.muscle, Point(side * 92, 74, -440), 56, 28, 56, axis: Point(side * 0.2, 0.1, 1))
    }
    let sacrum = Loft([
      (-352, Rounded(0, 62, 52, 20)), (-380, Rounded(0, 76, 48, 18)), (-420, Rounded(0, 88, 34, 13)),
      (-460, Rounded(0, 88, 18, 8)), (-490, Rounded(0, 78, 8, 5)),
    ])
    add(.cortex, sacrum)
    add(.spongy, sacrum.inset(2))
    path(.fat, 6, Point(0, 76, -352), Point(0, 92, -420))
  }
}
