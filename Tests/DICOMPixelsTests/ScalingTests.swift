import DICOM
import DICOMPixels
import Foundation
import Testing

@Suite("A viewport")
struct ScalingTests {
  private func image(_ width: Int, _ height: Int, _ model: RenderedImage.ColorModel = .gray) -> RenderedImage {
    var random = Seeded(state: 3)
    let pixels = (0..<width * height * model.components).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    return RenderedImage(width: width, height: height, colorModel: model, pixels: pixels)
  }

  @Test(
    "is filled as far as the aspect ratio allows",
    arguments: [
      (512, 512, 128, 128, 128, 128), (512, 256, 128, 128, 128, 64), (256, 512, 128, 128, 64, 128),
      (10, 2265, 100, 100, 1, 100), (2265, 10, 100, 100, 100, 1), (100, 100, 200, 300, 200, 200), (3, 7, 3, 7, 3, 7),
      (1, 1, 64, 32, 32, 32), (3062, 2394, 1000, 1000, 1000, 782),
    ])
  func fit(width: Int, height: Int, maxWidth: Int, maxHeight: Int, fitWidth: Int, fitHeight: Int) {
    let fitted = image(width, height).fitted(to: RenderOptions.Viewport(width: maxWidth, height: maxHeight))
    #expect(fitted.width == fitWidth)
    #expect(fitted.height == fitHeight)
  }

  @Test("of the image's size changes nothing", arguments: [RenderedImage.ColorModel.gray, .rgb])
  func identity(model: RenderedImage.ColorModel) {
    let image = image(17, 9, model)
    #expect(image.fitted(to: RenderOptions.Viewport(width: 17, height: 9)) == image)
  }

  @Test("keeps a flat image flat", arguments: [1, 5, 7, 16, 100, 333], [0, 1, 127, 254, 255] as [UInt8])
  func flat(side: Int, level: UInt8) {
    let image = RenderedImage(
      width: 37, height: 37, colorModel: .rgb, pixels: Array(repeating: level, count: 37 * 37 * 3))
    let fitted = image.fitted(to: RenderOptions.Viewport(width: side, height: side))
    #expect(fitted.pixels == Array(repeating: level, count: side * side * 3))
  }

  @Test("of half the size averages four pixels")
  func average() {
    let image = RenderedImage(width: 4, height: 2, colorModel: .gray, pixels: [0, 10, 255, 255, 20, 30, 255, 254])
    #expect(image.fitted(to: RenderOptions.Viewport(width: 2, height: 1)).pixels == [15, 255])
  }

  @Test("that is larger interpolates between neighbours")
  func interpolation() {
    let image = RenderedImage(width: 2, height: 1, colorModel: .gray, pixels: [0, 100])
    #expect(
      image.fitted(to: RenderOptions.Viewport(width: 4, height: 2)).pixels == [0, 25, 75, 100, 0, 25, 75, 100])
  }

  @Test(
    "averages and interpolates as Pillow does, within a level", .enabled(if: Oracle.python != nil),
    arguments: [
      (64, 48, 16, 12, "BOX"), (60, 60, 20, 20, "BOX"), (33, 21, 99, 63, "BILINEAR"), (7, 5, 98, 70, "BILINEAR"),
    ])
  func oracle(width: Int, height: Int, newWidth: Int, newHeight: Int, filter: String) throws {
    let image = image(width, height, .rgb)
    let scaled = image.fitted(to: RenderOptions.Viewport(width: newWidth, height: newHeight))
    let text = try Oracle.withTemporaryFolder { folder in
      let file = folder.appending(path: "pixels")
      try Data(image.pixels).write(to: file)
      return try Oracle.run(
        "scale.py", arguments: [file.path, filter] + [width, height, newWidth, newHeight].map { "\($0)" })
    }
    let expected = text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0) }
    #expect(scaled.width == newWidth && scaled.height == newHeight && expected.count == scaled.pixels.count)
    #expect(zip(scaled.pixels, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  @Test("keeps the colours of a pixel together")
  func colors() {
    let image = RenderedImage(width: 2, height: 1, colorModel: .rgb, pixels: [10, 20, 30, 30, 40, 50])
    #expect(image.fitted(to: RenderOptions.Viewport(width: 1, height: 1)).pixels == [20, 30, 40])
  }

  @Test("of two large sides is refused for its area")
  func area() {
    let error = #expect(throws: PixelError.self) {
      try FrameRenderer.render(
        header: ImageHeader.monochrome(columns: 1), frame: [0, 0], frameNumber: 1,
        options: RenderOptions(viewport: RenderOptions.Viewport(width: 8192, height: 8192)))
    }
    #expect(error?.code == .invalidOption)
  }

  @Test("without area or beyond the largest is refused", arguments: [0, -1, 8193, Int.max])
  func refusal(side: Int) {
    let error = #expect(throws: PixelError.self) {
      try FrameRenderer.render(
        header: ImageHeader.monochrome(columns: 1), frame: [0, 0], frameNumber: 1,
        options: RenderOptions(viewport: RenderOptions.Viewport(width: side, height: 10)))
    }
    #expect(error?.code == .invalidOption)
  }
}

