import Testing

@testable import DICOMPixels

@Suite("A text where there is no font")
struct FontlessTextTests {
  @Test("leaves the outline of its box, so that who looks sees that something is said there")
  func outline() throws {
    #expect(Font(paths: ["/nonexistent.ttf", "/dev/null"]) == nil)
    let geometry = try DisplayGeometry(width: 40, height: 40, options: RenderOptions(), aspect: 1)
    var drawing = GraphicDrawing(geometry) { nil }
    var canvas = Canvas(
      RenderedImage(width: 40, height: 40, colorModel: .gray, pixels: [UInt8](repeating: 0, count: 1600)))
    let box = GraphicText.Box(
      units: .pixel, topLeft: Graphic.Point(column: 10.5, row: 10.5),
      bottomRight: Graphic.Point(column: 30.5, row: 20.5))
    try drawing.draw(Presentation.Layer(texts: [GraphicText("Nodule", box: box)]), on: &canvas)
    let pixels = canvas.image.pixels
    #expect((12...28).allSatisfy { pixels[10 * 40 + $0] == 255 && pixels[20 * 40 + $0] == 255 })
    #expect((12...18).allSatisfy { pixels[$0 * 40 + 10] == 255 && pixels[$0 * 40 + 30] == 255 })
    #expect((12...28).allSatisfy { pixels[15 * 40 + $0] == 0 })
  }
}
