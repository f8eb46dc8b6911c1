import DICOM

/// What of an image is hidden (PS3.3 §C.7.6.11).
public struct DisplayShutter: Hashable, Sendable {
  public enum Shape: Hashable, Sendable {
    /// Edges as columns and rows from 1; what lies beyond is hidden.
    case rectangular(left: Int, right: Int, upper: Int, lower: Int)
    /// Row and column of the centre.
    case circular(row: Int, column: Int, radius: Int)
    /// Row and column of each vertex, one after the other.
    case polygonal([Int])
  }

  /// What every one of them leaves is shown.
  public var shapes: [Shape]
  /// Shutter Presentation Value (0018,1622): a P-value, 0 black to FFFFH white.
  public var presentationValue: Int?

  public init(_ shapes: [Shape], presentationValue: Int? = nil) {
    self.shapes = shapes
    self.presentationValue = presentationValue
  }

  /// Nil when the object has no shutter.
  init?(_ reader: ItemReader) throws(ObjectError) {
    shapes = []
    for name in reader.strings(.shutterShape) {
      switch name {
      case "RECTANGULAR":
        shapes.append(
          .rectangular(
            left: try reader.requiredInt(.shutterLeftVerticalEdge),
            right: try reader.requiredInt(.shutterRightVerticalEdge),
            upper: try reader.requiredInt(.shutterUpperHorizontalEdge),
            lower: try reader.requiredInt(.shutterLowerHorizontalEdge)))
      case "CIRCULAR":
        let center = reader.ints(.centerOfCircularShutter)
        guard center.count == 2 else { throw reader.error(.invalidValue, .centerOfCircularShutter, "row and column") }
        shapes.append(
          .circular(row: center[0], column: center[1], radius: try reader.requiredInt(.radiusOfCircularShutter)))
      case "POLYGONAL": shapes.append(.polygonal(reader.ints(.verticesOfThePolygonalShutter)))
      default: reader.note(.malformedValue, .shutterShape)
      }
    }
    guard !shapes.isEmpty else { return nil }
    presentationValue = reader.int(.shutterPresentationValue)
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    var names: [String] = []
    for shape in shapes {
      switch shape {
      case .rectangular(let left, let right, let upper, let lower):
        names.append("RECTANGULAR")
        try writer.put(.shutterLeftVerticalEdge, .is, left)
        try writer.put(.shutterRightVerticalEdge, .is, right)
        try writer.put(.shutterUpperHorizontalEdge, .is, upper)
        try writer.put(.shutterLowerHorizontalEdge, .is, lower)
      case .circular(let row, let column, let radius):
        names.append("CIRCULAR")
        try writer.put(.centerOfCircularShutter, .is, ints: [row, column])
        try writer.put(.radiusOfCircularShutter, .is, radius)
      case .polygonal(let vertices):
        names.append("POLYGONAL")
        guard vertices.count >= 6, vertices.count % 2 == 0 else {
          throw writer.error(.invalidValue, .verticesOfThePolygonalShutter, "row and column of three vertices or more")
        }
        try writer.put(.verticesOfThePolygonalShutter, .is, ints: vertices)
      }
    }
    guard !names.isEmpty, Set(names).count == names.count else {
      throw writer.error(.invalidValue, .shutterShape, "each shape once (PS3.3 §C.7.6.11)")
    }
    try writer.put(.shutterShape, texts: names)
    if let presentationValue { try writer.put(.shutterPresentationValue, .us, presentationValue) }
  }
}
