/// Something about a series that a volume would hide if it were not said.
public enum GeometryFinding: Hashable, Sendable {
  /// Position, orientation or pixel spacing is missing; the image is in no volume.
  case noPosition(ImagePlane.Identity)
  /// The directions are no two unit vectors at a right angle; the image is in no volume.
  case invalidOrientation(ImagePlane.Identity)
  /// An image to plan others by; it is in no volume.
  case localizer(ImagePlane.Identity)
  /// The images are of several series, which share no volume.
  case severalSeries(count: Int)
  case severalFramesOfReference(count: Int)
  /// Every image of a series has a frame of reference of its own, as careless de-identification leaves it; a frame of a
  /// single image relates nothing, so the images are taken together.
  case frameOfReferenceForEachImage(count: Int)
  /// Images of one series are turned differently; each orientation has volumes of its own.
  case severalOrientations(count: Int)
  /// Images of one series have different rows, columns or pixel spacing; each kind has volumes of its own.
  case severalMatrices(count: Int)
  /// Phases, echoes and the like: positions repeat, and these attributes tell the volumes apart.
  case severalVolumes(by: [PlaneDistinction], count: Int)
  /// The same place as another image, and nothing tells them apart; the other one is in the volume.
  case duplicate(ImagePlane.Identity, of: ImagePlane.Identity)
  /// In the same plane as another image, but moved within it; the image is in no volume.
  case displaced(ImagePlane.Identity, millimetres: Double)
  /// Slices are missing behind a plane; the volume has no affine.
  case gap(after: ImagePlane.Identity, missing: Int)
  /// Distances between slices differ, and not by missing slices; the volume has no affine.
  case irregularSpacing(smallestMillimetres: Double, largestMillimetres: Double)
  /// Slices do not lie on one straight line; the volume has no affine.
  case notStraight(offsetMillimetres: Double)
  /// The slices are sheared: they follow each other at this angle to their normal. The affine says so too.
  case gantryTilt(degrees: Double)
  /// Spacing Between Slices (0018,0088) is not the distance that positions have.
  case declaredSpacingDiffers(declaredMillimetres: Double, measuredMillimetres: Double)
  /// A volume of a single slice: its depth is declared, not measured.
  case singlePlane(ImagePlane.Identity)
}
