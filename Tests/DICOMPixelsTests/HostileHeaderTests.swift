import DICOM
import DICOMPixels
import Testing

@Suite("A hostile header")
struct HostileHeaderTests {
  static let numbers = [0, 1, 2, 3, 7, 8, 11, 12, 15, 16, 17, 31, 32, 33, 64, 255, 32768, 46341, 65535]
  static let texts = ["", "0", "1", "-1", "1e308", "-1e308", "1e-320", "nan", "inf", "4096", "1A", "0x10"]

  @Test("renders or is refused, never more", arguments: 0..<40 as Range<UInt64>)
  func mutations(seed: UInt64) {
    var random = Seeded(state: seed)
    var frame = [UInt8](repeating: 0, count: 4096)
    for index in frame.indices { frame[index] = UInt8.random(in: 0...255, using: &random) }
    for _ in 0..<25 {
      let header = Self.header(&random)
      let number = Int.random(in: -1...3, using: &random)
      let length = Bool.random(using: &random) ? frame.count : Int.random(in: 0...frame.count, using: &random)
      let order = Bool.random(using: &random) ? ByteOrder.littleEndian : .bigEndian
      do {
        let image = try FrameRenderer.render(
          header: header, frame: Array(frame.prefix(length)), frameNumber: number, byteOrder: order,
          options: RenderOptions(
            showsOverlays: true, viewport: RenderOptions.Viewport(width: 9, height: 9)))
        #expect(image.width <= 9 && image.height <= 9)
      } catch {
        #expect(!error.detail.isEmpty)
      }
    }
  }

  /// A small sound header with a few attributes replaced by values from the edges of their ranges.
  private static func header(_ random: inout Seeded) -> DataSet {
    let photometric = PhotometricInterpretation.allCases.randomElement(using: &random) ?? .rgb
    let allocated = [1, 8, 16, 32].randomElement(using: &random) ?? 8
    var header =
      photometric.samplesPerPixel == 3
      ? ImageHeader.color(photometric.rawValue, rows: 8, columns: 8)
      : ImageHeader.monochrome(
        rows: 8, columns: 8, allocated: allocated, signed: Bool.random(using: &random),
        photometric: photometric.rawValue, frames: 2)
    let table = DataSet.table(first: 0, bits: 16, [1, 2, 65535]).with {
      $0.set(.lutDescriptor, .us, ints: (0..<3).map { _ in numbers.randomElement(using: &random) ?? 0 })
    }
    let integers: [DICOM.Tag] = [
      .rows, .columns, .samplesPerPixel, .planarConfiguration, .bitsAllocated, .bitsStored, .highBit,
      .pixelRepresentation, .pixelPaddingValue, .redPaletteColorLookupTableDescriptor,
    ]
    let decimals: [DICOM.Tag] = [.windowCenter, .windowWidth, .rescaleSlope, .rescaleIntercept, .numberOfFrames]
    for tag in integers where Int.random(in: 0..<8, using: &random) == 0 {
      header.set(tag, .us, numbers.randomElement(using: &random) ?? 0)
    }
    for tag in decimals where Int.random(in: 0..<3, using: &random) == 0 {
      header.set(tag, .ds, texts.randomElement(using: &random) ?? "")
    }
    if Int.random(in: 0..<4, using: &random) == 0 { header.set(.modalityLUTSequence, items: [table]) }
    if Int.random(in: 0..<4, using: &random) == 0 { header.set(.voilutSequence, items: [table]) }
    if Int.random(in: 0..<4, using: &random) == 0 { header.set(.voilutFunction, .cs, "SIGMOID") }
    if Int.random(in: 0..<6, using: &random) == 0, allocated == 32 { header.set(.floatPixelData, .of, bytes: []) }
    let signed = numbers + numbers.map { -$0 }
    if Bool.random(using: &random) {
      header.setOverlay("#.#\n.##")
      for (element, vr) in [(0x0010, VR.us), (0x0011, .us), (0x0015, .is), (0x0050, .ss), (0x0051, .us)] {
        guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
        let values = (0..<(element == 0x0050 ? 2 : 1)).map { _ in (signed.randomElement(using: &random) ?? 0) % 32768 }
        header.set(
          DICOM.Tag(0x6000, UInt16(element)), vr, ints: vr == .us ? values.map { Int($0.magnitude) } : values)
      }
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
      header.set(.shutterShape, .cs, strings: ["RECTANGULAR", "CIRCULAR", "POLYGONAL"])
      for tag in [
        DICOM.Tag.shutterLeftVerticalEdge, .shutterRightVerticalEdge, .shutterUpperHorizontalEdge,
        .shutterLowerHorizontalEdge, .radiusOfCircularShutter, .centerOfCircularShutter, .verticesOfThePolygonalShutter,
      ] {
        let count = tag == .verticesOfThePolygonalShutter ? 8 : tag == .centerOfCircularShutter ? 2 : 1
        header.set(tag, .is, ints: (0..<count).map { _ in signed.randomElement(using: &random) ?? 0 })
      }
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
      header.set(.pixelSpacing, .ds, strings: (0..<2).map { _ in texts.randomElement(using: &random) ?? "" })
    }
    if Int.random(in: 0..<4, using: &random) == 0 { header.set(.presentationLUTSequence, items: [table]) }
    if Int.random(in: 0..<4, using: &random) == 0 {
      header.set(.pixelPresentation, .cs, "COLOR")
      header.setPalette(first: 3, bits: 8, red: [1, 2], green: [3, 4], blue: [5, 6], entries: 2)
    }
    if photometric == .paletteColor {
      header.setPalette(
        bits: [8, 16].randomElement(using: &random) ?? 8, red: [1, 2, 3, 4], green: [5, 6, 7, 8], blue: [9, 0, 1, 2],
        entries: 4)
    }
    return header
  }
}