@Suite("A region")
struct RegionTests {
  static let image = RenderedImage(width: 3, height: 2, colorModel: .gray, pixels: [1, 2, 3, 4, 5, 6])

  @Test(
    "is cut out, mirrored where its sides are negative",
    arguments: [
      (RenderOptions.Region(x: 0, y: 0, width: 3, height: 2), [1, 2, 3, 4, 5, 6]),
      (RenderOptions.Region(x: 1, y: 1, width: 2, height: 1), [5, 6]),
      (RenderOptions.Region(x: 0, y: 0, width: -3, height: 2), [3, 2, 1, 6, 5, 4]),
      (RenderOptions.Region(x: 1, y: 0, width: 2, height: -2), [5, 6, 2, 3]),
      (RenderOptions.Region(x: 1, y: 0, width: -2, height: -2), [6, 5, 3, 2]),
    ] as [(RenderOptions.Region, [UInt8])])
  func cut(region: RenderOptions.Region, pixels: [UInt8]) throws {
    #expect(try Self.image.region(region).pixels == pixels)
  }

  @Test("keeps the components of a colour in order when mirrored")
  func color() throws {
    let image = RenderedImage(width: 2, height: 1, colorModel: .rgb, pixels: [1, 2, 3, 4, 5, 6])
    let mirrored = try image.region(RenderOptions.Region(x: 0, y: 0, width: -2, height: 1))
    #expect(mirrored.pixels == [4, 5, 6, 1, 2, 3])
  }

  @Test("comes before the viewport")
  func order() throws {
    let image = try FrameRenderer.render(
      header: ImageHeader.monochrome(columns: 4), frame: [UInt8](words: [0, 9, 9, 0]), frameNumber: 1,
      options: RenderOptions(
        region: RenderOptions.Region(x: 1, y: 0, width: 2, height: 1),
        viewport: RenderOptions.Viewport(width: 4, height: 4)))
    #expect(image.width == 4 && image.height == 2)
    #expect(image.pixels == Array(repeating: 255, count: 8))
  }

  @Test(
    "that is empty or not within the image is refused",
    arguments: [(0, 0, 0, 1), (0, 0, 4, 1), (3, 0, 1, 1), (-1, 0, 1, 1), (0, 2, 1, 1), (1, 0, Int.min, 1)])
  func refusal(x: Int, y: Int, width: Int, height: Int) {
    let error = #expect(throws: PixelError.self) {
      try Self.image.region(RenderOptions.Region(x: x, y: y, width: width, height: height))
    }
    #expect(error?.code == .invalidOption)
  }
}
