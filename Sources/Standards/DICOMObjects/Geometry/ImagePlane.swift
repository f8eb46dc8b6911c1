public import DICOM

/// One frame as a rectangle in the patient: where it lies and how large its pixels are (PS3.3 §C.7.6.2).
///
/// Positions are millimetres in the patient coordinate system: x to the left, y to the back, z to the head (LPS).
public struct ImagePlane: Hashable, Sendable {
  /// Which frame of which object a plane is.
  public struct Identity: Hashable, Sendable, Comparable {
    public var sopInstanceUID: UID
    /// From 1; nil for an object of a single frame.
    public var frameNumber: Int?

    public init(_ sopInstanceUID: UID, frame: Int? = nil) {
      self.sopInstanceUID = sopInstanceUID
      frameNumber = frame
    }

    public static func < (left: Identity, right: Identity) -> Bool {
      (left.sopInstanceUID, left.frameNumber ?? 0) < (right.sopInstanceUID, right.frameNumber ?? 0)
    }
  }

  public var identity: Identity
  public var seriesUID: UID
  public var frameOfReferenceUID: UID
  /// Image Position (Patient): the middle of the first pixel.
  public var position: SIMD3<Double>
  /// The direction in which column numbers grow: the first triplet of Image Orientation (Patient).
  public var rowDirection: SIMD3<Double>
  /// The direction in which row numbers grow.
  public var columnDirection: SIMD3<Double>
  /// Distance between the middles of neighbouring rows.
  public var rowSpacingMillimetres: Double
  /// Distance between the middles of neighbouring columns.
  public var columnSpacingMillimetres: Double
  public var rows: Int
  public var columns: Int
  public var sliceThicknessMillimetres: Double?
  /// Spacing Between Slices (0018,0088), as declared.
  public var declaredSpacingMillimetres: Double?
  public var instanceNumber: Int
  /// Image Type or Frame Type.
  public var imageType: [String]
  /// What can tell this plane from another at the same place.
  public var distinctions: [PlaneDistinction: PlaneDistinction.Value]

  public init(
    identity: Identity, seriesUID: UID, frameOfReferenceUID: UID, position: SIMD3<Double>,
    rowDirection: SIMD3<Double>, columnDirection: SIMD3<Double>, rowSpacingMillimetres: Double,
    columnSpacingMillimetres: Double, rows: Int, columns: Int, sliceThicknessMillimetres: Double? = nil,
    declaredSpacingMillimetres: Double? = nil, instanceNumber: Int = 0, imageType: [String] = [],
    distinctions: [PlaneDistinction: PlaneDistinction.Value] = [:]
  ) {
    self.identity = identity
    self.seriesUID = seriesUID
    self.frameOfReferenceUID = frameOfReferenceUID
    self.position = position
    self.rowDirection = rowDirection
    self.columnDirection = columnDirection
    self.rowSpacingMillimetres = rowSpacingMillimetres
    self.columnSpacingMillimetres = columnSpacingMillimetres
    self.rows = rows
    self.columns = columns
    self.sliceThicknessMillimetres = sliceThicknessMillimetres
    self.declaredSpacingMillimetres = declaredSpacingMillimetres
    self.instanceNumber = instanceNumber
    self.imageType = imageType
    self.distinctions = distinctions
  }

  /// The direction in which a right-handed volume grows: row direction × column direction.
  public var normal: SIMD3<Double> { rowDirection.cross(columnDirection) }

  /// An image to plan others by (PS3.3 §C.8.2.1.1.1, value 3 of Image Type).
  public var isLocalizer: Bool { imageType.dropFirst(2).contains("LOCALIZER") }
}

extension SIMD3<Double> {
  func cross(_ other: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  func dot(_ other: SIMD3<Double>) -> Double { (self * other).sum() }

  var length: Double { dot(self).squareRoot() }
}
