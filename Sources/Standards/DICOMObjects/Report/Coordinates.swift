public import DICOM

/// Coordinates of a region in an image (PS3.3 §C.18.6).
public struct SpatialCoordinates: Hashable, Sendable {
  public enum GraphicType: String, Hashable, Sendable {
    case point = "POINT"
    case multipoint = "MULTIPOINT"
    case polyline = "POLYLINE"
    case circle = "CIRCLE"
    case ellipse = "ELLIPSE"
  }

  /// Pixels from the top left corner of the top left pixel; the middle of that pixel is (0.5, 0.5) (§C.18.6.1.1).
  public struct Point: Hashable, Sendable {
    public var column: Float
    public var row: Float

    public init(column: Float, row: Float) {
      self.column = column
      self.row = row
    }
  }

  public var graphicType: GraphicType
  public var points: [Point]
  /// Fiducial UID (0070,031A).
  public var fiducialUID: UID?

  public init(_ graphicType: GraphicType, _ points: [Point], fiducialUID: UID? = nil) {
    self.graphicType = graphicType
    self.points = points
    self.fiducialUID = fiducialUID
  }

  /// Whether the number of points is one that the graphic type allows (§C.18.6.1.2).
  var isComplete: Bool {
    switch graphicType {
    case .point: points.count == 1
    case .multipoint: !points.isEmpty
    case .polyline: points.count >= 2
    case .circle: points.count == 2
    case .ellipse: points.count == 4
    }
  }
}

extension SpatialCoordinates: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    graphicType = try item.term(.graphicType)
    let numbers = item.doubles(.graphicData)
    points = stride(from: 0, to: numbers.count - numbers.count % 2, by: 2).map {
      Point(column: Float(numbers[$0]), row: Float(numbers[$0 + 1]))
    }
    fiducialUID = item.uid(.fiducialUID)
    if numbers.count % 2 == 1 || !isComplete { item.note(.malformedValue, .graphicData) }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard isComplete else { throw writer.error(.invalidValue, .graphicData, "as many points as the type has") }
    try writer.put(.graphicType, text: graphicType.rawValue)
    try writer.put(.graphicData, .fl, doubles: points.flatMap { [Double($0.column), Double($0.row)] })
    try writer.put(.fiducialUID, ifAny: fiducialUID)
  }
}

/// Coordinates of a region in the patient or on the slide (PS3.3 §C.18.9).
public struct SpatialCoordinates3D: Hashable, Sendable {
  public enum GraphicType: String, Hashable, Sendable {
    case point = "POINT"
    case multipoint = "MULTIPOINT"
    case polyline = "POLYLINE"
    case polygon = "POLYGON"
    case ellipse = "ELLIPSE"
    case ellipsoid = "ELLIPSOID"
  }

  public var graphicType: GraphicType
  /// Millimetres in the frame of reference.
  public var points: [SIMD3<Float>]
  public var frameOfReferenceUID: UID
  /// Fiducial UID (0070,031A).
  public var fiducialUID: UID?

  public init(
    _ graphicType: GraphicType, _ points: [SIMD3<Float>], frameOfReferenceUID: UID, fiducialUID: UID? = nil
  ) {
    self.graphicType = graphicType
    self.points = points
    self.frameOfReferenceUID = frameOfReferenceUID
    self.fiducialUID = fiducialUID
  }

  /// Whether the number of points is one that the graphic type allows (§C.18.9.1.2).
  var isComplete: Bool {
    switch graphicType {
    case .point: points.count == 1
    case .multipoint: !points.isEmpty
    case .polyline: points.count >= 2
    case .polygon: points.count >= 4 && points.first == points.last
    case .ellipse: points.count == 4
    case .ellipsoid: points.count == 6
    }
  }
}

extension SpatialCoordinates3D: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    graphicType = try item.term(.graphicType)
    let numbers = item.doubles(.graphicData)
    points = stride(from: 0, to: numbers.count - numbers.count % 3, by: 3).map {
      SIMD3(Float(numbers[$0]), Float(numbers[$0 + 1]), Float(numbers[$0 + 2]))
    }
    frameOfReferenceUID = try item.requiredUID(.referencedFrameOfReferenceUID)
    fiducialUID = item.uid(.fiducialUID)
    if numbers.count % 3 != 0 || !isComplete { item.note(.malformedValue, .graphicData) }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard isComplete else { throw writer.error(.invalidValue, .graphicData, "as many points as the type has") }
    try writer.put(.graphicType, text: graphicType.rawValue)
    try writer.put(
      .graphicData, .fl, doubles: points.flatMap { [Double($0.x), Double($0.y), Double($0.z)] })
    try writer.put(.referencedFrameOfReferenceUID, uid: frameOfReferenceUID)
    try writer.put(.fiducialUID, ifAny: fiducialUID)
  }
}

/// A region in time (PS3.3 §C.18.7).
public struct TemporalCoordinates: Hashable, Sendable {
  public enum RangeType: String, Hashable, Sendable {
    case point = "POINT"
    case multipoint = "MULTIPOINT"
    case segment = "SEGMENT"
    case multisegment = "MULTISEGMENT"
    case begin = "BEGIN"
    case end = "END"
  }

  /// Where the times are counted from.
  public enum Reference: Hashable, Sendable {
    /// Numbers of samples from 1.
    case samplePositions([Int])
    /// Seconds from the beginning of the acquisition.
    case timeOffsets([Double])
    /// DT.
    case dateTimes([String])
  }

  public var rangeType: RangeType
  public var reference: Reference

  public init(_ rangeType: RangeType, _ reference: Reference) {
    self.rangeType = rangeType
    self.reference = reference
  }
}

extension TemporalCoordinates: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    rangeType = try item.term(.temporalRangeType)
    if item.contains(.referencedSamplePositions) {
      reference = .samplePositions(item.ints(.referencedSamplePositions))
    } else if item.contains(.referencedTimeOffsets) {
      reference = .timeOffsets(item.doubles(.referencedTimeOffsets))
    } else if item.contains(.referencedDateTime) {
      reference = .dateTimes(item.strings(.referencedDateTime))
    } else {
      throw item.error(.missingAttribute, .referencedTimeOffsets, "sample positions, time offsets or times (§C.18.7)")
    }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.temporalRangeType, text: rangeType.rawValue)
    switch reference {
    case .samplePositions(let positions): try writer.put(.referencedSamplePositions, .ul, ints: positions)
    case .timeOffsets(let offsets): try writer.put(.referencedTimeOffsets, .ds, doubles: offsets)
    case .dateTimes(let times): try writer.put(.referencedDateTime, texts: times)
    }
  }
}
