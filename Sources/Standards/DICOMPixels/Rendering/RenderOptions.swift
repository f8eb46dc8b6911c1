/// What a client asks of a rendering (PS3.18 §8.3.5).
public struct RenderOptions: Equatable, Sendable {
  /// The area to be filled: the rendering is scaled to the largest size that fits, its aspect ratio kept.
  public struct Viewport: Equatable, Hashable, Sendable {
    /// The longest side accepted, in pixels.
    public static let maximumSide = 8192
    /// The largest area accepted, in pixels: that of the largest displays. An enlarged image can take as much.
    public static let maximumArea = 1 << 25

    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }

    var isAcceptable: Bool {
      let sides = 1...Self.maximumSide
      return sides.contains(width) && sides.contains(height) && width * height <= Self.maximumArea
    }
  }

  /// The part of the image to be shown, from its top left pixel; a negative width mirrors it left to right, a negative
  /// height top to bottom.
  public struct Region: Equatable, Hashable, Sendable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// The longest ICC Profile (0028,2000) that is used, in bytes.
  public static let maximumProfileLength = ColorProfile.maximumLength
  /// JPEG quality when none is asked for.
  public static let defaultQuality = 90

  /// Replaces the VOI LUT of grey images; colour images have none.
  public var window: Window?
  /// Replaces what the image itself says of its display.
  public var presentation: Presentation?
  /// Whether the image's overlay planes are drawn, in white. They are not unless asked for: an overlay may cover what
  /// is to be seen, and the standard has a viewer show it on demand. A presentation state activates its own
  /// (PS3.3 §C.11.7), whatever this says.
  public var showsOverlays: Bool
  /// Whether pixels that are not square stay as they are stored; otherwise the coarser direction is stretched.
  public var keepsStoredPixels: Bool
  /// What is scaled to the viewport, in place of a presentation's displayed area; the whole image if nil.
  public var region: Region?
  public var viewport: Viewport?
  /// For lossy encodings: 1 (smallest) to 100 (best).
  public var quality: Int

  public init(
    window: Window? = nil, presentation: Presentation? = nil, showsOverlays: Bool = false,
    keepsStoredPixels: Bool = false, region: Region? = nil, viewport: Viewport? = nil,
    quality: Int = RenderOptions.defaultQuality
  ) {
    self.window = window
    self.presentation = presentation
    self.showsOverlays = showsOverlays
    self.keepsStoredPixels = keepsStoredPixels
    self.region = region
    self.viewport = viewport
    self.quality = quality
  }

  /// - Throws: `PixelError` with code `.invalidOption`.
  func check() throws(PixelError) {
    if let window {
      guard window.isUsable, window.function != .linear || window.width >= 1 else {
        throw PixelError(.invalidOption, "the window's width must be at least 1, above 0 for other than linear")
      }
    }
    guard viewport?.isAcceptable != false else {
      throw PixelError(
        .invalidOption,
        "the viewport's sides must be within 1…\(Viewport.maximumSide), its area up to \(Viewport.maximumArea)")
    }
    guard (1...100).contains(quality) else {
      throw PixelError(.invalidOption, "the quality must be within 1…100")
    }
  }
}
