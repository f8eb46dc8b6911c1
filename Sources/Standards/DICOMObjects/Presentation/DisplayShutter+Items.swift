import DICOM
import DICOMPixels

extension DisplayShutter {
  /// Nil when the object has no shutter.
  init?(_ reader: ItemReader) {
    guard let shutter = DisplayShutter(reader.dataSet) else {
      if reader.contains(.shutterShape) { reader.note(.malformedValue, .shutterShape) }
      return nil
    }
    if shutter.shapes.count != reader.strings(.shutterShape).count { reader.note(.malformedValue, .shutterShape) }
    self = shutter
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
      case .bitmap(let group):
        names.append("BITMAP")
        try writer.put(.shutterOverlayGroup, .us, Int(group))
      }
    }
    guard !names.isEmpty, Set(names).count == names.count else {
      throw writer.error(.invalidValue, .shutterShape, "each shape once (PS3.3 §C.7.6.11)")
    }
    try writer.put(.shutterShape, texts: names)
    if let presentationValue { try writer.put(.shutterPresentationValue, .us, presentationValue) }
    if let presentationColor { try writer.put(.shutterPresentationColorCIELabValue, .us, ints: presentationColor) }
  }
}
