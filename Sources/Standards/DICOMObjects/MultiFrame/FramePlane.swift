import DICOM

/// Where a frame of a multi-frame object lies, as its functional groups say it (PS3.3 §C.7.6.16.2).
public struct FramePlane: Hashable, Sendable {
  /// Image Position (Patient) in millimetres: the middle of the first pixel.
  public var position: SIMD3<Double>
  /// The direction in which column numbers grow.
  public var rowDirection: SIMD3<Double>
  /// The direction in which row numbers grow.
  public var columnDirection: SIMD3<Double>
  public var measures: PixelMeasures

  public init(
    position: SIMD3<Double>, rowDirection: SIMD3<Double>, columnDirection: SIMD3<Double>, measures: PixelMeasures
  ) {
    self.position = position
    self.rowDirection = rowDirection
    self.columnDirection = columnDirection
    self.measures = measures
  }

  /// The plane of an image that the frame is derived from.
  public init(_ plane: ImagePlane) {
    self.init(
      position: plane.position, rowDirection: plane.rowDirection, columnDirection: plane.columnDirection,
      measures: PixelMeasures(
        rowSpacingMillimetres: plane.rowSpacingMillimetres, columnSpacingMillimetres: plane.columnSpacingMillimetres,
        sliceThicknessMillimetres: plane.sliceThicknessMillimetres,
        spacingBetweenSlicesMillimetres: plane.declaredSpacingMillimetres))
  }

  /// Nil when a macro is missing or has no numbers.
  init?(_ groups: FunctionalGroupReader, frame: Int) {
    guard let position = groups.macro(.planePositionSequence, frame: frame)?.doubles(.imagePositionPatient),
      position.count == 3,
      let turn = groups.macro(.planeOrientationSequence, frame: frame)?.doubles(.imageOrientationPatient),
      turn.count == 6, let measures = PixelMeasures(groups, frame: frame)
    else { return nil }
    self.init(
      position: SIMD3(position[0], position[1], position[2]), rowDirection: SIMD3(turn[0], turn[1], turn[2]),
      columnDirection: SIMD3(turn[3], turn[4], turn[5]), measures: measures)
  }
}

/// The size of pixels and slices (PS3.3 §C.7.6.16.2.1).
public struct PixelMeasures: Hashable, Sendable {
  public var rowSpacingMillimetres: Double
  public var columnSpacingMillimetres: Double
  public var sliceThicknessMillimetres: Double?
  public var spacingBetweenSlicesMillimetres: Double?

  public init(
    rowSpacingMillimetres: Double, columnSpacingMillimetres: Double, sliceThicknessMillimetres: Double? = nil,
    spacingBetweenSlicesMillimetres: Double? = nil
  ) {
    self.rowSpacingMillimetres = rowSpacingMillimetres
    self.columnSpacingMillimetres = columnSpacingMillimetres
    self.sliceThicknessMillimetres = sliceThicknessMillimetres
    self.spacingBetweenSlicesMillimetres = spacingBetweenSlicesMillimetres
  }

  init?(_ groups: FunctionalGroupReader, frame: Int) {
    guard let item = groups.macro(.pixelMeasuresSequence, frame: frame) else { return nil }
    let spacing = item.doubles(.pixelSpacing)
    guard spacing.count == 2, spacing.allSatisfy({ $0 > 0 }) else { return nil }
    self.init(
      rowSpacingMillimetres: spacing[0], columnSpacingMillimetres: spacing[1],
      sliceThicknessMillimetres: item.double(.sliceThickness),
      spacingBetweenSlicesMillimetres: item.double(.spacingBetweenSlices))
  }
}

extension PixelMeasures: ItemWritable {
  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard rowSpacingMillimetres > 0, columnSpacingMillimetres > 0 else {
      throw writer.error(.invalidValue, .pixelSpacing, "greater than 0 (PS3.3 §10.7)")
    }
    try writer.put(.pixelSpacing, .ds, doubles: [rowSpacingMillimetres, columnSpacingMillimetres])
    try writer.put(.sliceThickness, .ds, ifAny: sliceThicknessMillimetres.map { [$0] })
    try writer.put(.spacingBetweenSlices, .ds, ifAny: spacingBetweenSlicesMillimetres.map { [$0] })
  }
}

/// The directions of a frame as one macro.
struct PlaneOrientation: Hashable, ItemWritable {
  var rowDirection: SIMD3<Double>
  var columnDirection: SIMD3<Double>

  func write(to writer: inout ItemWriter) throws(ObjectError) { try write(.imageOrientationPatient, to: &writer) }

  /// Writes the direction cosines as an attribute of the patient's or the slide's coordinates.
  func write(_ tag: Tag, to writer: inout ItemWriter) throws(ObjectError) {
    let isRight =
      abs(rowDirection.length - 1) < ImagePlane.directionTolerance
      && abs(columnDirection.length - 1) < ImagePlane.directionTolerance
      && abs(rowDirection.dot(columnDirection)) < ImagePlane.directionTolerance
    guard isRight else {
      throw writer.error(.invalidValue, tag, "two unit vectors at a right angle (PS3.3 §C.7.6.2)")
    }
    try writer.put(
      tag, .ds,
      doubles: [
        rowDirection.x, rowDirection.y, rowDirection.z, columnDirection.x, columnDirection.y, columnDirection.z,
      ])
  }
}

extension PlaneOrientation {
  init(_ plane: FramePlane) {
    self.init(rowDirection: plane.rowDirection, columnDirection: plane.columnDirection)
  }
}

/// The position of a frame as one macro.
struct PlanePosition: ItemWritable {
  var position: SIMD3<Double>

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.imagePositionPatient, .ds, doubles: [position.x, position.y, position.z])
  }
}
