/// An image as it is displayed: `height × width` pixels, row by row from the top left corner, of one (grey) or three
/// (red, green, blue) bytes each.
public struct RenderedImage: Equatable, Sendable {
  public enum ColorModel: Int, Equatable, Sendable {
    /// P-Values from black, 0, to white, 255.
    case gray = 1
    case rgb = 3

    /// Bytes of a pixel.
    public var components: Int { rawValue }
  }

  public let width: Int
  public let height: Int
  public let colorModel: ColorModel
  /// `width × height × components` bytes.
  public let pixels: [UInt8]

  /// - Precondition: `pixels` has `width × height × components` bytes, and neither side is 0.
  public init(width: Int, height: Int, colorModel: ColorModel, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height * colorModel.components)
    self.width = width
    self.height = height
    self.colorModel = colorModel
    self.pixels = pixels
  }
}
