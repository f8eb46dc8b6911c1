import DICOM

/// The whole picture that the tiles of a slide are cut from, and where it lies (PS3.3 §C.8.12.4.1.1, §C.8.12.6).
public struct TotalPixelMatrix: Hashable, Sendable {
  /// Dimension Organization Type (0020,9311).
  public enum Organization: String, Hashable, Sendable {
    /// Every tile is there, in an order that needs no words (PS3.3 §C.7.6.17.3).
    case full = "TILED_FULL"
    /// Every frame says where it lies.
    case sparse = "TILED_SPARSE"
  }

  public var organization: Organization
  public var rows: Int
  public var columns: Int
  public var focalPlanes: Int
  /// The middle of the first pixel in the slide coordinate system: x and y in millimetres, z in micrometres; nil where
  /// the object does not say.
  public var origin: SIMD3<Double>?
  /// The direction in which column numbers grow.
  public var rowDirection: SIMD3<Double>
  /// The direction in which row numbers grow.
  public var columnDirection: SIMD3<Double>
  /// The size of its pixels, and how far focal planes lie apart.
  public var measures: PixelMeasures?

  public init(
    _ organization: Organization, rows: Int, columns: Int, focalPlanes: Int = 1, measures: PixelMeasures?,
    origin: SIMD3<Double>?, rowDirection: SIMD3<Double> = TotalPixelMatrix.usualRowDirection,
    columnDirection: SIMD3<Double> = TotalPixelMatrix.usualColumnDirection
  ) {
    self.organization = organization
    self.rows = rows
    self.columns = columns
    self.focalPlanes = focalPlanes
    self.origin = origin
    self.rowDirection = rowDirection
    self.columnDirection = columnDirection
    self.measures = measures
  }

  /// Of a slide that lies with its label at the top (PS3.3 §C.8.12.4.1.1).
  public static let usualRowDirection: SIMD3<Double> = [0, -1, 0]
  public static let usualColumnDirection: SIMD3<Double> = [-1, 0, 0]

  /// Tiles in a row of tiles that have so many columns.
  public func tilesAcross(of columns: Int) -> Int { Self.parts(of: self.columns, columns) }
  /// Rows of tiles that have so many rows.
  public func tilesDown(of rows: Int) -> Int { Self.parts(of: self.rows, rows) }

  private static func parts(of whole: Int, _ part: Int) -> Int {
    part < 1 || whole < 1 ? 0 : (whole - 1) / part + 1
  }

  /// Frames of a full matrix, for each channel (optical path or segment); nil when they are beyond counting.
  func frameCount(tile: (rows: Int, columns: Int), channels: Int) -> Int? {
    var count = tilesAcross(of: tile.columns)
    for factor in [tilesDown(of: tile.rows), focalPlanes, channels] {
      let (product, overflow) = count.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }

  /// Whether positions are those of every tile, in the order of a full matrix, once for each channel.
  func isFull(of positions: [TilePosition?], rows: Int, columns: Int, channels: Int) -> Bool {
    let tile = (rows: rows, columns: columns)
    let (across, down) = (tilesAcross(of: columns), tilesDown(of: rows))
    guard positions.count == frameCount(tile: tile, channels: channels) else { return false }
    return positions.enumerated().allSatisfy { number, position in
      let (place, plane) = (number % (across * down), number / (across * down) % focalPlanes)
      return position == self.position(across: place % across, down: place / across, plane: plane, tile: tile)
    }
  }

  /// Where a tile begins that stands at a place among the tiles, counted from 0.
  func position(across: Int, down: Int, plane: Int, tile: (rows: Int, columns: Int)) -> TilePosition {
    let right = Double(across * tile.columns) * (measures?.columnSpacingMillimetres ?? 0)
    let below = Double(down * tile.rows) * (measures?.rowSpacingMillimetres ?? 0)
    let corner = (origin ?? .zero) + rowDirection * right + columnDirection * below
    return TilePosition(
      column: across * tile.columns + 1, row: down * tile.rows + 1, x: corner.x, y: corner.y,
      z: corner.z + Double(plane) * (measures?.spacingBetweenSlicesMillimetres ?? 0))
  }
}

extension TotalPixelMatrix {
  /// Frames without groups of their own can only be in the order of a full matrix.
  init(_ reader: ItemReader, _ groups: FunctionalGroupReader) throws(ObjectError) {
    let isFull = reader.string(.dimensionOrganizationType) == Organization.full.rawValue || groups.frames.isEmpty
    let place = reader.item(.totalPixelMatrixOriginSequence)
    let turn = reader.doubles(.imageOrientationSlide)
    let isTurned = turn.count == 6
    self.init(
      isFull ? .full : .sparse,
      rows: try reader.count(.totalPixelMatrixRows, upTo: Int(UInt32.max)),
      columns: try reader.count(.totalPixelMatrixColumns, upTo: Int(UInt32.max)),
      focalPlanes: max(reader.int(.totalPixelMatrixFocalPlanes) ?? 1, 1),
      measures: PixelMeasures(groups, frame: 0),
      origin: place.map {
        SIMD3(
          $0.double(.xOffsetInSlideCoordinateSystem) ?? 0, $0.double(.yOffsetInSlideCoordinateSystem) ?? 0,
          $0.double(.zOffsetInSlideCoordinateSystem) ?? 0)
      },
      rowDirection: isTurned ? SIMD3(turn[0], turn[1], turn[2]) : Self.usualRowDirection,
      columnDirection: isTurned ? SIMD3(turn[3], turn[4], turn[5]) : Self.usualColumnDirection)
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard rows > 0, columns > 0, focalPlanes > 0 else {
      throw writer.error(.invalidValue, .totalPixelMatrixRows, "at least one row, column and focal plane")
    }
    guard let origin else {
      throw writer.error(.missingAttribute, .totalPixelMatrixOriginSequence, "where the matrix lies on the slide")
    }
    try writer.put(.dimensionOrganizationType, text: organization.rawValue)
    try writer.put(.totalPixelMatrixRows, .ul, rows)
    try writer.put(.totalPixelMatrixColumns, .ul, columns)
    try writer.put(.totalPixelMatrixFocalPlanes, .ul, focalPlanes)
    var place = writer.writer(for: .totalPixelMatrixOriginSequence)
    try place.put(.xOffsetInSlideCoordinateSystem, .ds, doubles: [origin.x])
    try place.put(.yOffsetInSlideCoordinateSystem, .ds, doubles: [origin.y])
    // Z has a place of its own in the frames (PS3.3 §C.8.12.14).
    if origin.z != 0 { try place.put(.zOffsetInSlideCoordinateSystem, .ds, doubles: [origin.z]) }
    writer.put(.totalPixelMatrixOriginSequence, written: [place])
    let turn = PlaneOrientation(rowDirection: rowDirection, columnDirection: columnDirection)
    try turn.write(.imageOrientationSlide, to: &writer)
  }
}
