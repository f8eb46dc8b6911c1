import DICOM
import DICOMPixels

extension GraphicAnnotation: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    layer = item.string(.graphicLayer) ?? ""
    images = try item.values(.referencedImageSequence)
    texts = try item.values(.textObjectSequence)
    graphics = try item.values(.graphicObjectSequence)
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard !texts.isEmpty || !graphics.isEmpty else {
      throw writer.error(.missingAttribute, .graphicObjectSequence, "a text or a graphic (PS3.3 §C.10.5)")
    }
    try writer.put(.graphicLayer, text: layer)
    try writer.put(.referencedImageSequence, ifAny: images)
    try writer.put(.textObjectSequence, ifAny: texts)
    try writer.put(.graphicObjectSequence, ifAny: graphics)
  }
}

extension ItemReader {
  /// Pairs of column and row.
  fileprivate func points(_ tag: Tag) -> [GraphicAnnotation.Point] {
    let numbers = doubles(tag)
    return stride(from: 0, to: numbers.count - numbers.count % 2, by: 2).map {
      GraphicAnnotation.Point(column: Float(numbers[$0]), row: Float(numbers[$0 + 1]))
    }
  }
}

extension ItemWriter {
  fileprivate mutating func put(_ tag: Tag, points: [GraphicAnnotation.Point]) throws(ObjectError) {
    try put(tag, .fl, doubles: points.flatMap { [Double($0.column), Double($0.row)] })
  }
}

extension GraphicAnnotation.Text: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    self.init(item.string(.unformattedTextValue) ?? "", box: nil)
    if let topLeft = item.points(.boundingBoxTopLeftHandCorner).first,
      let bottomRight = item.points(.boundingBoxBottomRightHandCorner).first
    {
      box = Box(
        units: try item.term(.boundingBoxAnnotationUnits), topLeft: topLeft, bottomRight: bottomRight,
        justification: item.string(.boundingBoxTextHorizontalJustification) ?? "LEFT")
    }
    if let point = item.points(.anchorPoint).first {
      anchor = Anchor(
        units: try item.term(.anchorPointAnnotationUnits), point: point,
        isVisible: item.string(.anchorPointVisibility) == "Y")
    }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard box != nil || anchor != nil else {
      throw writer.error(.missingAttribute, .boundingBoxTopLeftHandCorner, "a box or an anchor (PS3.3 §C.10.5)")
    }
    try writer.put(.unformattedTextValue, text: value)
    if let box {
      try writer.put(.boundingBoxAnnotationUnits, text: box.units.rawValue)
      try writer.put(.boundingBoxTopLeftHandCorner, points: [box.topLeft])
      try writer.put(.boundingBoxBottomRightHandCorner, points: [box.bottomRight])
      try writer.put(.boundingBoxTextHorizontalJustification, text: box.justification)
    }
    if let anchor {
      try writer.put(.anchorPointAnnotationUnits, text: anchor.units.rawValue)
      try writer.put(.anchorPoint, points: [anchor.point])
      try writer.put(.anchorPointVisibility, text: anchor.isVisible ? "Y" : "N")
    }
  }
}

extension Graphic: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    self.init(
      try item.term(.graphicType), units: try item.term(.graphicAnnotationUnits), points: item.points(.graphicData),
      isFilled: item.string(.graphicFilled) == "Y")
    if let count = item.int(.numberOfGraphicPoints), count != points.count {
      item.note(.malformedValue, .numberOfGraphicPoints)
    }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    let isComplete =
      switch type {
      case .point: points.count == 1
      case .polyline, .interpolated: points.count >= 2
      case .circle: points.count == 2
      case .ellipse: points.count == 4
      }
    guard isComplete, points.count <= Int(UInt16.max) else {
      throw writer.error(.invalidValue, .graphicData, "as many points as the type has (PS3.3 §C.10.5.1.2)")
    }
    try writer.put(.graphicAnnotationUnits, text: units.rawValue)
    try writer.put(.graphicDimensions, .us, 2)
    try writer.put(.numberOfGraphicPoints, .us, points.count)
    try writer.put(.graphicData, points: points)
    try writer.put(.graphicType, text: type.rawValue)
    if type != .point { try writer.put(.graphicFilled, text: isFilled ? "Y" : "N") }
  }
}
