import DICOM
import DICOMPixels
import Testing

@Suite("A graphic")
struct GraphicTests {
  private func draw(
    _ graphics: [Graphic], side: Int = 40, viewport: RenderOptions.Viewport? = nil, turned: Int = 0
  ) throws -> RenderedImage {
    let presentation = Presentation(layers: [Presentation.Layer(graphics: graphics)], rotationDegrees: turned)
    return try Scene.render(
      rows: side, columns: side, options: RenderOptions(presentation: presentation, viewport: viewport))
  }

  private func level(_ image: RenderedImage, _ column: Int, _ row: Int) -> UInt8 {
    image.pixels[row * image.width + column]
  }

  private func points(_ numbers: [Float]) -> [Graphic.Point] {
    stride(from: 0, to: numbers.count - 1, by: 2).map { Graphic.Point(column: numbers[$0], row: numbers[$0 + 1]) }
  }

  @Test("line leads through its points, in pixels and in parts of the display")
  func lines() throws {
    for graphic in [
      Graphic(.polyline, points: points([10.5, 10.5, 30.5, 10.5, 30.5, 30.5])),
      Graphic(.polyline, units: .display, points: points([0.2625, 0.2625, 0.7625, 0.2625, 0.7625, 0.7625])),
    ] {
      let image = try draw([graphic])
      #expect((10...30).allSatisfy { level(image, $0, 10) == 255 && level(image, 30, $0) == 255 })
      #expect(level(image, 20, 20) == 0 && level(image, 8, 10) == 0 && level(image, 30, 32) == 0)
    }
  }

  @Test("follows the image where it is scaled and turned")
  func placed() throws {
    let graphic = Graphic(.polyline, points: points([5, 10.5, 35, 10.5]))
    let image = try draw([graphic], viewport: RenderOptions.Viewport(width: 80, height: 80), turned: 90)
    // Row 10.5 of 40 becomes column 80 - 21 of 80; the line is as thin as before.
    #expect(level(image, 58, 40) > 150 && level(image, 59, 40) > 150)
    #expect(level(image, 55, 40) == 0 && level(image, 62, 40) == 0)
    #expect(level(image, 59, 5) == 0 && level(image, 59, 75) == 0)
  }

  @Test("circle and ellipse have their radii")
  func curves() throws {
    let circle = try draw([Graphic(.circle, points: points([20.5, 20.5, 20.5, 30.5]))])
    let ellipse = try draw([Graphic(.ellipse, points: points([5.5, 20.5, 35.5, 20.5, 20.5, 15.5, 20.5, 25.5]))])
    for (column, row) in [(20, 30), (20, 10), (10, 20), (30, 20), (27, 27)] {
      #expect(level(circle, column, row) > 200)
    }
    for (column, row) in [(5, 20), (35, 20), (20, 15), (20, 25)] { #expect(level(ellipse, column, row) > 200) }
    #expect(level(circle, 20, 20) == 0 && level(ellipse, 20, 20) == 0)
    let filled = try draw([Graphic(.circle, points: points([20.5, 20.5, 20.5, 30.5]), isFilled: true)])
    let area = filled.pixels.reduce(0) { $0 + Int($1) } / 255
    // π · 10.75², half a line's width beyond the radius.
    #expect(abs(area - 363) < 20)
  }

  @Test("interpolated leads through every point")
  func interpolated() throws {
    let image = try draw([Graphic(.interpolated, points: points([5.5, 30.5, 15.5, 10.5, 25.5, 30.5, 35.5, 10.5]))])
    for (column, row) in [(5, 30), (15, 10), (25, 30), (35, 10)] { #expect(level(image, column, row) > 200) }
  }

  @Test("point is a dot about its place")
  func dot() throws {
    let image = try draw([Graphic(.point, points: points([20.5, 20.5]))])
    #expect(level(image, 20, 20) == 255 && level(image, 22, 20) == 255 && level(image, 24, 20) == 0)
  }

  @Test("beyond the image, or without enough points, leaves it as it is")
  func outside() throws {
    let far = Float.greatestFiniteMagnitude
    for graphic in [
      Graphic(.polyline, points: points([-100, -100, -5, -5])), Graphic(.polyline, points: points([45, 5, far, 5])),
      Graphic(.circle, points: points([1, 1])), Graphic(.ellipse, points: points([1, 1, 2, 2])),
      Graphic(.point, points: []), Graphic(.point, points: points([.nan, 1])),
      Graphic(.polyline, points: points([.infinity, 1, -.infinity, 2]), isFilled: true),
      Graphic(.polyline, points: points([-far, -far, -far, -2]), isFilled: true),
    ] {
      #expect(try draw([graphic]).pixels.allSatisfy { $0 == 0 })
    }
  }

  @Test("that asks for endless work is refused")
  func bounds() {
    let line = Graphic(.polyline, points: (0..<60_000).map { Graphic.Point(column: $0 % 2 == 0 ? 0 : 900, row: 3) })
    let error = #expect(throws: PixelError.self) { try draw([line], side: 900) }
    #expect(error?.code == .unsupported)
  }
}
