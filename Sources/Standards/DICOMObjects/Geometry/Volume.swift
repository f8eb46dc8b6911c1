public import DICOM

/// Parallel planes of one kind in the order of their normal.
public struct Volume: Hashable, Sendable {
  /// From the first along the normal to the last; never empty.
  public let planes: [ImagePlane]
  /// What tells this volume from its siblings at the same positions.
  public let distinctions: [PlaneDistinction: PlaneDistinction.Value]
  /// From voxel indices to millimetres; nil when slices are missing or not evenly spaced, so that no index can be wrong.
  public let affine: Affine?
  /// What was found about this volume alone.
  public let findings: [GeometryFinding]

  public var rows: Int { planes[0].rows }
  public var columns: Int { planes[0].columns }
  public var frameOfReferenceUID: UID { planes[0].frameOfReferenceUID }
  public var normal: SIMD3<Double> { planes[0].normal }

  /// Whether every voxel has its place: there is an affine.
  public var isRegular: Bool { affine != nil }

  /// Positions closer than this are the same, in millimetres.
  static let positionTolerance = 0.01
  /// Distances between slices may differ by this part of their median.
  static let spacingTolerance = 0.01
  /// Angles below are no tilt but rounding, in degrees.
  static let tiltTolerance = 0.1

  /// - Parameter planes: parallel, of one matrix and spacing, in ascending order along the normal, no two at one place.
  init(ascending planes: [ImagePlane], distinctions: [PlaneDistinction: PlaneDistinction.Value] = [:]) {
    self.planes = planes
    self.distinctions = distinctions
    (affine, findings) = Volume.measure(planes)
  }

  private static func measure(_ planes: [ImagePlane]) -> (Affine?, [GeometryFinding]) {
    let first = planes[0]
    func affine(_ sliceStep: SIMD3<Double>) -> Affine {
      Affine(
        origin: first.position, columnStep: first.rowDirection * first.columnSpacingMillimetres,
        rowStep: first.columnDirection * first.rowSpacingMillimetres, sliceStep: sliceStep)
    }
    guard planes.count > 1, let last = planes.last else {
      let depth = first.declaredSpacingMillimetres ?? first.sliceThicknessMillimetres
      return (depth.map { affine(first.normal * $0) }, [.singlePlane(first.identity)])
    }
    let normal = first.normal
    let distances = zip(planes, planes.dropFirst()).map { ($1.position - $0.position).dot(normal) }
    let median = distances.sorted()[distances.count / 2]
    var findings = gaps(planes, distances)
    let tolerance = max(median * spacingTolerance, positionTolerance)
    var isRegular = findings.isEmpty
    if isRegular, let smallest = distances.min(), let largest = distances.max(),
      largest - median > tolerance || median - smallest > tolerance
    {
      findings.append(.irregularSpacing(smallestMillimetres: smallest, largestMillimetres: largest))
      isRegular = false
    }
    let total = last.position - first.position
    let offset = planes.map { straightness($0.position - first.position, along: total, normal) }.max() ?? 0
    if offset > max(tolerance, 0.05 * median) {
      findings.append(.notStraight(offsetMillimetres: offset))
      isRegular = false
    } else {
      let drift = (total - normal * total.dot(normal)).length
      let degrees = Angle.degrees(sine: drift / total.length)
      if drift > 2 * positionTolerance, degrees > tiltTolerance { findings.append(.gantryTilt(degrees: degrees)) }
    }
    if let declared = first.declaredSpacingMillimetres, isRegular,
      abs(declared - median) > max(median * spacingTolerance, positionTolerance)
    {
      findings.append(.declaredSpacingDiffers(declaredMillimetres: declared, measuredMillimetres: median))
    }
    return (isRegular ? affine(total / Double(planes.count - 1)) : nil, findings)
  }

  /// Gaps that are whole multiples of the smallest distance that is no accident.
  private static func gaps(_ planes: [ImagePlane], _ distances: [Double]) -> [GeometryFinding] {
    // Half of a short series may be missing; the usual distance is then among the small ones.
    let sorted = distances.sorted()
    let usual = sorted[sorted.count / 4]
    guard usual > 0 else { return [] }
    var found: [GeometryFinding] = []
    for (index, distance) in distances.enumerated() {
      let ratio = distance / usual
      let whole = ratio.rounded()
      let isWhole = abs(ratio - whole) <= max(spacingTolerance * whole, positionTolerance / usual)
      if whole >= 2, isWhole, let missing = Int(exactly: whole - 1) {
        found.append(.gap(after: planes[index].identity, missing: missing))
      } else if !isWhole {
        return []
      }
    }
    return found
  }

  /// How far a point lies from the line through both ends, within the plane.
  private static func straightness(_ point: SIMD3<Double>, along total: SIMD3<Double>, _ normal: SIMD3<Double>)
    -> Double
  {
    let part = point.dot(normal) / total.dot(normal)
    return part.isFinite ? (point - total * part).length : 0
  }
}
