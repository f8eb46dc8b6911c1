/// An image being drawn on: the pixels of a `RenderedImage`.
struct Canvas {
  let width: Int
  let height: Int
  let colorModel: RenderedImage.ColorModel
  private(set) var pixels: [UInt8]

  init(_ image: RenderedImage) {
    width = image.width
    height = image.height
    colorModel = image.colorModel
    pixels = image.pixels
  }

  var image: RenderedImage { RenderedImage(width: width, height: height, colorModel: colorModel, pixels: pixels) }

  /// - Parameter color: as many bytes as a pixel has.
  @inline(__always)
  mutating func set(_ column: Int, _ row: Int, _ color: [UInt8]) {
    let start = (row &* width &+ column) &* color.count
    for component in 0..<color.count { pixels[start &+ component] = color[component] }
  }

  /// Mixes a colour in.
  ///
  /// - Parameter coverage: 0 none of it to 255 nothing else.
  @inline(__always)
  mutating func blend(_ column: Int, _ row: Int, _ color: [UInt8], coverage: UInt8) {
    let part = Int(coverage)
    let start = (row &* width &+ column) &* color.count
    for component in 0..<color.count {
      let mixed = Int(pixels[start &+ component]) * (255 - part) + Int(color[component]) * part
      pixels[start &+ component] = UInt8((mixed + 127) / 255)
    }
  }
}
