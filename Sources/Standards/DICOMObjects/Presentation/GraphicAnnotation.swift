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

  public typealias Text = GraphicText

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
