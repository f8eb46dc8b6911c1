/// What a client asks of a rendering (PS3.18 §8.3.5).
public struct RenderOptions: Equatable, Sendable {
  /// The area to be filled: the rendering is scaled to the largest size that fits, its aspect ratio kept.
  public struct Viewport: Equatable, Hashable, Sendable {
    /// The longest side accepted, in pixels.
    public static let maximumSide = 8192

    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// JPEG quality when none is asked for.
  public static let defaultQuality = 90

  /// Replaces the VOI LUT of grey images; colour images have none.
  public var window: Window?
  public var viewport: Viewport?
  /// For lossy encodings: 1 (smallest) to 100 (best).
  public var quality: Int

  public init(window: Window? = nil, viewport: Viewport? = nil, quality: Int = RenderOptions.defaultQuality) {
    self.window = window
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
    if let viewport {
      let sides = 1...Viewport.maximumSide
      guard sides.contains(viewport.width), sides.contains(viewport.height) else {
        throw PixelError(.invalidOption, "the viewport's sides must be within 1…\(Viewport.maximumSide)")
      }
    }
    guard (1...100).contains(quality) else {
      throw PixelError(.invalidOption, "the quality must be within 1…100")
    }
  }
}
