extension GraphicDrawing {
  /// What it costs to find out how wide a character is, in steps.
  private static let stepsOfCharacter = 64

  /// Draws a text, or, without a font, the box it would stand in: who looks must see that something is said there.
  mutating func cover(_ text: GraphicText) throws(PixelError) {
    let box = text.box.flatMap(rectangle(of:))
    let anchor = text.anchor.flatMap { anchor in
      let place = place((Double(anchor.point.column), Double(anchor.point.row)), anchor.units)
      return place.x.isFinite && place.y.isFinite ? place : nil
    }
    try spend(text.value.utf8.count * Self.stepsOfCharacter)
    if let font {
      let layout = TextLayout(
        text.value, box: box, justification: text.box?.justification ?? "LEFT", anchor: anchor, font: font)
      for line in layout.lines {
        try spend(line.characters.count * font.lineHeight * font.lineHeight)
        var marks: [(Int, Int, UInt8)] = []
        font.draw(line.characters, x: line.x, baseline: line.baseline) { marks.append(($0, $1, $2)) }
        for (column, row, coverage) in marks { mark(column, row, Double(coverage) / 255) }
      }
    } else if let box {
      try outline(box)
    }
    if let anchor, text.anchor?.isVisible == true, let box { try lead(from: box, to: anchor) }
  }

  /// The upright rectangle around a box in the picture.
  private func rectangle(of box: GraphicText.Box) -> TextLayout.Rectangle? {
    let corners = [box.topLeft, box.bottomRight].map { place((Double($0.column), Double($0.row)), box.units) }
    guard corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return nil }
    return (
      min(corners[0].x, corners[1].x), min(corners[0].y, corners[1].y), max(corners[0].x, corners[1].x),
      max(corners[0].y, corners[1].y)
    )
  }

  private mutating func outline(_ box: TextLayout.Rectangle) throws(PixelError) {
    try lines([
      (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom), (box.left, box.top),
    ])
  }

  /// A line from the middle of the nearer side of a box to the point its text speaks of.
  private mutating func lead(from box: TextLayout.Rectangle, to anchor: Place) throws(PixelError) {
    let x = min(max(anchor.x, box.left), box.right)
    let y = anchor.y < box.top ? box.top : anchor.y > box.bottom ? box.bottom : (box.top + box.bottom) / 2
    try lines([(x, y), anchor])
  }

  private mutating func lines(_ places: [Place]) throws(PixelError) {
    let width = Double(max(geometry.shownWidth, 1))
    let height = Double(max(geometry.shownHeight, 1))
    try cover(
      Graphic(
        .polyline, units: .display,
        points: places.map { Graphic.Point(column: Float($0.x / width), row: Float($0.y / height)) }))
  }
}
