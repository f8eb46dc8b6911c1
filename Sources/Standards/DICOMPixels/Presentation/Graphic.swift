/// A graphic drawn over an image (PS3.3 §C.10.5.1.2).
public struct Graphic: Hashable, Sendable {
  public enum GraphicType: String, Hashable, Sendable {
    case point = "POINT"
    case polyline = "POLYLINE"
    case interpolated = "INTERPOLATED"
    case circle = "CIRCLE"
    case ellipse = "ELLIPSE"
  }

  /// What coordinates count.
  public enum Units: String, Hashable, Sendable {
    /// Pixels of the image; the top left corner of the first pixel is (0, 0), its middle (0.5, 0.5).
    case pixel = "PIXEL"
    /// Parts of the displayed area, 0 to 1.
    case display = "DISPLAY"
  }

  /// A point: column, then row.
  public struct Point: Hashable, Sendable {
    public var column: Float
    public var row: Float

    public init(column: Float, row: Float) {
      self.column = column
      self.row = row
    }
  }

  public var type: GraphicType
  public var units: Units
  public var points: [Point]
  public var isFilled: Bool

  public init(_ type: GraphicType, units: Units = .pixel, points: [Point], isFilled: Bool = false) {
    self.type = type
    self.units = units
    self.points = points
    self.isFilled = isFilled
  }
}
