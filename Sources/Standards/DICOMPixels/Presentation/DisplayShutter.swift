public import DICOM

/// What of an image is hidden (PS3.3 §C.7.6.11, §C.7.6.15).
public struct DisplayShutter: Hashable, Sendable {
  /// The most vertices of a polygon; each costs up to a pass over the rows.
  public static let maximumVertices = 1024

  public enum Shape: Hashable, Sendable {
    /// Edges as columns and rows from 1; what lies beyond is hidden.
    case rectangular(left: Int, right: Int, upper: Int, lower: Int)
    /// Row and column of the centre.
    case circular(row: Int, column: Int, radius: Int)
    /// Row and column of each vertex, one after the other.
    case polygonal([Int])
    /// The group of an overlay plane; what it marks is hidden.
    case bitmap(overlayGroup: UInt16)
  }

  /// What every one of them leaves is shown.
  public var shapes: [Shape]
  /// Shutter Presentation Value (0018,1622): a P-value, 0 black to FFFFH white.
  public var presentationValue: Int?
  /// Shutter Presentation Color CIELab Value (0018,1624), for where there is colour.
  public var presentationColor: [Int]?

  public init(_ shapes: [Shape], presentationValue: Int? = nil, presentationColor: [Int]? = nil) {
    self.shapes = shapes
    self.presentationValue = presentationValue
    self.presentationColor = presentationColor
  }

  /// Nil when the data set has no shutter; shapes without their numbers are left out.
  public init?(_ dataSet: DataSet) {
    shapes = dataSet.strings(.shutterShape).compactMap { Self.shape($0, dataSet) }
    guard !shapes.isEmpty else { return nil }
    presentationValue = dataSet.int(.shutterPresentationValue)
    let color = dataSet.ints(.shutterPresentationColorCIELabValue)
    presentationColor = color.count == 3 ? color : nil
  }

  /// The shutter of one frame: its Frame Display Shutter (PS3.3 §C.8.19.6.6) before the data set's own.
  init?(_ header: DataSet, frameNumber: Int) {
    let groups = FunctionalGroups(header: header, frameNumber: frameNumber)
    let shutters = groups.candidates(for: .frameDisplayShutterSequence).lazy.compactMap { DisplayShutter($0) }
    guard let first = shutters.first else { return nil }
    self = first
  }

  private static func shape(_ name: String, _ dataSet: DataSet) -> Shape? {
    switch name.uppercased() {
    case "RECTANGULAR":
      guard let left = dataSet.int(.shutterLeftVerticalEdge), let right = dataSet.int(.shutterRightVerticalEdge),
        let upper = dataSet.int(.shutterUpperHorizontalEdge), let lower = dataSet.int(.shutterLowerHorizontalEdge)
      else { return nil }
      return .rectangular(left: left, right: right, upper: upper, lower: lower)
    case "CIRCULAR":
      let center = dataSet.ints(.centerOfCircularShutter)
      guard center.count == 2, let radius = dataSet.int(.radiusOfCircularShutter) else { return nil }
      return .circular(row: center[0], column: center[1], radius: radius)
    case "POLYGONAL":
      let vertices = dataSet.ints(.verticesOfThePolygonalShutter)
      guard vertices.count >= 6, vertices.count % 2 == 0 else { return nil }
      return .polygonal(vertices)
    case "BITMAP":
      guard let group = dataSet.int(.shutterOverlayGroup).flatMap(UInt16.init(exactly:)) else { return nil }
      return .bitmap(overlayGroup: group)
    default: return nil
    }
  }

  /// Black when neither value nor colour is said.
  var tone: Tone { Tone(presentationValue: presentationValue ?? 0, lab: presentationColor) }
}
