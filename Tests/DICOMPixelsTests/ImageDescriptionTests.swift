import DICOM
import DICOMPixels
import Testing

@Suite("An image description")
struct ImageDescriptionTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: PixelError.Code
    let tag: DICOM.Tag?
    let change: @Sendable (inout DataSet) -> Void

    init(
      _ name: String, _ code: PixelError.Code, _ tag: DICOM.Tag?,
      _ change: @escaping @Sendable (inout DataSet) -> Void
    ) {
      testDescription = name
      self.code = code
      self.tag = tag
      self.change = change
    }
  }

  static let refusals: [Refusal] = [
    Refusal("no rows", .missingAttribute, .rows) { $0[.rows] = nil },
    Refusal("no columns", .missingAttribute, .columns) { $0[.columns] = nil },
    Refusal("no bits allocated", .missingAttribute, .bitsAllocated) { $0[.bitsAllocated] = nil },
    Refusal("no photometric interpretation", .missingAttribute, .photometricInterpretation) {
      $0[.photometricInterpretation] = nil
    },
    Refusal("zero rows", .invalidAttribute, .rows) { $0.set(.rows, .us, 0) },
    Refusal("46341 × 46341, which overflows 31 bits", .imageTooLarge, nil) {
      $0.set(.rows, .us, 46341)
      $0.set(.columns, .us, 46341)
    },
    Refusal("65535 × 65535", .imageTooLarge, nil) {
      $0.set(.rows, .us, 65535)
      $0.set(.columns, .us, 65535)
    },
    Refusal("12 bits allocated", .unsupported, .bitsAllocated) { $0.set(.bitsAllocated, .us, 12) },
    Refusal("more bits stored than allocated", .invalidAttribute, .bitsStored) { $0.set(.bitsStored, .us, 17) },
    Refusal("no bits stored at all", .invalidAttribute, .bitsStored) { $0.set(.bitsStored, .us, 0) },
    Refusal("a high bit beyond the sample", .invalidAttribute, .highBit) { $0.set(.highBit, .us, 16) },
    Refusal("a high bit below the bits stored", .invalidAttribute, .highBit) { $0.set(.highBit, .us, 14) },
    Refusal("three samples of grey", .invalidAttribute, .samplesPerPixel) { $0.set(.samplesPerPixel, .us, 3) },
    Refusal("a pixel representation of 2", .invalidAttribute, .pixelRepresentation) {
      $0.set(.pixelRepresentation, .us, 2)
    },
    Refusal("frames that are no number", .invalidAttribute, .numberOfFrames) { $0.set(.numberOfFrames, .is, "1A") },
    Refusal("no frames", .invalidAttribute, .numberOfFrames) { $0.set(.numberOfFrames, .is, "0") },
    Refusal("a retired colour space", .unsupported, .photometricInterpretation) {
      $0.set(.photometricInterpretation, .cs, "CMYK")
    },
    Refusal("RGB of 32 bits", .unsupported, .bitsAllocated) {
      $0 = ImageHeader.color("RGB", columns: 1, allocated: 32)
    },
    Refusal("a third planar configuration", .invalidAttribute, .planarConfiguration) {
      $0 = ImageHeader.color("RGB", columns: 1, planar: 2)
    },
    Refusal("YBR_FULL_422 of odd width", .invalidAttribute, .columns) {
      $0 = ImageHeader.color("YBR_FULL_422", columns: 3)
    },
  ]

  @Test("is refused with the attribute at fault", arguments: refusals)
  func refusal(_ refusal: Refusal) throws {
    let header = ImageHeader.monochrome(columns: 1).with(refusal.change)
    let error = #expect(throws: PixelError.self) { try ImageDescription(header: header) }
    #expect(error?.code == refusal.code)
    #expect(error?.tag == refusal.tag)
  }

  @Test("takes the values of its header")
  func values() throws {
    let description = try ImageDescription(
      header: ImageHeader.monochrome(rows: 2, columns: 3, stored: 12, signed: true, frames: 5))
    #expect(description.rows == 2)
    #expect(description.columns == 3)
    #expect(description.bitsAllocated == 16)
    #expect(description.bitsStored == 12)
    #expect(description.highBit == 11)
    #expect(description.sampleType == .signed)
    #expect(description.numberOfFrames == 5)
    #expect(description.bitsPerFrame == 96)
  }

  @Test("completes what the rest implies")
  func absentAttributes() throws {
    let header = ImageHeader.monochrome(columns: 1).with {
      for tag in [DICOM.Tag.samplesPerPixel, .bitsStored, .highBit, .numberOfFrames] { $0[tag] = nil }
    }
    #expect(try ImageDescription(header: header) == ImageDescription(header: ImageHeader.monochrome(columns: 1)))
  }

  @Test("places frames one after the other, bit by bit for samples of one bit")
  func extents() throws {
    let words = try ImageDescription(header: ImageHeader.monochrome(rows: 2, columns: 3, frames: 3))
    #expect(try words.nativeExtent(frameNumber: 3).bytes == 24..<36)
    let bits = try ImageDescription(header: ImageHeader.monochrome(rows: 3, columns: 3, allocated: 1, frames: 3))
    let second = try bits.nativeExtent(frameNumber: 2)
    #expect(second.bytes == 1..<3)
    #expect(second.firstBit == 1)
    let chroma = try ImageDescription(header: ImageHeader.color("YBR_FULL_422", rows: 2, columns: 2))
    #expect(try chroma.nativeExtent(frameNumber: 1).bytes == 0..<8)
  }

  @Test("has no frame 0 and none beyond the last", arguments: [0, 4, -1, Int.max, Int.min])
  func noSuchFrame(number: Int) throws {
    let description = try ImageDescription(header: ImageHeader.monochrome(columns: 1, frames: 3))
    let error = #expect(throws: PixelError.self) { try description.nativeExtent(frameNumber: number) }
    #expect(error?.code == .noSuchFrame)
  }
}
