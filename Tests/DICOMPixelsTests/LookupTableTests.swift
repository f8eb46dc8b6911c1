import DICOM
import DICOMPixels
import Testing

@Suite("A grayscale lookup table")
struct LookupTableTests {
  static let stored = [-3, -2, -1, 0, 1, 2, 3]

  private func render(_ header: DataSet) throws -> [UInt8] {
    try FrameRenderer.render(header: header, frame: [UInt8](words: Self.stored), frameNumber: 1).pixels
  }

  private var signed: DataSet { ImageHeader.monochrome(columns: Self.stored.count, signed: true) }

  @Test("of the modality maps values before the window sees them")
  func modality() throws {
    let header = signed.with {
      $0.set(.modalityLUTSequence, items: [.table(first: -2, bits: 8, [0, 51, 102, 153, 204, 255])])
      $0.setWindow(128, 256)
    }
    #expect(try render(header) == [0, 0, 51, 102, 153, 204, 255])
  }

  @Test("of the values of interest is scaled from its own depth to eight bits")
  func valuesOfInterest() throws {
    let header = signed.with {
      $0.set(.voilutSequence, items: [.table(first: -1, bits: 12, [0, 4095, 2048])])
    }
    #expect(try render(header) == [0, 0, 0, 255, 128, 128, 128])
  }

  @Test("deeper than it says is taken at its word")
  func understatedDepth() throws {
    let header = signed.with {
      $0.set(.voilutSequence, items: [.table(first: -1, bits: 8, [0, 4095, 2048])])
    }
    #expect(try render(header) == [0, 0, 0, 255, 128, 128, 128])
  }

  @Test("has a signed first value where inputs can be negative, whatever its VR")
  func signedFirstValue() throws {
    let header = signed.with {
      var item = DataSet.table(first: 0, bits: 8, [0, 100, 200])
      item.set(.lutDescriptor, .us, 3, 65535, 8)
      $0.set(.voilutSequence, items: [item])
    }
    #expect(try render(header) == [0, 0, 0, 100, 200, 200, 200])
  }

  @Test("goes before a window, and a window asked for before it")
  func precedence() throws {
    let header = signed.with {
      $0.set(.voilutSequence, items: [.table(first: 0, bits: 8, [7, 8])])
      $0.setWindow(0, 1)
    }
    #expect(try render(header) == [7, 7, 7, 7, 8, 8, 8])
    let asked = try FrameRenderer.render(
      header: header, frame: [UInt8](words: Self.stored), frameNumber: 1,
      options: RenderOptions(window: Window(center: 0, width: 1)))
    #expect(asked.pixels == [0, 0, 0, 255, 255, 255, 255])
  }

  @Test("with fewer entries than described is refused")
  func short() {
    let header = signed.with {
      var item = DataSet.table(first: 0, bits: 16, [1, 2])
      item.set(.lutDescriptor, .us, 0, 0, 16)
      $0.set(.voilutSequence, items: [item])
    }
    let error = #expect(throws: PixelError.self) { try render(header) }
    #expect(error?.code == .malformedLookupTable)
  }

  @Test("left in the stored object is asked for by name")
  func notHeld() {
    let header = signed.with {
      var item = DataSet.table(first: 0, bits: 16, [1, 2])
      item[.lutData] = DataElement(
        tag: .lutData, vr: .ow, value: .bulk(BulkReference(offset: 1000, length: 131072, bigEndian: false)))
      $0.set(.modalityLUTSequence, items: [item])
    }
    let error = #expect(throws: PixelError.self) { try render(header) }
    #expect(error?.code == .lookupTableNotHeld)
    #expect(error?.tag == .lutData)
  }

  @Test("is not needed where a rescale does: slope and intercept come before the window")
  func rescale() throws {
    let header = signed.with {
      $0.setRescale(10, 5)
      $0.setWindow(5, 40, "LINEAR_EXACT")
    }
    #expect(try render(header) == [0, 0, 64, 128, 191, 255, 255])
  }
}

@Suite("A frame of an enhanced multi-frame image")
struct FunctionalGroupTests {
  private func group(_ sequence: DICOM.Tag, _ change: (inout DataSet) -> Void) -> DataSet {
    DataSet().with { $0.set(sequence, items: [DataSet().with(change)]) }
  }

  @Test("takes window and rescale from its own group, the shared one, the data set, in this order")
  func order() throws {
    let frame = [UInt8](words: [0, 10, 20])
    var header = ImageHeader.monochrome(columns: 3, frames: 3).with { $0.setWindow(0, 1) }
    #expect(try FrameRenderer.render(header: header, frame: frame, frameNumber: 2).pixels == [255, 255, 255])

    header.set(
      .sharedFunctionalGroupsSequence,
      items: [group(.frameVOILUTSequence) { $0.setWindow(10, 20, "LINEAR_EXACT") }])
    #expect(try FrameRenderer.render(header: header, frame: frame, frameNumber: 2).pixels == [0, 128, 255])

    header.set(
      .perFrameFunctionalGroupsSequence,
      items: [
        DataSet(), group(.frameVOILUTSequence) { $0.setWindow(20, 1) },
        group(.pixelValueTransformationSequence) { $0.setRescale(0.5, 0) },
      ])
    let rendered = try (1...3).map {
      try FrameRenderer.render(header: header, frame: frame, frameNumber: $0).pixels
    }
    #expect(rendered == [[0, 128, 255], [0, 0, 255], [0, 64, 128]])
  }
}
