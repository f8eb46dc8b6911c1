import DICOM
import DICOMPixels
import Testing

@Suite("A text of a presentation state")
struct GraphicTextTests {
  private static let side = 100

  private func draw(_ texts: [GraphicText], turned: Int = 0, scaled: Int? = nil) throws -> RenderedImage {
    try Scene.render(
      rows: Self.side, columns: Self.side,
      options: RenderOptions(
        presentation: Presentation(layers: [Presentation.Layer(texts: texts)], rotationDegrees: turned),
        viewport: scaled.map { RenderOptions.Viewport(width: $0, height: $0) }))
  }

  private func box(
    _ left: Float, _ top: Float, _ right: Float, _ bottom: Float, _ justification: String = "LEFT",
    units: Graphic.Units = .pixel
  ) -> GraphicText.Box {
    GraphicText.Box(
      units: units, topLeft: Graphic.Point(column: left, row: top),
      bottomRight: Graphic.Point(column: right, row: bottom), justification: justification)
  }

  /// Columns and rows that have anything drawn in them.
  private func inked(_ image: RenderedImage) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
    let places = image.pixels.indices.filter { image.pixels[$0] > 40 }
    let columns = places.map { $0 % image.width }
    let rows = places.map { $0 / image.width }
    guard let left = columns.min(), let right = columns.max(), let top = rows.min(), let bottom = rows.max() else {
      return nil
    }
    return (left...right, top...bottom)
  }

  @Test("stands in its box, in pixels and in parts of the display")
  func inBox() throws {
    for box in [box(20, 30, 80, 60), box(0.2, 0.3, 0.8, 0.6, units: .display)] {
      let ink = try #require(inked(draw([GraphicText("Nodule", box: box)])))
      #expect(ink.columns.lowerBound >= 20 && ink.columns.upperBound <= 80)
      #expect(ink.rows.lowerBound >= 30 && ink.rows.upperBound <= 60)
      // Letters use the box: it is wider than high, so its width decides.
      #expect(ink.columns.count > 45)
    }
  }

  @Test("is left, right or in the middle of its box", arguments: ["LEFT", "CENTER", "RIGHT"])
  func justification(_ justification: String) throws {
    let ink = try #require(inked(draw([GraphicText("I", box: box(10, 40, 90, 55, justification))])))
    let middle = (ink.columns.lowerBound + ink.columns.upperBound) / 2
    switch justification {
    case "LEFT": #expect(middle < 20)
    case "RIGHT": #expect(middle > 80)
    default: #expect(abs(middle - 50) <= 2)
    }
  }

  @Test("has as many lines as it says, and letters as wide as they are")
  func lines() throws {
    let one = try #require(inked(draw([GraphicText("MMMM", box: box(5, 5, 95, 20))])))
    let narrow = try #require(inked(draw([GraphicText("IIII", box: box(5, 5, 95, 20))])))
    #expect(one.columns.count > 2 * narrow.columns.count)
    let two = try draw([GraphicText("AB\r\nCD", box: box(5, 5, 95, 45))])
    let rows = (0..<Self.side).map { row in two.pixels[row * two.width..<(row + 1) * two.width].contains { $0 > 40 } }
    // Ink, a gap, ink.
    #expect(rows.split(whereSeparator: { !$0 }).count == 2)
  }

  @Test("stays upright and readable where the image is turned or made small")
  func upright() throws {
    let box = box(20, 40, 80, 60)
    let turned = try #require(inked(draw([GraphicText("MMMM", box: box)], turned: 90)))
    #expect(turned.columns.count > turned.rows.count)
    let small = try #require(inked(draw([GraphicText("MMMM", box: box)], scaled: 50)))
    #expect(small.rows.count >= 6)
  }

  @Test("is led to its anchor by a line when that is visible, and begins there without a box")
  func anchor() throws {
    let point = Graphic.Point(column: 90.5, row: 90.5)
    let text = { (isVisible: Bool) in
      GraphicText(
        "A", box: self.box(10, 10, 40, 30), anchor: .init(units: .pixel, point: point, isVisible: isVisible))
    }
    let led = try draw([text(true)])
    let alone = try draw([text(false)])
    #expect(led.pixels[90 * led.width + 90] > 100 && alone.pixels[90 * alone.width + 90] == 0)
    let anchored = GraphicText(
      "A", box: nil, anchor: .init(units: .pixel, point: .init(column: 30, row: 60), isVisible: true))
    let ink = try #require(inked(draw([anchored])))
    #expect(ink.columns.lowerBound >= 30 && ink.rows.upperBound <= 62)
  }

  @Test(
    "of any kind is drawn without harm, or not at all",
    arguments: [
      "", "\u{0}\u{1B}[31m", String(repeating: "W", count: 100_000), String(repeating: "\n", count: 10_000),
      "\u{1F600}\u{202E}\u{FFFF}", "山田太郎 Ωμέγα",
    ])
  func hostile(_ value: String) throws {
    for coordinate in [Float.nan, .infinity, -1e30, 50] {
      _ = try draw([
        GraphicText(
          value, box: box(coordinate, 10, 60, coordinate),
          anchor: .init(units: .pixel, point: .init(column: coordinate, row: 5), isVisible: true))
      ])
    }
  }
}
