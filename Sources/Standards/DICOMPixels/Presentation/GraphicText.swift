/// A text shown over an image (PS3.3 §C.10.5.1.1).
public struct GraphicText: Hashable, Sendable {
  public typealias Units = Graphic.Units
  public typealias Point = Graphic.Point

  /// A box the text stands in.
  public struct Box: Hashable, Sendable {
    public var units: Units
    public var topLeft: Point
    public var bottomRight: Point
    /// LEFT, RIGHT or CENTER.
    public var justification: String

    public init(units: Units, topLeft: Point, bottomRight: Point, justification: String = "LEFT") {
      self.units = units
      self.topLeft = topLeft
      self.bottomRight = bottomRight
      self.justification = justification
    }
  }

  /// A point the text speaks of.
  public struct Anchor: Hashable, Sendable {
    public var units: Units
    public var point: Point
    /// Whether a line leads to it.
    public var isVisible: Bool

    public init(units: Units, point: Point, isVisible: Bool) {
      self.units = units
      self.point = point
      self.isVisible = isVisible
    }
  }

  /// Lines are divided by CR, LF or both.
  public var value: String
  /// A box, an anchor or both.
  public var box: Box?
  public var anchor: Anchor?

  public init(_ value: String, box: Box?, anchor: Anchor? = nil) {
    self.value = value
    self.box = box
    self.anchor = anchor
  }
}
