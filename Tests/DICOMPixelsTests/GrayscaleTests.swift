import DICOM
import DICOMPixels
import Testing

@Suite("A monochrome frame")
struct GrayscaleTests {
  struct Encoding: Sendable {
    let allocated: Int
    let stored: Int
    let high: Int
    let signed: Bool
  }

  static let encodings: [Encoding] = [
    Encoding(allocated: 8, stored: 8, high: 7, signed: false),
    Encoding(allocated: 8, stored: 8, high: 7, signed: true),
    Encoding(allocated: 8, stored: 6, high: 5, signed: true),
    Encoding(allocated: 8, stored: 4, high: 7, signed: false),
    Encoding(allocated: 16, stored: 8, high: 7, signed: false),
    Encoding(allocated: 16, stored: 10, high: 9, signed: false),
    Encoding(allocated: 16, stored: 12, high: 11, signed: true),
    Encoding(allocated: 16, stored: 12, high: 15, signed: false),
    Encoding(allocated: 16, stored: 12, high: 13, signed: true),
    Encoding(allocated: 16, stored: 16, high: 15, signed: false),
    Encoding(allocated: 16, stored: 16, high: 15, signed: true),
    Encoding(allocated: 32, stored: 12, high: 11, signed: true),
    Encoding(allocated: 32, stored: 20, high: 25, signed: true),
    Encoding(allocated: 32, stored: 20, high: 19, signed: false),
    Encoding(allocated: 32, stored: 32, high: 31, signed: false),
    Encoding(allocated: 32, stored: 32, high: 31, signed: true),
  ]

  @Test("shows the stored bits only, with their sign", arguments: encodings)
  func masking(_ encoding: Encoding) throws {
    var random = Seeded(state: 7)
    let lowest = encoding.signed ? -(1 << (encoding.stored - 1)) : 0
    let highest = lowest + (1 << encoding.stored) - 1
    let values = [lowest, highest, 0] + (0..<200).map { _ in Int.random(in: lowest...highest, using: &random) }
    // Ones and zeros at random wherever a sample has no value bits, as an overlay would leave them.
    let cells = values.map { value -> Int in
      let mask = ((1 << encoding.stored) - 1) << (encoding.high + 1 - encoding.stored)
      let noise = Int(truncatingIfNeeded: random.next() as UInt64) & ~mask
      return (value << (encoding.high + 1 - encoding.stored)) & mask | noise
    }
    let frame =
      switch encoding.allocated {
      case 8: cells.map { UInt8(truncatingIfNeeded: $0) }
      case 16: [UInt8](words: cells)
      default: [UInt8](longWords: cells)
      }
    let header = ImageHeader.monochrome(
      columns: values.count, allocated: encoding.allocated, stored: encoding.stored, high: encoding.high,
      signed: encoding.signed)
    let image = try FrameRenderer.render(header: header, frame: frame, frameNumber: 1)
    let span = Double(highest - lowest)
    #expect(image.pixels == values.map { UInt8(Double($0 - lowest) / span * 255 + 0.5) })
  }

  @Test("of one bit begins where the frame before it ends")
  func bits() throws {
    // 3 × 3: frame 1 is 1 0 1 0 1 0 1 0 1, frame 2 its inverse, least significant bit first.
    let header = ImageHeader.monochrome(rows: 3, columns: 3, allocated: 1, frames: 2)
    let pixelData: [UInt8] = [0b0101_0101, 0b0101_0101, 0b0000_0001]
    let description = try ImageDescription(header: header)
    let frames = try [1, 2].map { number in
      let extent = try description.nativeExtent(frameNumber: number).bytes
      return try FrameRenderer.render(header: header, frame: Array(pixelData[extent]), frameNumber: number).pixels
    }
    #expect(frames[0] == [255, 0, 255, 0, 255, 0, 255, 0, 255])
    #expect(frames[1] == [0, 255, 0, 255, 0, 255, 0, 255, 0])
  }

  @Test("of MONOCHROME1 is the inverse of MONOCHROME2", arguments: [8, 16, 32])
  func inverse(allocated: Int) throws {
    let frame = (0..<64).map { UInt8($0) }
    let columns = frame.count / (allocated / 8)
    let images = try ["MONOCHROME1", "MONOCHROME2"].map { photometric in
      try FrameRenderer.render(
        header: ImageHeader.monochrome(columns: columns, allocated: allocated, photometric: photometric).with {
          $0.setWindow(30, 50)
        }, frame: frame, frameNumber: 1)
    }
    #expect(images[0].pixels == images[1].pixels.map { 255 - $0 })
  }

