import CTurboJPEG
import DICOMPixels
import Testing

@Suite("An encoded rendering")
struct EncodingTests {
  static let gradient = image(width: 64, height: 48, .gray) { column, row, _ in column * 2 + row }
  static let colors = image(width: 48, height: 64, .rgb) { column, row, component in
    [column * 5, row * 3, 128][component]
  }

  private static func image(
    width: Int, height: Int, _ model: RenderedImage.ColorModel, _ level: (Int, Int, Int) -> Int
  ) -> RenderedImage {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        for component in 0..<model.components {
          pixels.append(UInt8(clamping: level(column, row, component)))
        }
      }
    }
    return RenderedImage(width: width, height: height, colorModel: model, pixels: pixels)
  }

  @Test("as PNG leads with signature, size and colour type", arguments: [RenderedImage.ColorModel.gray, .rgb])
  func pngHeader(model: RenderedImage.ColorModel) throws {
    let image = model == .gray ? Self.gradient : Self.colors
    let file = try encodePNG(image)
    #expect(file.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(Array(file[8..<16]) == [0, 0, 0, 13] + Array("IHDR".utf8))
    #expect(Array(file[16..<24]) == [0, 0, 0, UInt8(image.width), 0, 0, 0, UInt8(image.height)])
    #expect(Array(file[24..<29]) == [8, image.colorModel == .gray ? 0 : 2, 0, 0, 0])
    #expect(file.suffix(12) == [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82])
  }

  @Test("as JPEG decodes to nearly the same", arguments: [RenderedImage.ColorModel.gray, .rgb])
  func jpeg(model: RenderedImage.ColorModel) throws {
    let image = model == .gray ? Self.gradient : Self.colors
    let decoded = try decode(encodeJPEG(image, quality: 95), image.colorModel)
    #expect(decoded.count == image.pixels.count)
    let worst = zip(decoded, image.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(worst) <= 8)
  }

  @Test("as JPEG is smaller at lower quality")
  func quality() throws {
    let sizes = try [10, 50, 100].map { try encodeJPEG(Self.colors, quality: $0).count }
    #expect(sizes == sizes.sorted())
  }

  @Test("as JPEG has a quality of 1 to 100", arguments: [0, 101, -1, Int.max])
  func badQuality(quality: Int) {
    let error = #expect(throws: PixelError.self) { try encodeJPEG(Self.gradient, quality: quality) }
    #expect(error?.code == .invalidOption)
  }

  @Test("as JPEG may not be wider than the format allows")
  func tooWide() {
    let image = RenderedImage(
      width: 65501, height: 1, colorModel: .gray, pixels: Array(repeating: 0, count: 65501))
    let error = #expect(throws: PixelError.self) { try encodeJPEG(image) }
    #expect(error?.code == .encodingFailed)
  }

  @Test("of a single pixel is possible")
  func smallest() throws {
    let pixel = RenderedImage(width: 1, height: 1, colorModel: .gray, pixels: [200])
    #expect(try !encodePNG(pixel).isEmpty)
    #expect(try decode(encodeJPEG(pixel, quality: 100), .gray) == [200])
  }

  private func decode(_ stream: [UInt8], _ model: RenderedImage.ColorModel) throws -> [UInt8] {
    let decompressor = try #require(tjInitDecompress())
    defer { tjDestroy(decompressor) }
    var (width, height, sampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
    try #require(
      tjDecompressHeader3(decompressor, stream, UInt(stream.count), &width, &height, &sampling, &space) == 0)
    var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * model.components)
    let format = Int32((model == .gray ? TJPF_GRAY : TJPF_RGB).rawValue)
    try #require(
      tjDecompress2(decompressor, stream, UInt(stream.count), &pixels, width, 0, height, format, 0) == 0)
    return pixels
  }
}
