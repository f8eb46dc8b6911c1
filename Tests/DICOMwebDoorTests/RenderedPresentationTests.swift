import DICOM
import DICOMPixels
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("A picture over DICOMweb")
struct RenderedPresentationTests {
  /// A state for frame 2 of an image: window, inversion, a quarter turn.
  private static func state(of image: Specimen, series: String = "1.2.826.0.1.1.1") -> Specimen {
    Specimen(
      series: "1.2.826.0.1.1.2", instance: "1.2.826.0.1.1.2.1", modality: "PR",
      more: { set in
        for tag in [
          DICOM.Tag.pixelData, .rows, .columns, .bitsAllocated, .bitsStored, .highBit, .pixelRepresentation,
          .samplesPerPixel, .photometricInterpretation,
        ] { set[tag] = nil }
        set.set(.sopClassUID, .grayscaleSoftcopyPresentationStateStorage)
        var reference = DataSet()
        reference.set(.referencedSOPClassUID, .ui, Specimen.sopClass)
        reference.set(.referencedSOPInstanceUID, .ui, image.instance)
        reference.set(.referencedFrameNumber, .is, "2")
        var item = DataSet()
        item.set(.seriesInstanceUID, .ui, series)
        item.set(.referencedImageSequence, items: [reference])
        set.set(.referencedSeriesSequence, items: [item])
        var voi = DataSet()
        voi.set(.windowCenter, .ds, doubles: [340])
        voi.set(.windowWidth, .ds, doubles: [90])
        set.set(.softcopyVOILUTSequence, items: [voi])
        set.set(.presentationLUTShape, .cs, "INVERSE")
        set.set(.imageRotation, .us, 90)
        set.set(.imageHorizontalFlip, .cs, "N")
      })
  }

  private func open(_ specimens: [Specimen], _ body: @Sendable (Hospital) async throws -> Void) async throws {
    try await Hospital.open { hospital in
      let stored = try await hospital.store(specimens.map { try $0.file })
      #expect(stored.status == .ok)
      try await body(hospital)
    }
  }

  @Test("of a presentation state is the frame that it is for, as it says")
  func state() async throws {
    let image = Specimen(frames: 3)
    let state = Self.state(of: image)
    try await open([image, state]) { hospital in
      let response = try await hospital.get("\(state.path)/rendered", accept: "image/png")
      #expect(response.status == .ok, "\(response.text)")
      let presentation = Presentation(
        voi: .window(Window(center: 340, width: 90)), lut: .inverse, rotationDegrees: 90)
      let expected = try FrameRenderer.render(
        header: image.dataSet, frame: Specimen.frame(1), frameNumber: 2,
        options: RenderOptions(presentation: presentation))
      #expect(response.bytes == (try encodePNG(expected)))
      // What the client asks for goes before what the state says.
      let windowed = try await hospital.get("\(state.path)/rendered?window=300,50&viewport=12,12", accept: "image/png")
      let asked = try FrameRenderer.render(
        header: image.dataSet, frame: Specimen.frame(1), frameNumber: 2,
        options: RenderOptions(
          window: Window(center: 300, width: 50), presentation: presentation,
          viewport: RenderOptions.Viewport(width: 12, height: 12)))
      #expect(windowed.bytes == (try encodePNG(asked)))
    }
  }

  @Test("of a presentation state whose images are elsewhere is not found")
  func absent() async throws {
    let image = Specimen(frames: 3)
    let state = Self.state(of: image, series: "1.2.826.0.1.1.77")
    try await open([image, state]) { hospital in
      let response = try await hospital.get("\(state.path)/rendered", accept: "image/png")
      #expect(response.status == .notFound)
    }
  }

  @Test(
    "has a profile in it when asked for one, and no other than that of sRGB",
    arguments: [("no", false), ("yes", true), ("srgb", true), ("SRGB", true)])
  func profile(asked: String, isEmbedded: Bool) async throws {
    let image = Specimen()
    try await open([image]) { hospital in
      let png = try await hospital.get("\(image.path)/rendered?iccprofile=\(asked)", accept: "image/png")
      let jpeg = try await hospital.get("\(image.path)/rendered?iccprofile=\(asked)", accept: "image/jpeg")
      #expect(png.status == .ok && jpeg.status == .ok)
      #expect(png.bytes.have("iCCP") == isEmbedded)
      #expect(jpeg.bytes.have("ICC_PROFILE") == isEmbedded)
      for other in ["adobergb", "rommrgb", "displayp3", "", "1"] {
        let refused = try await hospital.get("\(image.path)/rendered?iccprofile=\(other)", accept: "image/png")
        #expect(refused.status == .badRequest)
      }
    }
  }
}

extension [UInt8] {
  fileprivate func have(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return indices.contains { index in self[index...].starts(with: wanted) }
  }
}
