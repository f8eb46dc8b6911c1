import DICOM
public import DICOMPixels

/// A layer that annotations are drawn in (PS3.3 §C.10.7).
public struct GraphicLayer: Hashable, Sendable {
  /// CS.
  public var name: String
  /// Layers of higher order cover those of lower.
  public var order: Int
  public var description: String
  /// What is drawn in it.
  public var tone: Tone?

  public init(_ name: String, order: Int, description: String = "", tone: Tone? = nil) {
    self.name = name
    self.order = order
    self.description = description
    self.tone = tone
  }
}

extension GraphicLayer: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    name = try item.requiredString(.graphicLayer)
    order = item.int(.graphicLayerOrder) ?? 1
    description = item.string(.graphicLayerDescription) ?? ""
    let lab = item.ints(.graphicLayerRecommendedDisplayCIELabValue)
    let grayscale = item.int(.graphicLayerRecommendedDisplayGrayscaleValue)
    tone = nil
    if grayscale != nil || lab.count == 3 {
      tone = Tone(presentationValue: grayscale ?? Tone.maximum, lab: lab.count == 3 ? lab : nil)
    }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.graphicLayer, text: name)
    try writer.put(.graphicLayerOrder, .is, order)
    if let tone {
      try writer.put(.graphicLayerRecommendedDisplayGrayscaleValue, .us, tone.presentationValue)
      if let lab = tone.lab { try writer.put(.graphicLayerRecommendedDisplayCIELabValue, .us, ints: lab) }
    }
    try writer.put(.graphicLayerDescription, ifAny: description)
  }
}

/// Text and graphics over images (PS3.3 §C.10.5).
public struct GraphicAnnotation: Hashable, Sendable {
  public typealias Units = Graphic.Units
  public typealias Point = Graphic.Point

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
