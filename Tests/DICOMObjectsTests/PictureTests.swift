import DICOM
import DICOMObjects
import DICOMPixels
import Foundation
import Testing

@Suite("A picture", .enabled(if: Pictures.areMade, "DCMTK is not installed"))
struct PictureTests {
  struct Image: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var arguments: [String] = []
    var frame = 1
    var window: Window?
    var overlays = false
    /// DCMTK cuts the fraction off each term of a colour, pydicom and we round the sum.
    var tolerance = 1
    let dataSet: @Sendable () -> DataSet
  }

  static func table(_ first: Int, _ bits: Int, _ entries: [Int]) -> DataSet {
    var item = DataSet()
    item.set(.lutDescriptor, .us, entries.count, first, bits)
    item.set(.lutData, .ow, ints: entries)
    return item
  }

  static func overlay(_ image: inout DataSet, _ group: UInt16, origin: [Int], rows: Int = 20, columns: Int = 24) {
    image.set(Tag(group, 0x0010), .us, rows)
    image.set(Tag(group, 0x0011), .us, columns)
    image.set(Tag(group, 0x0040), .cs, "G")
    image.set(Tag(group, 0x0050), .ss, ints: origin)
    image.set(Tag(group, 0x0100), .us, 1)
    image.set(Tag(group, 0x0102), .us, 0)
    image.set(Tag(group, 0x3000), .ow, bytes: (0..<rows * columns / 8).map { UInt8(truncatingIfNeeded: $0 * 29) })
  }

  static let images: [Image] = [
    Image(testDescription: "linear window", arguments: ["+Wi", "1"]) {
      BuiltImage.gray(bits: 12) {
        $0.set(.windowCenter, .ds, doubles: [1500])
        $0.set(.windowWidth, .ds, doubles: [900])
      }
    },
    Image(
      testDescription: "window asked for", arguments: ["+Ww", "-300", "1000"], window: Window(center: -300, width: 1000)
    ) {
      BuiltImage.gray(bits: 12, signed: true) {
        $0.set(.rescaleSlope, .ds, doubles: [2])
        $0.set(.rescaleIntercept, .ds, doubles: [-1024])
        $0.set(.rescaleType, .lo, "HU")
      }
    },
    Image(testDescription: "sigmoid window", arguments: ["+Wi", "1"]) {
      BuiltImage.gray(bits: 12) {
        $0.set(.windowCenter, .ds, doubles: [2000])
        $0.set(.windowWidth, .ds, doubles: [1600])
        $0.set(.voilutFunction, .cs, "SIGMOID")
      }
    },
    Image(testDescription: "MONOCHROME1", arguments: ["+Wi", "1"]) {
      BuiltImage.gray(bits: 10, photometric: "MONOCHROME1") {
        $0.set(.windowCenter, .ds, doubles: [500])
        $0.set(.windowWidth, .ds, doubles: [700])
      }
    },
    Image(testDescription: "INVERSE", arguments: ["+Wi", "1"]) {
      BuiltImage.gray(bits: 10) {
        $0.set(.windowCenter, .ds, doubles: [500])
        $0.set(.windowWidth, .ds, doubles: [700])
        $0.set(.presentationLUTShape, .cs, "INVERSE")
      }
    },
    Image(testDescription: "modality and VOI tables", arguments: ["+Wl", "1"]) {
      BuiltImage.gray(bits: 8) {
        var modality = table(0, 12, (0..<256).map { ($0 * 73) % 4096 })
        modality.set(.modalityLUTType, .lo, "US")
        $0.set(.modalityLUTSequence, items: [modality])
        $0.set(.voilutSequence, items: [table(0, 10, (0..<4096).map { ($0 * 5) % 1024 })])
      }
    },
    Image(testDescription: "overlays, one of them half outside", arguments: ["+O", "0"], overlays: true) {
      BuiltImage.gray(bits: 8) {
        overlay(&$0, 0x6000, origin: [5, 7])
        overlay(&$0, 0x6002, origin: [40, -10])
      }
    },
    Image(testDescription: "overlay in a bit of the samples", arguments: ["+O", "0", "+Wi", "1"], overlays: true) {
      BuiltImage.gray(bits: 12, unusedBits: 0x4000) {
        $0.set(.windowCenter, .ds, doubles: [2048])
        $0.set(.windowWidth, .ds, doubles: [4096])
        $0.set(Tag(0x6000, 0x0010), .us, BuiltImage.rows)
        $0.set(Tag(0x6000, 0x0011), .us, BuiltImage.columns)
        $0.set(Tag(0x6000, 0x0040), .cs, "G")
        $0.set(Tag(0x6000, 0x0050), .ss, 1, 1)
        $0.set(Tag(0x6000, 0x0100), .us, 16)
        $0.set(Tag(0x6000, 0x0102), .us, 14)
      }
    },
    Image(testDescription: "second of three frames", frame: 2) { BuiltImage.gray(bits: 8, frames: 3) },
    Image(testDescription: "palette of 16 bits") {
      BuiltImage.gray(bits: 8, photometric: "PALETTE COLOR") {
        for (index, color) in ["Red", "Green", "Blue"].enumerated() {
          let descriptor = Tag(0x0028, UInt16(0x1101 + index))
          $0.set(descriptor, .us, 256, 0, 16)
          $0.set(Tag(0x0028, UInt16(0x1201 + index)), .ow, ints: (0..<256).map { ($0 * (color.count * 61)) % 65536 })
        }
      }
    },
    Image(testDescription: "RGB by plane") { BuiltImage.color("RGB", planar: 1) },
    Image(testDescription: "YBR_FULL", tolerance: 2) { BuiltImage.color("YBR_FULL") },
  ]

  @Test("is DCMTK's within a level", arguments: images)
  func image(_ image: Image) async throws {
    let dataSet = image.dataSet()
    let expected = try Oracle.withTemporaryFolder { folder in
      let file = folder.appending(path: "image.dcm")
      try Oracle.write(dataSet, to: file)
      return try Pictures.byDCMTK(file, frame: image.frame, image.arguments)
    }
    let picture = try await FileRenderer().render(
      try Part10.write(dataSet, in: .explicitVRLittleEndian), frameNumber: image.frame,
      options: RenderOptions(window: image.window, showsOverlays: image.overlays))
    #expect(Pictures.difference(picture, expected) <= image.tolerance)
  }

  static func state(_ change: (inout PresentationState) -> Void) -> PresentationState {
    let image = ImageReference(
      InstanceReference(sopClassUID: .secondaryCaptureImageStorage, sopInstanceUID: BuiltImage.uid))
    var state = PresentationState(
      header: Identities.header(90), label: "PICTURE",
      series: [.init(seriesUID: Identities.sourceSeries, images: [image])],
      displayedAreas: [
        DisplayedAreaSelection(
          DisplayedArea(topLeft: [1, 1], bottomRight: [BuiltImage.columns, BuiltImage.rows]))
      ])
    change(&state)
    return state
  }

  struct Shown: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var bits = 12
    var signed = false
    var photometric = "MONOCHROME2"
    let change: @Sendable (inout PresentationState) -> Void
  }

  static let ramp = (0..<1024).map { UInt16($0 * 4095 / 1023) }
  static let window = PresentationState.VOITransform(
    .window(center: 1000, width: 1500, explanation: "", function: nil))

  /// Left out: sigmoid windows, whose function DCMTK 3.6.7 does not read from a state; overlays, shutters and graphics,
  /// which `dcmp2pgm` leaves to a viewer. Their tests are `WindowTests`, `OverlayTests`, `ShutterTests`, `GraphicTests`.
  static let states: [Shown] = [
    Shown(testDescription: "without any transform", bits: 8) { _ in },
    Shown(testDescription: "rescale and window", signed: true) {
      $0.modality = .rescale(slope: 2, intercept: -100, type: "US")
      $0.voi = [window]
    },
    Shown(testDescription: "INVERSE") {
      $0.voi = [window]
      $0.presentation = .inverse
    },
    Shown(testDescription: "IDENTITY for MONOCHROME1", photometric: "MONOCHROME1") { $0.voi = [window] },
    Shown(testDescription: "VOI table") {
      $0.voi = [.init(.table(LookupTable(firstMapped: 500, bits: 16, entries: ramp.map { $0 * 16 })))]
    },
    Shown(testDescription: "presentation table", bits: 8) {
      $0.presentation = .table(
        LookupTable(firstMapped: 0, bits: 16, entries: (0..<256).map { UInt16(65535 - $0 * $0) }))
    },
    Shown(testDescription: "a table at each stage", bits: 8) {
      $0.modality = .table(
        LookupTable(firstMapped: 0, bits: 16, entries: (0..<256).map { UInt16($0 * 4) }), type: "US")
      $0.voi = [.init(.table(LookupTable(firstMapped: 0, bits: 16, entries: ramp.reversed().map { $0 * 16 })))]
      $0.presentation = .table(
        LookupTable(firstMapped: 0, bits: 16, entries: (0..<4096).map { UInt16($0 * 16) }))
    },
  ]

  @Test("by a presentation state is DCMTK's within a level", arguments: states)
  func state(_ shown: Shown) async throws {
    let state = Self.state(shown.change)
    let image = BuiltImage.gray(bits: shown.bits, signed: shown.signed, photometric: shown.photometric)
    let expected = try Oracle.withTemporaryFolder { folder in
      let (file, stateFile) = (folder.appending(path: "image.dcm"), folder.appending(path: "state.dcm"))
      try Oracle.write(image, to: file)
      try Oracle.write(state.dataSet(), to: stateFile)
      return try Pictures.byDCMTK(file, state: stateFile)
    }
    let read = try PresentationState(dataSet: state.dataSet())
    let presentation: Presentation = try #require(read.display(of: BuiltImage.uid))
    let picture = try await FileRenderer().render(
      try Part10.write(image, in: .explicitVRLittleEndian), options: RenderOptions(presentation: presentation))
    #expect(Pictures.difference(picture, expected) <= 1)
  }

  @Test("of the samples is DCMTK's within a level", .enabled(if: Samples.arePresent))
  func samples() async throws {
    let folder = URL(filePath: try #require(Samples.folder))
    // Neither overlays nor tables of the samples leave DCMTK and us more than a level apart.
    for (name, state, overlays) in [
      ("dicom/gsps/imageForPrLUTs.dcm", "dicom/gsps/prLUTs.dcm", false), ("dicom/lut_overlay/ovly_p01.dcm", nil, true),
      ("dicom/lut_overlay/mlut_18.dcm", nil, false),
    ] as [(String, String?, Bool)] {
      let image = Array(try Data(contentsOf: folder.appending(path: name)))
      let uid = try #require(Part10.read(image).dataSet.uid(.sopInstanceUID))
      var presentation: Presentation?
      if let state {
        let file = Array(try Data(contentsOf: folder.appending(path: state)))
        let shown: Presentation = try #require(
          PresentationState(dataSet: Part10.read(file).dataSet).display(of: uid))
        presentation = shown
      }
      let picture = try await FileRenderer().render(
        image, options: RenderOptions(presentation: presentation, showsOverlays: overlays))
      let expected = try Oracle.withTemporaryFolder { temporary in
        let copy = temporary.appending(path: "image.dcm")
        try FileManager.default.copyItem(at: folder.appending(path: name), to: copy)
        return try Pictures.byDCMTK(copy, state: state.map { folder.appending(path: $0) }, overlays ? ["+O", "0"] : [])
      }
      #expect(Pictures.difference(picture, expected) <= 1, "\(name)")
    }
  }
}
