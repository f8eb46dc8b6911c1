/// The part of an image that is shown, and how large (PS3.3 §C.10.4).
public struct DisplayedArea: Hashable, Sendable {
  /// Presentation Size Mode (0070,0100).
  public enum Size: Hashable, Sendable {
    case scaleToFit
    /// As large as the patient is.
    case trueSize
    /// Pixels of the display for a pixel of the image.
    case magnify(Double)
  }

  /// The shape of a displayed pixel.
  public enum Shape: Hashable, Sendable {
    /// Rows, columns in millimetres.
    case spacing([Double])
    /// Vertical, horizontal.
    case aspectRatio([Int])
  }

  /// Column and row from 1, may lie outside the image.
  public var topLeft: [Int]
  public var bottomRight: [Int]
  public var size: Size
  public var shape: Shape

  public init(
    topLeft: [Int], bottomRight: [Int], size: Size = .scaleToFit, shape: Shape = .aspectRatio([1, 1])
  ) {
    self.topLeft = topLeft
    self.bottomRight = bottomRight
    self.size = size
    self.shape = shape
  }
}