  @Test(
    "is inverted once, by its presentation LUT shape before its photometric interpretation",
    arguments: [
      ("MONOCHROME1", "INVERSE", [255, 0]), ("MONOCHROME1", "IDENTITY", [0, 255]), ("MONOCHROME1", nil, [255, 0]),
      ("MONOCHROME2", "INVERSE", [255, 0]), ("MONOCHROME2", "IDENTITY", [0, 255]), ("MONOCHROME2", nil, [0, 255]),
    ] as [(String, String?, [UInt8])])
  func presentationShape(photometric: String, shape: String?, levels: [UInt8]) throws {
    let header = ImageHeader.monochrome(columns: 2, photometric: photometric).with {
      if let shape { $0.set(.presentationLUTShape, .cs, shape) }
    }
    #expect(try FrameRenderer.render(header: header, frame: [1, 0, 2, 0], frameNumber: 1).pixels == levels)
  }

  @Test("without a window is spread over its own values, padding aside")
  func fallback() throws {
    let frame = [UInt8](words: [-2000, 0, 100, 200])
    let header = ImageHeader.monochrome(columns: 4, signed: true)
    #expect(try FrameRenderer.render(header: header, frame: frame, frameNumber: 1).pixels == [0, 232, 243, 255])
    let padded = header.with { $0.set(.pixelPaddingValue, .ss, -2000) }
    #expect(try FrameRenderer.render(header: padded, frame: frame, frameNumber: 1).pixels == [0, 0, 128, 255])
    let ranged = padded.with { $0.set(.pixelPaddingRangeLimit, .ss, 0) }
    #expect(try FrameRenderer.render(header: ranged, frame: frame, frameNumber: 1).pixels == [0, 0, 0, 255])
  }

  @Test("of floating point is spread over its finite values")
  func floats() throws {
    let values: [Float] = [-1.5, 0, 1.5, .nan, .infinity, -.infinity]
    let frame = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    var header = ImageHeader.monochrome(columns: 6, allocated: 32)
    header.set(.floatPixelData, .of, bytes: [])
    for tag in [DICOM.Tag.bitsStored, .highBit, .pixelRepresentation] { header[tag] = nil }
    #expect(
      try FrameRenderer.render(header: header, frame: frame, frameNumber: 1).pixels == [0, 128, 255, 0, 255, 0])
  }

  @Test("is the same in big endian", arguments: [8, 16, 32])
  func bigEndian(allocated: Int) throws {
    let unit = max(allocated / 8, 2)
    let little = (0..<48).map { UInt8($0 * 5) }
    let big = stride(from: 0, to: little.count, by: unit).flatMap { little[$0..<$0 + unit].reversed() }
    let header = ImageHeader.monochrome(columns: 48 / (allocated / 8), allocated: allocated).with {
      $0.set(.pixelData, .ow, bytes: [])
    }
    let images = try [(little, ByteOrder.littleEndian), (big, .bigEndian)].map { frame, order in
      try FrameRenderer.render(header: header, frame: frame, frameNumber: 1, byteOrder: order)
    }
    #expect(images[0] == images[1])
  }

  @Test("of fewer bytes than described is refused", arguments: [0, 1, 7])
  func short(length: Int) {
    let error = #expect(throws: PixelError.self) {
      try FrameRenderer.render(
        header: ImageHeader.monochrome(rows: 2, columns: 2), frame: Array(repeating: 0, count: length), frameNumber: 1)
    }
    #expect(error?.code == .frameTooShort)
  }

  @Test("shows padding black, whatever its tables make of it", arguments: [16, 32])
  func padding(allocated: Int) throws {
    func pixels(_ change: (inout DataSet) -> Void) throws -> [UInt8] {
      let values = [0, 10, 20, 30]
      return try FrameRenderer.render(
        header: ImageHeader.monochrome(columns: 4, allocated: allocated, photometric: "MONOCHROME1").with {
          $0.setWindow(15, 30, "LINEAR_EXACT")
          change(&$0)
        }, frame: allocated == 16 ? [UInt8](words: values) : [UInt8](longWords: values), frameNumber: 1
      ).pixels
    }
    #expect(try pixels { _ in } == [255, 170, 85, 0])
    #expect(try pixels { $0.set(.pixelPaddingValue, .us, 0) } == [0, 170, 85, 0])
    #expect(
      try pixels {
        $0.set(.pixelPaddingValue, .us, 10)
        $0.set(.pixelPaddingRangeLimit, .us, 0)
      } == [0, 0, 85, 0])
  }

  @Test("of floating point leaves out its own padding")
  func floatPadding() throws {
    let values: [Double] = [-1000, 0, 10]
    let frame = values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    var header = ImageHeader.monochrome(columns: 3, allocated: 64)
    header.set(.doubleFloatPixelData, .od, bytes: [])
    header.set(.doubleFloatPixelPaddingValue, .fd, doubles: [-1000])
    header.set(.doubleFloatPixelPaddingRangeLimit, .fd, doubles: [-900])
    for tag in [DICOM.Tag.bitsStored, .highBit, .pixelRepresentation] { header[tag] = nil }
    #expect(try FrameRenderer.render(header: header, frame: frame, frameNumber: 1).pixels == [0, 0, 255])
  }
}
