import DICOM

/// Where a frame lies on a slide (PS3.3 §C.8.12.6.1).
public struct TilePosition: Hashable, Sendable {
  /// Column of the total pixel matrix at which the frame begins, from 1.
  public var column: Int
  /// Row of the total pixel matrix at which the frame begins, from 1.
  public var row: Int
  /// X Offset in Slide Coordinate System (0040,072A) of its first pixel, in millimetres.
  public var x: Double
  /// Y Offset in Slide Coordinate System (0040,073A), in millimetres.
  public var y: Double
  /// Z Offset in Slide Coordinate System (0040,074A), in the unit of the object.
  public var z: Double

  public init(column: Int, row: Int, x: Double, y: Double, z: Double) {
    self.column = column
    self.row = row
    self.x = x
    self.y = y
    self.z = z
  }

  init?(_ groups: FunctionalGroupReader, frame: Int) {
    guard let item = groups.macro(.planePositionSlideSequence, frame: frame),
      let column = item.int(.columnPositionInTotalImagePixelMatrix),
      let row = item.int(.rowPositionInTotalImagePixelMatrix)
    else { return nil }
    self.init(
      column: column, row: row, x: item.double(.xOffsetInSlideCoordinateSystem) ?? 0,
      y: item.double(.yOffsetInSlideCoordinateSystem) ?? 0,
      z: item.double(.zOffsetInSlideCoordinateSystem) ?? 0)
  }
}

extension TilePosition: ItemWritable {
  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.xOffsetInSlideCoordinateSystem, .ds, doubles: [x])
    try writer.put(.yOffsetInSlideCoordinateSystem, .ds, doubles: [y])
    try writer.put(.zOffsetInSlideCoordinateSystem, .ds, doubles: [z])
    try writer.put(.columnPositionInTotalImagePixelMatrix, .sl, column)
    try writer.put(.rowPositionInTotalImagePixelMatrix, .sl, row)
  }
}
