import DICOM
import DICOMObjects
import DICOMPixels
import Foundation
import Testing

@Suite("A presentation state")
struct PresentationStateTests {
  @Test("is not written when it contradicts itself")
  func refusals() throws {
    func code(_ change: (inout PresentationState) -> Void) -> ObjectError.Code? {
      var changed = BuiltObject.presentation
      change(&changed)
      do {
        _ = try changed.dataSet()
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code { _ in } == nil)
    #expect(code { $0.rotationDegrees = 45 } == .invalidValue)
    #expect(code { $0.layers = [] } == .danglingReference)
    #expect(code { $0.displayedAreas = [] } == .missingAttribute)
    #expect(code { $0.series[0].images.removeLast() } == .danglingReference)
    #expect(code { $0.annotations[0].graphics[0].points = [] } == .invalidValue)
    #expect(code { $0.voi[0].rule = .window(center: 0, width: 0, explanation: "", function: nil) } == .invalidValue)
    #expect(code { $0.shutter?.shapes.append(.circular(row: 1, column: 1, radius: 1)) } == .invalidValue)
    #expect(code { $0.displayedAreas[0].area.shape = .aspectRatio([1, 1]) } == .contradiction)
  }

  @Test("says of each frame what is meant for it")
  func display() throws {
    var state = BuiltObject.presentation
    state.overlays.append(.init(group: 0x6002, layer: "FINDINGS"))
    let first = try #require(state.display(of: Identities.ct(1).sopInstanceUID))
    let second = try #require(state.display(of: Identities.ct(2).sopInstanceUID, frame: 7))
    #expect(state.display(of: Identities.ct(3).sopInstanceUID) == nil)
    #expect(first.modality == .rescale(slope: 1, intercept: -1024))
    #expect(first.voi == .window(Window(center: 40, width: 400, function: .linearExact)))
    #expect(second.voi == .window(Window(center: 600, width: 1500)))
    #expect(first.lut == .inverse && first.rotationDegrees == 90 && first.isFlippedHorizontally)
    #expect(first.area == state.displayedAreas[0].area && second.area == state.displayedAreas[1].area)
    #expect(first.shutter == state.shutter && first.planes == state.overlays.compactMap(\.plane))
    let tone = Tone(presentationValue: 0x8000, lab: [0xFFFF, 0x8080, 0x8080])
    let annotation = state.annotations[0]
    #expect(!annotation.texts.isEmpty)
    #expect(
      first.layers
        == [
          .init(
            tone: tone, overlays: [0x6000, 0x6002], graphics: annotation.graphics, texts: annotation.texts)
        ])
    #expect(second.layers == [.init(tone: tone, overlays: [0x6000, 0x6002], graphics: [])])
    var framed = state
    framed.series[0].images[0].frames = [2]
    #expect(framed.display(of: Identities.ct(1).sopInstanceUID) == nil)
    #expect(framed.display(of: Identities.ct(1).sopInstanceUID, frame: 2) != nil)
  }

  @Test("of the pseudo-color kind shows grey in its palette, and is not written")
  func pseudoColor() throws {
    var data = try BuiltObject.presentation.dataSet()
    data.set(.sopClassUID, .pseudoColorSoftcopyPresentationStateStorage)
    #expect(throws: ObjectError.self) { try PresentationState(dataSet: data) }
    for (index, entries) in [[0, 10, 255], [1, 20, 254], [2, 30, 253]].enumerated() {
      data.set(Tag(0x0028, UInt16(0x1101 + index)), .us, 3, 0, 16)
      data.set(Tag(0x0028, UInt16(0x1201 + index)), .ow, ints: entries.map { $0 * 257 })
    }
    let state = try PresentationState(dataSet: data)
    #expect(throws: ObjectError.self) { try state.dataSet() }
    var presentation = try #require(state.display(of: Identities.ct(2).sopInstanceUID))
    presentation = Presentation(
      voi: .window(Window(center: 50, width: 100, function: .linearExact)), pseudoColor: presentation.pseudoColor)
    let image = BuiltImage.gray(bits: 8) {
      $0.set(.pixelData, .ob, bytes: (0..<BuiltImage.rows * BuiltImage.columns).map { UInt8($0 % 3 * 50) })
    }
    let picture = try FrameRenderer.render(
      header: image, frame: image[.pixelData]?.bytes ?? [], frameNumber: 1,
      options: RenderOptions(presentation: presentation))
    #expect(Array(picture.pixels.prefix(9)) == [0, 1, 2, 10, 20, 30, 255, 254, 253])
  }

  @Test("of the samples has its tables", .enabled(if: Samples.arePresent))
  func sample() throws {
    let files = Samples.files { $0 == .grayscaleSoftcopyPresentationStateStorage }
    #expect(files.count == 1)
    for file in files {
      let state = try PresentationState(dataSet: Samples.dataSet(file))
      #expect(state.modality != nil && !state.voi.isEmpty && !state.displayedAreas.isEmpty)
      let again = try PresentationState(dataSet: state.dataSet())
      #expect(again == state)
    }
  }
}
