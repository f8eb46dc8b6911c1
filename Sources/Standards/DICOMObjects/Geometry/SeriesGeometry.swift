public import DICOM

/// The volumes that images make, and everything that keeps them from being one regular volume.
///
/// The order of the images makes no difference. Nothing is resampled, filled in or dropped without a finding.
public struct SeriesGeometry: Hashable, Sendable {
  /// By series, frame of reference, orientation, matrix, and what tells repeated positions apart.
  public private(set) var volumes: [Volume]
  /// What was found about the images as a whole; those about one volume are in `Volume.findings`.
  public private(set) var findings: [GeometryFinding]

  /// Most planes that are ordered.
  public static let maximumPlanes = 50_000
  /// Most series, orientations or matrices among them.
  public static let maximumKinds = 1_000

  /// Reads the planes of images and puts them in order.
  public init(images: some Sequence<DataSet>) throws(ObjectError) {
    var planes: [ImagePlane] = []
    var findings: [GeometryFinding] = []
    for image in images {
      let read = try ImagePlane.planes(of: image)
      planes += read.planes
      findings += read.findings
      guard planes.count <= SeriesGeometry.maximumPlanes else {
        throw ObjectError(.limitExceeded, "at most \(SeriesGeometry.maximumPlanes) planes")
      }
    }
    try self.init(planes: planes, findings: findings)
  }

  /// Puts planes in order.
  public init(planes: [ImagePlane]) throws(ObjectError) {
    try self.init(planes: planes, findings: [])
  }

  private init(planes unordered: [ImagePlane], findings initial: [GeometryFinding]) throws(ObjectError) {
    volumes = []
    let planes = unordered.filter { !$0.isLocalizer }.sorted { $0.precedes($1) }
    // In an order of their own, as the order of images is chance.
    findings = (initial + unordered.filter(\.isLocalizer).map { .localizer($0.identity) })
      .sorted { $0.identity ?? .none < $1.identity ?? .none }
    note(Set(planes.map(\.seriesUID)).count) { .severalSeries(count: $0) }
    for series in try SeriesGeometry.grouped(planes, by: { $0.seriesUID == $1.seriesUID }) {
      let frames = try framesOfReference(of: series)
      for frame in frames {
        let orientations = try SeriesGeometry.grouped(frame) { $0.isParallel(to: $1) }
        note(orientations.count) { .severalOrientations(count: $0) }
        for orientation in orientations {
          let matrices = try SeriesGeometry.grouped(orientation) { $0.hasMatrix(of: $1) }
          note(matrices.count) { .severalMatrices(count: $0) }
          for matrix in matrices { append(matrix) }
        }
      }
    }
  }

  /// The planes of each frame of reference.
  private mutating func framesOfReference(of series: [ImagePlane]) throws(ObjectError) -> [[ImagePlane]] {
    if series.count > 2, Set(series.map(\.frameOfReferenceUID)).count == series.count {
      findings.append(.frameOfReferenceForEachImage(count: series.count))
      return [series]
    }
    let frames = try SeriesGeometry.grouped(series) { $0.frameOfReferenceUID == $1.frameOfReferenceUID }
    note(frames.count) { .severalFramesOfReference(count: $0) }
    return frames
  }

  private mutating func note(_ count: Int, _ finding: (Int) -> GeometryFinding) {
    if count > 1 { findings.append(finding(count)) }
  }

  /// Groups by a relation to the first member of each group, groups in the order of their first members.
  private static func grouped(
    _ planes: [ImagePlane], by isAlike: (ImagePlane, ImagePlane) -> Bool
  ) throws(ObjectError) -> [[ImagePlane]] {
    var groups: [[ImagePlane]] = []
    for plane in planes {
      if let index = groups.firstIndex(where: { isAlike($0[0], plane) }) {
        groups[index].append(plane)
      } else {
        guard groups.count < maximumKinds else {
          throw ObjectError(.limitExceeded, "at most \(maximumKinds) series, orientations or matrices")
        }
        groups.append([plane])
      }
    }
    return groups
  }

  /// Adds the volumes of parallel planes of one matrix.
  private mutating func append(_ planes: [ImagePlane]) {
    let places = PlanePlaces(planes)
    findings += places.displaced
    let split = PlaneSplit(places)
    findings += split.findings
    volumes += split.volumes
  }
}

extension GeometryFinding {
  fileprivate var identity: ImagePlane.Identity? {
    switch self {
    case .noPosition(let identity), .invalidOrientation(let identity), .localizer(let identity): identity
    default: nil
    }
  }
}

extension ImagePlane.Identity {
  fileprivate static let none = ImagePlane.Identity("")
}

extension ImagePlane {
  /// Directions that differ by less are parallel, as a difference of cosines.
  private static let parallelTolerance = 1e-3
  /// Pixel spacings that differ by less are equal, as a part.
  private static let spacingTolerance = 1e-3

  /// An order that depends on nothing but the planes.
  func precedes(_ other: ImagePlane) -> Bool {
    (seriesUID, instanceNumber, identity) < (other.seriesUID, other.instanceNumber, other.identity)
  }

  fileprivate func isParallel(to other: ImagePlane) -> Bool {
    (rowDirection - other.rowDirection).length < ImagePlane.parallelTolerance
      && (columnDirection - other.columnDirection).length < ImagePlane.parallelTolerance
  }

  fileprivate func hasMatrix(of other: ImagePlane) -> Bool {
    rows == other.rows && columns == other.columns
      && abs(rowSpacingMillimetres - other.rowSpacingMillimetres)
        <= rowSpacingMillimetres * ImagePlane.spacingTolerance
      && abs(columnSpacingMillimetres - other.columnSpacingMillimetres)
        <= columnSpacingMillimetres * ImagePlane.spacingTolerance
  }
}
