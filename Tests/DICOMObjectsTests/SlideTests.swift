import DICOM
import DICOMObjects
import Foundation
import Testing

@Suite("A whole-slide image")
struct SlideTests {
  /// 25 × 35 pixels in tiles of 10 × 10, two focal planes, two optical paths.
  static var full: DataSet {
    var data = DataSet()
    data.set(.sopClassUID, UID("1.2.840.10008.5.1.4.1.1.77.1.6"))
    data.set(.sopInstanceUID, UID("2.25.400.1"))
    data.set(.dimensionOrganizationType, .cs, "TILED_FULL")
    data.set(.totalPixelMatrixRows, .ul, 25)
    data.set(.totalPixelMatrixColumns, .ul, 35)
    data.set(.totalPixelMatrixFocalPlanes, .ul, 2)
    data.set(.numberOfOpticalPaths, .ul, 2)
    data.set(
      .opticalPathSequence,
      items: ["A", "B"].map { name in
        var path = DataSet()
        path.set(.opticalPathIdentifier, .sh, name)
        return path
      })
    data.set(.rows, .us, 10)
    data.set(.columns, .us, 10)
    data.set(.numberOfFrames, .is, 48)
    data.set(.imageOrientationSlide, .ds, doubles: [0, -1, 0, -1, 0, 0])
    var origin = DataSet()
    origin.set(.xOffsetInSlideCoordinateSystem, .ds, doubles: [20])
    origin.set(.yOffsetInSlideCoordinateSystem, .ds, doubles: [40])
    data.set(.totalPixelMatrixOriginSequence, items: [origin])
    var measures = DataSet()
    measures.set(.pixelSpacing, .ds, doubles: [0.5, 0.25])
    measures.set(.spacingBetweenSlices, .ds, doubles: [0.001])
    var shared = DataSet()
    shared.set(.pixelMeasuresSequence, items: [measures])
    data.set(.sharedFunctionalGroupsSequence, items: [shared])
    return data
  }

  @Test("that is full places its frames by their order alone")
  func fullOrder() throws {
    let slide = try SlideGeometry(dataSet: Self.full)
    #expect(slide.matrix.organization == .full && slide.tilesAcross == 4 && slide.tilesDown == 3)
    let tiles = (0..<48).compactMap { slide.tile(frame: $0) }
    #expect(tiles[0].position == TilePosition(column: 1, row: 1, x: 20, y: 40, z: 0))
    #expect(tiles[5].position == TilePosition(column: 11, row: 11, x: 15, y: 37.5, z: 0))
    #expect(tiles[12].focalPlane == 2 && tiles[12].position.z == 0.001 && tiles[12].opticalPath == 1)
    #expect(tiles[24].opticalPath == 2 && tiles[24].focalPlane == 1)
    #expect(Set(tiles).count == 48)
    #expect(slide.tile(frame: 48) == nil && slide.tile(frame: -1) == nil)
  }

  @Test("that is sparse lies where its frames say")
  func sparse() throws {
    let full = try SlideGeometry(dataSet: Self.full)
    var data = Self.full
    data.set(.dimensionOrganizationType, .cs, "TILED_SPARSE")
    data.set(.numberOfFrames, .is, 3)
    let chosen = [5, 0, 11].compactMap { full.tile(frame: $0) }
    data.set(
      .perFrameFunctionalGroupsSequence,
      items: chosen.map { tile in
        var position = DataSet()
        position.set(.columnPositionInTotalImagePixelMatrix, .sl, tile.position.column)
        position.set(.rowPositionInTotalImagePixelMatrix, .sl, tile.position.row)
        position.set(.xOffsetInSlideCoordinateSystem, .ds, doubles: [tile.position.x])
        position.set(.yOffsetInSlideCoordinateSystem, .ds, doubles: [tile.position.y])
        position.set(.zOffsetInSlideCoordinateSystem, .ds, doubles: [0])
        var group = DataSet()
        group.set(.planePositionSlideSequence, items: [position])
        return group
      })
    let slide = try SlideGeometry(dataSet: data)
    #expect(slide.matrix.organization == .sparse)
    #expect((0..<3).map { slide.tile(frame: $0)?.position } == chosen.map(\.position))
  }

  @Test(
    "is refused when its frames are not its tiles",
    arguments: [(Tag.numberOfFrames, 47), (.totalPixelMatrixRows, 1_000_000), (.numberOfFrames, 2_000_000_000)])
  func contradiction(tag: Tag, value: Int) throws {
    var data = Self.full
    data.set(tag, tag == .numberOfFrames ? .is : .ul, value)
    #expect(throws: ObjectError.self) { try SlideGeometry(dataSet: data) }
  }

  @Test("lies where highdicom says", .enabled(if: Samples.arePresent && Oracle.hasPython))
  func highdicom() throws {
    let folder = try #require(Samples.folder)
    let all = Samples.files { $0.rawValue == "1.2.840.10008.5.1.4.1.1.77.1.6" }
    #expect(all.count == 5)
    // One says neither origin nor orientation: its tiles are placed in the matrix only.
    let files = try all.filter { try SlideGeometry(dataSet: Samples.dataSet($0)).isPlaced }
    #expect(files.count == 4)
    let unplaced = try #require(all.first { !files.contains($0) })
    let slide = try SlideGeometry(dataSet: Samples.dataSet(unplaced))
    #expect(slide.frameCount == slide.tilesAcross * slide.tilesDown)
    try Oracle.withTemporaryFolder { temporary in
      let built = temporary.appending(path: "built.dcm")
      try Oracle.write(Self.full, to: built)
      let paths = files.map { "\(folder)/\($0)" } + [built.path]
      let answers = try Oracle.answers("tiles", paths)
      let data = try files.map(Samples.dataSet) + [Self.full]
      for (path, dataSet) in zip(paths, data) {
        let slide = try SlideGeometry(dataSet: dataSet)
        let lines = (0..<slide.frameCount).compactMap { slide.tile(frame: $0) }.map { tile in
          // highdicom counts depth from the first plane.
          "\(tile.opticalPath) \(tile.focalPlane ?? 0) \(tile.position.column) \(tile.position.row) "
            + FrameText.number6([tile.position.x, tile.position.y, tile.position.z])
        }
        #expect(lines == answers[path], "\(path)")
      }
    }
  }
}
