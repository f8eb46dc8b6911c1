import DICOM
import DICOMPixels
import Testing

@Suite("A code stream")
struct CodecRefusalTests {
  static let syntaxes = CodecIdentityTests.lossless.filter { $0 != .encapsulatedUncompressed }

  @Test("of another image than the header describes is refused", arguments: syntaxes)
  func disagreement(syntax: TransferSyntax) throws {
    let codec = try FrameCodecs.codec(for: syntax)
    let frame = try BuiltFrame.named("8 bits")
    let encoded = try codec.encode(frame.samples, of: frame.description, options: CompressionOptions())
    var others = [encoded.description, encoded.description, encoded.description]
    others[0].rows += 1
    others[1].columns -= 1
    others[2].samplesPerPixel = 3
    others[2].photometricInterpretation = .rgb
    for (number, other) in others.enumerated() {
      #expect(throws: PixelError.self, "\(number)") { try codec.decode(encoded.stream, as: other) }
    }
  }

  @Test("that is none is refused", arguments: syntaxes)
  func garbage(syntax: TransferSyntax) throws {
    let codec = try FrameCodecs.codec(for: syntax)
    let frame = try BuiltFrame.named("8 bits").description
    for stream: [UInt8] in [[], [0], [0xFF, 0xD8], Array(repeating: 0xFF, count: 100), Array("no image".utf8)] {
      #expect(throws: PixelError.self) { try codec.decode(stream, as: frame) }
    }
  }

  @Test("of a few bytes cannot ask for a large frame", arguments: [TransferSyntax.rleLossless, .deflatedImageFrame])
  func bomb(syntax: TransferSyntax) throws {
    let frame = try FrameDescription(
      rows: 11_000, columns: 11_000, photometricInterpretation: .monochrome2, bitsAllocated: 8)
    let stream = [1, 0, 0, 0, 64, 0, 0, 0] + [UInt8](repeating: 0, count: 60)
    #expect(throws: PixelError.self) { try FrameCodecs.codec(for: syntax).decode(stream, as: frame) }
  }

  @Test("of a video is refused with the reason")
  func video() {
    #expect {
      _ = try FrameCodecs.codec(for: .hevcMainProfile51)
    } throws: { error in
      (error as? PixelError)?.code == .unsupported && "\(error)".contains("video")
    }
  }

  @Test("that says RGB where the header says YBR is believed, and told")
  func markers() throws {
    let codec = try FrameCodecs.codec(for: .jpegBaseline)
    let frame = try BuiltFrame.named("RGB")
    let encoded = try codec.encode(frame.samples, of: frame.description, options: CompressionOptions())
    #expect(encoded.description.photometricInterpretation == .ybrFull422)
    let decoded = try codec.decode(encoded.stream, as: frame.description)
    #expect(decoded.description.photometricInterpretation == .ybrFull)
    #expect(decoded.leniencies == [.colorSpaceByMarkers])
  }
}

@Suite("An RLE frame")
struct RLETests {
  private func decode(_ segments: [[UInt8]], columns: Int, allocated: Int = 8) throws -> [UInt8] {
    var stream: [UInt8] = [UInt8(segments.count), 0, 0, 0]
    var offset = 64
    for segment in segments {
      stream += [UInt8(offset), 0, 0, 0]
      offset += segment.count
    }
    stream += [UInt8](repeating: 0, count: 64 - stream.count) + segments.flatMap { $0 }
    let frame = try FrameDescription(
      rows: 1, columns: columns, photometricInterpretation: .monochrome2, bitsAllocated: allocated)
    return try FrameCodecs.codec(for: .rleLossless).decode(stream, as: frame).samples
  }

  @Test("expands literal and replicated runs, and passes over 128 (PS3.5 §G.3.2)")
  func runs() throws {
    #expect(try decode([[2, 10, 11, 12, 0xFE, 7, 128, 0, 1]], columns: 7) == [10, 11, 12, 7, 7, 7, 1])
    #expect(try decode([[0x81, 5]], columns: 128) == [UInt8](repeating: 5, count: 128))
  }

  @Test("has the most significant byte of samples first (PS3.5 §G.2)")
  func planes() throws {
    #expect(try decode([[1, 0x12, 0x34], [1, 0x56, 0x78]], columns: 2, allocated: 16) == [0x56, 0x12, 0x78, 0x34])
  }

  @Test("that ends early is refused")
  func short() {
    #expect(throws: PixelError.self) { try decode([[2, 10, 11]], columns: 3) }
    #expect(throws: PixelError.self) { try decode([[0xFE]], columns: 3) }
  }

  @Test("is written with rows packed apart and segments of even length (PS3.5 §G.3.1, §G.4)")
  func written() throws {
    let frame = try FrameDescription(
      rows: 2, columns: 4, photometricInterpretation: .monochrome2, bitsAllocated: 8)
    let samples: [UInt8] = [9, 9, 9, 9, 9, 9, 9, 1]
    let stream = try FrameCodecs.codec(for: .rleLossless)
      .encode(samples, of: frame, options: CompressionOptions()).stream
    #expect(Array(stream[64...]) == [0xFD, 9, 0xFE, 9, 0, 1])
  }

  @Test("of JPEG 2000 Part 2 with frames coded together is refused by name", arguments: ["92", "93"])
  func framesCodedTogether(component: String) throws {
    let color = try BuiltFrame.named("RGB")
    let stream = try FrameCodecs.codec(for: .jpeg2000Lossless).encode(
      color.samples, of: color.description, options: CompressionOptions()
    ).stream
    let codec = try FrameCodecs.codec(for: TransferSyntax(uid: UID(rawValue: "1.2.840.10008.1.2.4.\(component)")))
    // Three components are three grey frames to this header.
    let error = #expect(throws: PixelError.self) {
      try codec.decode(stream, as: BuiltFrame.named("8 bits").description)
    }
    #expect(error?.code == .unsupported)
    #expect(error?.detail.contains("frames coded together") == true)
    // One frame a code stream is what Part 1 has too.
    #expect(try codec.decode(stream, as: color.description).samples == color.samples)
  }
}
