import DICOM
import DICOMPixels
import Testing

@Suite("Pixels that are not square")
struct PixelAspectTests {
  static let sources: [@Sendable (inout DataSet) -> Void] = [
    { $0.set(.pixelSpacing, .ds, doubles: [2, 1]) },
    { $0.set(.imagerPixelSpacing, .ds, doubles: [0.5, 0.25]) },
    { $0.set(.nominalScannedPixelSpacing, .ds, doubles: [0.2, 0.1]) },
    { $0.set(.pixelAspectRatio, .is, strings: ["4", "2"]) },
    {
      var measures = DataSet()
      measures.set(.pixelSpacing, .ds, doubles: [2, 1])
      var group = DataSet()
      group.set(.pixelMeasuresSequence, items: [measures])
      $0.set(.sharedFunctionalGroupsSequence, items: [group])
      $0.set(.pixelSpacing, .ds, doubles: [1, 1])
    },
  ]

  @Test("are made square by the coarser direction", arguments: 0..<sources.count)
  func places(index: Int) throws {
    let image = try Scene.render(rows: 3, columns: 4, Self.sources[index])
    #expect(image.width == 4 && image.height == 6)
    let stored = try Scene.render(
      rows: 3, columns: 4, options: RenderOptions(keepsStoredPixels: true), Self.sources[index])
    #expect(stored.width == 4 && stored.height == 3)
  }

  @Test("keep their shape in a viewport")
  func viewport() throws {
    let options = RenderOptions(viewport: RenderOptions.Viewport(width: 100, height: 100))
    let wide = try Scene.render(rows: 4, columns: 4, options: options) { $0.set(.pixelSpacing, .ds, doubles: [1, 4]) }
    #expect(wide.width == 100 && wide.height == 25)
  }

  @Test(
    "beyond belief are taken as square",
    arguments: [[100, 1], [1, 0], [0, 1], [-1, -1], [1], [.nan, 1]] as [[Double]])
  func nonsense(values: [Double]) throws {
    let image = try Scene.render(rows: 3, columns: 4) { $0.set(.pixelSpacing, .ds, doubles: values) }
    #expect(image.width == 4 && image.height == 3)
  }
}
