/// The map from voxel indices to positions in the patient, in millimetres (LPS).
///
/// `position = origin + column · columnStep + row · rowStep + slice · sliceStep`; indices are counted from 0 and mean the
/// middle of a voxel.
public struct Affine: Hashable, Sendable {
  public var origin: SIMD3<Double>
  /// From one column to the next, along a row.
  public var columnStep: SIMD3<Double>
  /// From one row to the next.
  public var rowStep: SIMD3<Double>
  /// From one slice to the next; not at right angles to the others when the gantry was tilted.
  public var sliceStep: SIMD3<Double>

  public init(
    origin: SIMD3<Double>, columnStep: SIMD3<Double>, rowStep: SIMD3<Double>, sliceStep: SIMD3<Double>
  ) {
    self.origin = origin
    self.columnStep = columnStep
    self.rowStep = rowStep
    self.sliceStep = sliceStep
  }

  public func position(column: Double, row: Double, slice: Double) -> SIMD3<Double> {
    origin + columnStep * column + rowStep * row + sliceStep * slice
  }

  /// The volume of one voxel in cubic millimetres, positive for a right-handed map.
  public var determinant: Double { columnStep.cross(rowStep).dot(sliceStep) }

  /// Column, row and slice of a position; nil when the steps span no space.
  public func indices(of position: SIMD3<Double>) -> SIMD3<Double>? {
    let determinant = determinant
    guard determinant != 0, determinant.isFinite else { return nil }
    let offset = position - origin
    return SIMD3(
      offset.dot(rowStep.cross(sliceStep)), offset.dot(sliceStep.cross(columnStep)),
      offset.dot(columnStep.cross(rowStep))) / determinant
  }
}
