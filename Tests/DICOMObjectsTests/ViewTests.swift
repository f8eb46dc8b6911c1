import DICOM
import DICOMObjects
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
    #expect(code { $0.displayedAreas[0].shape = .aspectRatio([1, 1]) } == .contradiction)
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
