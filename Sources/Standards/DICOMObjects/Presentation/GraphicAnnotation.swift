import DICOM

/// A layer that annotations are drawn in (PS3.3 §C.10.7).
public struct GraphicLayer: Hashable, Sendable {
  /// CS.
  public var name: String
  /// Layers of higher order cover those of lower.
  public var order: Int
  public var description: String

  public init(_ name: String, order: Int, description: String = "") {
    self.name = name
    self.order = order
    self.description = description
  }
}

extension GraphicLayer: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    name = try item.requiredString(.graphicLayer)
    order = item.int(.graphicLayerOrder) ?? 1
    description = item.string(.graphicLayerDescription) ?? ""
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.graphicLayer, text: name)
    try writer.put(.graphicLayerOrder, .is, order)
    try writer.put(.graphicLayerDescription, ifAny: description)
  }
}

/// Text and graphics over images (PS3.3 §C.10.5).
public struct GraphicAnnotation: Hashable, Sendable {
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

  public struct Text: Hashable, Sendable {
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
      public var isVisible: Bool

      public init(units: Units, point: Point, isVisible: Bool) {
        self.units = units
        self.point = point
        self.isVisible = isVisible
      }
    }

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

  public struct Graphic: Hashable, Sendable {
    public enum GraphicType: String, Hashable, Sendable {
      case point = "POINT"
      case polyline = "POLYLINE"
      case interpolated = "INTERPOLATED"
      case circle = "CIRCLE"
      case ellipse = "ELLIPSE"
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

  public var layer: String
  /// Empty for every image of the state.
  public var images: [ImageReference]
  public var texts: [Text]
  public var graphics: [Graphic]

  public init(layer: String, images: [ImageReference] = [], texts: [Text] = [], graphics: [Graphic] = []) {
    self.layer = layer
    self.images = images
    self.texts = texts
    self.graphics = graphics
  }
}
