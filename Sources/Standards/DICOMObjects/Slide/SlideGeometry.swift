public import DICOM

/// Where the frames of a whole-slide image lie (PS3.3 §C.7.6.17.3, §C.8.12.4, §C.8.12.6).
public struct SlideGeometry: Hashable, Sendable {
  /// Dimension Organization Type (0020,9311).
  public enum Organization: Hashable, Sendable {
    /// Every tile is there, in an order that needs no words: optical paths, focal planes, rows, columns.
    case full
    /// Every frame says where it lies.
    case sparse
  }

  /// One frame on the slide.
  public struct Tile: Hashable, Sendable {
    public var position: TilePosition
    /// Counted from 1.
    public var opticalPath: Int
    /// Counted from 1; nil where frames say their place themselves.
    public var focalPlane: Int?
  }

  public let organization: Organization
  /// Number of Frames.
  public let frameCount: Int
  /// Size of the total pixel matrix.
  public let totalRows: Int
  public let totalColumns: Int
  /// Size of a tile.
  public let tileRows: Int
  public let tileColumns: Int
  public let focalPlanes: Int
  public let opticalPaths: Int
  public let rowSpacingMillimetres: Double?
  public let columnSpacingMillimetres: Double?
  /// Whether the object says where its matrix lies on the slide; without, offsets count from the matrix's corner.
  public let isPlaced: Bool
  private let origin: SIMD3<Double>
  private let rowDirection: SIMD3<Double>
  private let columnDirection: SIMD3<Double>
  private let planeSpacing: Double
  private let sparse: [Tile]

  /// - Throws: when the object has no total pixel matrix, or its frames are not as many as its tiles.
  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    let groups = FunctionalGroupReader(reader)
    totalRows = try reader.count(.totalPixelMatrixRows, upTo: Int(UInt32.max))
    totalColumns = try reader.count(.totalPixelMatrixColumns, upTo: Int(UInt32.max))
    tileRows = try reader.count(.rows, upTo: Int(UInt16.max))
    tileColumns = try reader.count(.columns, upTo: Int(UInt16.max))
    frameCount = try reader.count(.numberOfFrames, upTo: SlideGeometry.maximumFrames)
    focalPlanes = max(reader.int(.totalPixelMatrixFocalPlanes) ?? 1, 1)
    opticalPaths = max(reader.int(.numberOfOpticalPaths) ?? reader.items(.opticalPathSequence).count, 1)
    let measures = PixelMeasures(groups, frame: 0)
    rowSpacingMillimetres = measures?.rowSpacingMillimetres
    columnSpacingMillimetres = measures?.columnSpacingMillimetres
    planeSpacing = measures?.spacingBetweenSlicesMillimetres ?? 0
    let place = reader.item(.totalPixelMatrixOriginSequence)
    isPlaced = place != nil && reader.contains(.imageOrientationSlide)
    origin = SIMD3(
      place?.double(.xOffsetInSlideCoordinateSystem) ?? 0, place?.double(.yOffsetInSlideCoordinateSystem) ?? 0,
      place?.double(.zOffsetInSlideCoordinateSystem) ?? 0)
    let turn = reader.doubles(.imageOrientationSlide)
    rowDirection = turn.count == 6 ? SIMD3(turn[0], turn[1], turn[2]) : SIMD3(0, -1, 0)
    columnDirection = turn.count == 6 ? SIMD3(turn[3], turn[4], turn[5]) : SIMD3(-1, 0, 0)
    if reader.string(.dimensionOrganizationType) == "TILED_FULL" || groups.frames.isEmpty {
      organization = .full
      sparse = []
      try checkCount(reader)
    } else {
      organization = .sparse
      sparse = try SlideGeometry.tiles(groups, count: frameCount, reader)
    }
  }

  /// Most frames a slide may have.
  public static let maximumFrames = 10_000_000

  /// Tiles in a row of tiles.
  public var tilesAcross: Int { (totalColumns + tileColumns - 1) / tileColumns }
  /// Rows of tiles.
  public var tilesDown: Int { (totalRows + tileRows - 1) / tileRows }

  /// Where a frame counted from 0 lies; nil when there is no such frame.
  public func tile(frame: Int) -> Tile? {
    guard frame >= 0, frame < frameCount else { return nil }
    guard organization == .full else { return sparse.indices.contains(frame) ? sparse[frame] : nil }
    let column = frame % tilesAcross
    let row = frame / tilesAcross % tilesDown
    let plane = frame / (tilesAcross * tilesDown) % focalPlanes
    let path = frame / (tilesAcross * tilesDown) / focalPlanes
    let offset =
      origin + rowDirection * (Double(column * tileColumns) * (columnSpacingMillimetres ?? 0))
      + columnDirection * (Double(row * tileRows) * (rowSpacingMillimetres ?? 0))
    return Tile(
      position: TilePosition(
        column: column * tileColumns + 1, row: row * tileRows + 1, x: offset.x, y: offset.y,
        z: offset.z + Double(plane) * planeSpacing),
      opticalPath: path + 1, focalPlane: plane + 1)
  }

  private func checkCount(_ reader: ItemReader) throws(ObjectError) {
    let (tiles, first) = tilesAcross.multipliedReportingOverflow(by: tilesDown)
    let (planes, second) = tiles.multipliedReportingOverflow(by: focalPlanes)
    let (all, third) = planes.multipliedReportingOverflow(by: opticalPaths)
    guard !first, !second, !third, all == frameCount else {
      throw reader.error(
        .contradiction, .numberOfFrames, "tiles × focal planes × optical paths of TILED_FULL (PS3.3 §C.7.6.17.3)")
    }
  }

  private static func tiles(
    _ groups: FunctionalGroupReader, count: Int, _ reader: ItemReader
  ) throws(ObjectError) -> [Tile] {
    guard groups.frames.count == count else {
      throw reader.error(.contradiction, .perFrameFunctionalGroupsSequence, "an item for each frame")
    }
    var identifiers: [String: Int] = [:]
    for (position, path) in reader.items(.opticalPathSequence).enumerated() {
      path.string(.opticalPathIdentifier).map { identifiers[$0] = position + 1 }
    }
    var tiles: [Tile] = []
    for frame in 0..<count {
      guard let position = TilePosition(groups, frame: frame) else {
        throw ObjectError(
          .missingAttribute, path: groups.path(.planePositionSlideSequence, frame: frame), "where the frame lies")
      }
      let path = groups.macro(.opticalPathIdentificationSequence, frame: frame)?.string(.opticalPathIdentifier)
      tiles.append(Tile(position: position, opticalPath: path.flatMap { identifiers[$0] } ?? 1, focalPlane: nil))
    }
    return tiles
  }
}
