public import DICOM

/// Where the frames of a whole-slide image lie (PS3.3 §C.7.6.17.3, §C.8.12.4, §C.8.12.6).
public struct SlideGeometry: Hashable, Sendable {
  /// One frame on the slide.
  public struct Tile: Hashable, Sendable {
    public var position: TilePosition
    /// Counted from 1: the optical path, or in a segmentation the segment.
    public var opticalPath: Int
    /// Counted from 1; nil where frames say their place themselves.
    public var focalPlane: Int?
  }

  public let matrix: TotalPixelMatrix
  /// Number of Frames.
  public let frameCount: Int
  /// Size of a tile.
  public let tileRows: Int
  public let tileColumns: Int
  /// Optical paths, or in a segmentation the segments that have frames of their own.
  public let opticalPaths: Int
  /// Whether the object says where its matrix lies on the slide; without, offsets count from the matrix's corner.
  public let isPlaced: Bool
  private let sparse: [Tile]

  /// - Throws: when the object has no total pixel matrix, or its frames are not as many as its tiles.
  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    let groups = FunctionalGroupReader(reader)
    matrix = try TotalPixelMatrix(reader, groups)
    tileRows = try reader.count(.rows, upTo: Int(UInt16.max))
    tileColumns = try reader.count(.columns, upTo: Int(UInt16.max))
    frameCount = try reader.count(.numberOfFrames, upTo: SlideGeometry.maximumFrames)
    opticalPaths = max(
      reader.int(.numberOfOpticalPaths) ?? SlideGeometry.segments(reader) ?? reader.items(.opticalPathSequence).count, 1
    )
    isPlaced = matrix.origin != nil && reader.contains(.imageOrientationSlide)
    sparse = matrix.organization == .full ? [] : try SlideGeometry.tiles(groups, count: frameCount, reader)
    if matrix.organization == .full { try checkCount(reader) }
  }

  /// Most frames a slide may have.
  public static let maximumFrames = 10_000_000

  /// Tiles in a row of tiles.
  public var tilesAcross: Int { matrix.tilesAcross(of: tileColumns) }
  /// Rows of tiles.
  public var tilesDown: Int { matrix.tilesDown(of: tileRows) }

  /// Where a frame counted from 0 lies; nil when there is no such frame.
  public func tile(frame: Int) -> Tile? {
    guard frame >= 0, frame < frameCount else { return nil }
    guard matrix.organization == .full else { return sparse.indices.contains(frame) ? sparse[frame] : nil }
    let tiles = tilesAcross * tilesDown
    let plane = frame / tiles % matrix.focalPlanes
    return Tile(
      position: matrix.position(
        across: frame % tilesAcross, down: frame / tilesAcross % tilesDown, plane: plane,
        tile: (rows: tileRows, columns: tileColumns)),
      opticalPath: frame / tiles / matrix.focalPlanes + 1, focalPlane: plane + 1)
  }

  /// How many segments have frames of their own; nil when the object is no segmentation.
  private static func segments(_ reader: ItemReader) -> Int? {
    guard let type = reader.string(.segmentationType) else { return nil }
    return type == "LABELMAP" ? 1 : reader.items(.segmentSequence).count
  }

  private func checkCount(_ reader: ItemReader) throws(ObjectError) {
    guard matrix.frameCount(tile: (rows: tileRows, columns: tileColumns), channels: opticalPaths) == frameCount else {
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
