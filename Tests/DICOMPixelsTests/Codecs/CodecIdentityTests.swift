import DICOM
import DICOMPixels
import Testing

@Suite("Encoding and decoding")
struct CodecIdentityTests {
  static let lossless: [TransferSyntax] = [
    .rleLossless, .deflatedImageFrame, .encapsulatedUncompressed, .jpegLossless, .jpegLosslessSV1, .jpegLSLossless,
    .jpeg2000Lossless, .htj2kLossless, .htj2kLosslessRPCL, .jpegXLLossless,
  ]

  /// What a syntax does not carry, or its encoder does not make.
  static func isOutside(_ frame: FrameDescription, _ syntax: TransferSyntax) -> Bool {
    switch syntax {
    case .rleLossless, .deflatedImageFrame, .encapsulatedUncompressed: false
    case .jpegLossless, .jpegLosslessSV1, .jpegLSLossless: frame.bitsAllocated == 1 || frame.bitsAllocated == 32
    case .jpegXLLossless: frame.bitsAllocated == 32 || frame.photometricInterpretation == .ybrFull
    default: frame.bitsAllocated == 32
    }
  }

  @Test("without loss give back every bit", arguments: lossless, BuiltFrame.all)
  func identity(syntax: TransferSyntax, frame: BuiltFrame) throws {
    let codec = try FrameCodecs.codec(for: syntax)
    guard !Self.isOutside(frame.description, syntax) else {
      #expect(throws: PixelError.self) {
        try codec.encode(frame.samples, of: frame.description, options: CompressionOptions())
      }
      return
    }
    let encoded = try codec.encode(frame.samples, of: frame.description, options: CompressionOptions())
    let decoded = try codec.decode(encoded.stream, as: encoded.description)
    #expect(decoded.samples == frame.samples)
    #expect(decoded.description == frame.description)
    // Lossless JPEG is encoded in 8, 12 or 16 bits.
    #expect(decoded.leniencies.subtracting([.precisionIsNotBitsStored]).isEmpty)
  }

  @Test("by every selection value of lossless JPEG give back every bit", arguments: 1...7)
  func predictors(predictor: Int) throws {
    let codec = try FrameCodecs.codec(for: .jpegLossless)
    var options = CompressionOptions()
    options.predictor = predictor
    for name in ["8 bits", "12 of 16 bits", "16 bits, signed", "RGB"] {
      let frame = try BuiltFrame.named(name)
      let encoded = try codec.encode(frame.samples, of: frame.description, options: options)
      #expect(try codec.decode(encoded.stream, as: encoded.description).samples == frame.samples, "\(name)")
    }
  }

  @Test("keep what lies above the stored bits, such as an overlay")
  func overlays() throws {
    let plain = try BuiltFrame.named("12 of 16 bits")
    var samples = plain.samples
    for index in stride(from: 1, to: samples.count, by: 10) { samples[index] |= 0x10 }
    for syntax in Self.lossless {
      let codec = try FrameCodecs.codec(for: syntax)
      let encoded = try codec.encode(samples, of: plain.description, options: CompressionOptions())
      #expect(try codec.decode(encoded.stream, as: encoded.description).samples == samples, "\(syntax)")
    }
  }

  @Test("keep samples that lie in the upper bits of their words")
  func leftAligned() throws {
    let frame = try FrameDescription(
      rows: 2, columns: 3, photometricInterpretation: .monochrome2, bitsAllocated: 16, bitsStored: 12, highBit: 15)
    let samples: [UInt8] = [0x10, 0x00, 0x20, 0x01, 0xF0, 0xFF, 0x00, 0x00, 0x30, 0x40, 0x00, 0x80]
    for syntax in Self.lossless {
      let codec = try FrameCodecs.codec(for: syntax)
      let encoded = try codec.encode(samples, of: frame, options: CompressionOptions())
      #expect(try codec.decode(encoded.stream, as: encoded.description).samples == samples, "\(syntax)")
    }
  }

  static let lossy: [(TransferSyntax, String, Int)] = [
    (.jpegBaseline, "8 bits", 24), (.jpegBaseline, "RGB", 160), (.jpegExtended, "12 of 16 bits", 400),
    (.jpegExtended, "8 bits", 24), (.jpegLSNearLossless, "8 bits", 2), (.jpegLSNearLossless, "12 of 16 bits", 2),
    (.jpegLSNearLossless, "RGB", 2), (.jpeg2000, "12 of 16 bits", 2500), (.jpeg2000, "16 bits, signed", 30000),
    (.htj2k, "12 of 16 bits", 1500), (.htj2k, "RGB", 120),
  ]

  @Test("with loss stay near", arguments: lossy)
  func nearness(syntax: TransferSyntax, name: String, allowed: Int) throws {
    let frame = try BuiltFrame.named(name)
    let codec = try FrameCodecs.codec(for: syntax)
    let encoded = try codec.encode(frame.samples, of: frame.description, options: CompressionOptions())
    let decoded = try codec.decode(encoded.stream, as: encoded.description)
    #expect(decoded.samples.count == frame.samples.count)
    #expect(decoded.samples != frame.samples || syntax == .jpegLSNearLossless)
    guard decoded.description.photometricInterpretation == frame.description.photometricInterpretation else { return }
    #expect(Self.largestDifference(decoded.samples, frame.samples, frame.description) <= allowed)
  }

  static func largestDifference(_ one: [UInt8], _ other: [UInt8], _ frame: FrameDescription) -> Int {
    let width = frame.bitsAllocated / 8
    func value(_ bytes: [UInt8], _ index: Int) -> Int {
      guard width == 2 else { return Int(bytes[index]) }
      let word = UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
      return frame.isSigned ? Int(Int16(bitPattern: word)) : Int(word)
    }
    return (0..<frame.sampleCount).map { abs(value(one, $0) - value(other, $0)) }.max() ?? 0
  }
}
