import DICOM
import DICOMPixels
import Testing

@Suite("A supplemental palette")
struct SupplementalPaletteTests {
  private func pixels(signed: Bool = false, values: [Int], _ change: (inout DataSet) -> Void) throws -> RenderedImage {
    let header = ImageHeader.monochrome(columns: values.count, stored: 12, signed: signed).with {
      $0.setWindow(50, 100, "LINEAR_EXACT")
      $0.set(.pixelPresentation, .cs, "COLOR")
      $0.setPalette(first: 100, bits: 8, red: [10, 11], green: [20, 21], blue: [30, 31], entries: 2)
      change(&$0)
    }
    return try FrameRenderer.render(
      header: header, frame: [UInt8](words: values.map { $0 & 0xFFF }), frameNumber: 1)
  }

  @Test("colours the values from its first one on, the others are grey")
  func mixed() throws {
    let image = try pixels(values: [0, 50, 99, 100, 101, 4000]) { _ in }
    #expect(image.colorModel == .rgb)
    #expect(image.pixels == [0, 0, 0, 128, 128, 128, 252, 252, 252, 10, 20, 30, 11, 21, 31, 11, 21, 31])
    #expect(try pixels(signed: true, values: [-5, 100]) { _ in }.pixels == [0, 0, 0, 10, 20, 30])
  }

  @Test("colours the range a frame says")
  func range() throws {
    var range = DataSet()
    range.set(.minimumStoredValueMapped, .us, 100)
    range.set(.maximumStoredValueMapped, .us, 100)
    var group = DataSet()
    group.set(.storedValueColorRangeSequence, items: [range])
    let image = try pixels(values: [100, 101]) { $0.set(.sharedFunctionalGroupsSequence, items: [group]) }
    #expect(image.pixels == [10, 20, 30, 255, 255, 255])
  }

  @Test("is left where the image says it is grey", arguments: ["MONOCHROME", "TRUE_COLOR", nil] as [String?])
  func gray(presentation: String?) throws {
    let image = try pixels(values: [100]) {
      $0[.pixelPresentation] = nil
      if let presentation { $0.set(.pixelPresentation, .cs, presentation) }
    }
    #expect(image.colorModel == .gray)
  }
}
