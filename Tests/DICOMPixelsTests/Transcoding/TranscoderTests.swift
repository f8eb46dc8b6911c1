import DICOM
import DICOMPixels
import Testing

@Suite("A transcoded file")
struct TranscoderTests {
  /// A file of several frames in Explicit VR Little Endian.
  static func file(_ name: String, frames: Int, _ more: (inout DataSet) -> Void = { _ in }) throws -> [UInt8] {
    let frame = try BuiltFrame.named(name)
    let description = frame.description
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7.4")
    dataSet.set(.sopInstanceUID, .ui, "1.2.3.4")
    dataSet.set(.imageType, .cs, "ORIGINAL", "PRIMARY")
    dataSet.set(.patientName, .pn, "Test^Nobody")
    dataSet.set(.samplesPerPixel, .us, description.samplesPerPixel)
    dataSet.set(.photometricInterpretation, .cs, description.photometricInterpretation.rawValue)
    if description.samplesPerPixel > 1 { dataSet.set(.planarConfiguration, .us, 0) }
    dataSet.set(.numberOfFrames, .is, frames)
    dataSet.set(.rows, .us, description.rows)
    dataSet.set(.columns, .us, description.columns)
    dataSet.set(.bitsAllocated, .us, description.bitsAllocated)
    dataSet.set(.bitsStored, .us, description.bitsStored)
    dataSet.set(.highBit, .us, description.highBit)
    dataSet.set(.pixelRepresentation, .us, description.isSigned ? 1 : 0)
    var pixels: [UInt8] = []
    for number in 0..<frames { pixels += frame.samples.map { $0 ^ UInt8(number & 1) } }
    if !pixels.count.isMultiple(of: 2) { pixels.append(0) }
    dataSet.set(.pixelData, description.bitsAllocated > 8 ? .ow : .ob, bytes: pixels)
    more(&dataSet)
    return try Part10.write(dataSet, in: .explicitVRLittleEndian)
  }

  static let lossless: [TransferSyntax] =
    CodecIdentityTests.lossless + [.implicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian]

  @Test(
    "comes back from every lossless syntax as it was", arguments: lossless,
    ["8 bits", "12 of 16 bits, signed", "16 bits", "RGB"])
  func identity(syntax: TransferSyntax, name: String) async throws {
    let original = try Self.file(name, frames: 3)
    let there = try await Transcoder().transcode(original, to: syntax)
    #expect(!there.isLossy)
    let back = try await Transcoder().transcode(there.file, to: .explicitVRLittleEndian)
    var expected = try Part10.read(original).dataSet
    // Implicit VR has every Pixel Data as OW (PS3.5 §A.1).
    if syntax == .implicitVRLittleEndian { expected[.pixelData]?.vr = .ow }
    #expect(try Part10.read(back.file).dataSet == expected)
  }

  @Test("goes from any lossless compression to any other without losing a bit")
  func between() async throws {
    let original = try Self.file("12 of 16 bits", frames: 2)
    var file = original
    for syntax in CodecIdentityTests.lossless + CodecIdentityTests.lossless.reversed() {
      file = try await Transcoder().transcode(file, to: syntax).file
    }
    file = try await Transcoder().transcode(file, to: .explicitVRLittleEndian).file
    #expect(try Part10.read(file).dataSet == Part10.read(original).dataSet)
  }

  @Test("of one-bit frames that do not fill their bytes keeps every bit")
  func bits() async throws {
    let frame = try BuiltFrame.named("1 bit").description
    #expect(!frame.sampleCount.isMultiple(of: 8))
    let count = frame.sampleCount * 3
    var random = Seeded(state: 5)
    var pixels = (0..<(count + 7) / 8).map { _ in UInt8.random(in: 0...255, using: &random) }
    pixels[pixels.count - 1] &= 0xFF >> UInt8(pixels.count * 8 - count)
    if !pixels.count.isMultiple(of: 2) { pixels.append(0) }
    let original = try Self.file("1 bit", frames: 3) { $0.set(.pixelData, .ob, bytes: pixels) }
    for syntax in [TransferSyntax.rleLossless, .deflatedImageFrame, .jpeg2000Lossless] {
      let there = try await Transcoder().transcode(original, to: syntax)
      let back = try await Transcoder().transcode(there.file, to: .explicitVRLittleEndian)
      #expect(try Part10.read(back.file).dataSet[.pixelData]?.bytes == pixels, "\(syntax)")
    }
  }

  @Test("of planes becomes one of pixels")
  func planes() async throws {
    let byPixel = try Self.file("RGB", frames: 1)
    let frame = try BuiltFrame.named("RGB")
    let count = frame.samples.count / 3
    let planes = (0..<3).flatMap { sample in (0..<count).map { frame.samples[$0 * 3 + sample] } }
    let byPlane = try Self.file("RGB", frames: 1) {
      $0.set(.planarConfiguration, .us, 1)
      $0.set(.pixelData, .ob, bytes: planes + [UInt8](repeating: 0, count: planes.count % 2))
    }
    #expect(
      try await Transcoder().transcode(byPlane, to: .jpegLSLossless).file
        == Transcoder().transcode(byPixel, to: .jpegLSLossless).file)
  }

  static let colors: [(TransferSyntax, String)] = [
    (.jpegBaseline, "YBR_FULL_422"), (.jpeg2000Lossless, "YBR_RCT"), (.jpeg2000, "YBR_ICT"),
    (.htj2kLosslessRPCL, "YBR_RCT"), (.jpegLSLossless, "RGB"), (.rleLossless, "RGB"),
  ]

  @Test("names its colours as the syntax has them, and RGB when decoded", arguments: colors)
  func photometric(syntax: TransferSyntax, name: String) async throws {
    let there = try await Transcoder().transcode(Self.file("RGB", frames: 1), to: syntax)
    #expect(try Part10.read(there.file).dataSet.string(.photometricInterpretation) == name)
    let back = try await Transcoder().transcode(there.file, to: .explicitVRLittleEndian)
    #expect(try Part10.read(back.file).dataSet.string(.photometricInterpretation) == "RGB")
  }

  @Test("that lost something says so for ever, with one ratio and method for each time")
  func history() async throws {
    let original = try Self.file("8 bits", frames: 1)
    let once = try await Transcoder().transcode(original, to: .jpegBaseline, derived: "1.2.3.5")
    #expect(once.isLossy)
    let first = try Part10.read(once.file).dataSet
    #expect(first.string(.lossyImageCompression) == "01")
    #expect(first.strings(.lossyImageCompressionMethod) == ["ISO_10918_1"])
    #expect(first.doubles(.lossyImageCompressionRatio).count == 1)
    #expect(first.string(.sopInstanceUID) == "1.2.3.5")
    #expect(first.strings(.imageType) == ["DERIVED", "PRIMARY"])
    #expect(first.items(.sourceImageSequence).first?.string(.referencedSOPInstanceUID) == "1.2.3.4")
    let native = try await Transcoder().transcode(once.file, to: .explicitVRLittleEndian)
    #expect(try Part10.read(native.file).dataSet.string(.lossyImageCompression) == "01")
    let twice = try await Transcoder().transcode(native.file, to: .jpeg2000)
    let second = try Part10.read(twice.file).dataSet
    #expect(second.strings(.lossyImageCompressionMethod) == ["ISO_10918_1", "ISO_15444_1"])
    #expect(second.doubles(.lossyImageCompressionRatio).count == 2)
  }

  @Test("finds its frames by a Basic Offset Table")
  func offsets() async throws {
    let there = try await Transcoder().transcode(Self.file("8 bits", frames: 3), to: .rleLossless)
    var reader = HeaderReader()
    try reader.consume(there.file)
    guard case .encapsulated(let table, let fragments)? = try reader.finish().pixelData else {
      Issue.record("no fragments")
      return
    }
    let first = try #require(fragments.first).offset
    #expect(table == fragments.map { $0.offset - first })
    #expect(table.count == 3)
  }

  @Test("finds them by an Extended Offset Table when that is asked for, or an offset is too large for the other")
  func extendedOffsets() async throws {
    let original = try Self.file("8 bits", frames: 3)
    var asked = OffsetTables()
    asked.isExtended = true
    var large = OffsetTables()
    large.longestBasic = 100
    for tables in [asked, large] {
      let there = try await Transcoder().transcode(original, to: .rleLossless, tables: tables)
      var reader = HeaderReader()
      try reader.consume(there.file)
      let header = try reader.finish()
      guard case .encapsulated(let table, let fragments)? = header.pixelData else {
        Issue.record("no fragments")
        return
      }
      let first = try #require(fragments.first).offset
      #expect(table.isEmpty)
      #expect(header.dataSet.ints(.extendedOffsetTable) == fragments.map { Int($0.offset - first) })
      let lengths = header.dataSet.ints(.extendedOffsetTableLengths)
      #expect(zip(lengths, fragments).allSatisfy { Int($1.length) - $0 == $0 % 2 } && lengths.count == 3)
      let index = try FrameIndex(
        header: header.dataSet, location: .encapsulated(basicOffsetTable: table, fragments: fragments),
        transferSyntax: .rleLossless)
      #expect((0..<3).map { index.ranges(frame: $0).reduce(0) { $0 + $1.count } } == lengths)
      let back = try await Transcoder().transcode(there.file, to: .explicitVRLittleEndian)
      #expect(try Part10.read(back.file).dataSet == Part10.read(original).dataSet)
      // What was extended is basic again when nobody asks and it fits.
      let again = try await Transcoder().transcode(there.file, to: .jpegLSLossless)
      #expect(try !Part10.read(again.file).dataSet.contains(.extendedOffsetTable))
    }
  }

  @Test("leaves icons out whose frames are in the old syntax, however deep they lie")
  func icons() async throws {
    let coded = try await Transcoder().transcode(Self.file("8 bits", frames: 1), to: .rleLossless).file
    let pixels = try #require(try Part10.read(coded).dataSet[.pixelData]?.bytes)
    // Icon Image Sequence, once by itself and once in an item of Original Attributes Sequence, beside a Study ID.
    let undefined: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    func delimiter(_ low: UInt8) -> [UInt8] { [0xFE, 0xFF, low, 0xE0, 0, 0, 0, 0] }
    func sequence(_ tag: [UInt8], _ item: [UInt8]) -> [UInt8] {
      tag + Array("SQ".utf8) + [0, 0] + undefined + [0xFE, 0xFF, 0x00, 0xE0] + undefined + item + delimiter(0x0D)
        + delimiter(0xDD)
    }
    let pixelHead: [UInt8] = [0xE0, 0x7F, 0x10, 0x00] + Array("OB".utf8) + [0, 0] + undefined
    let icon = sequence([0x88, 0x00, 0x00, 0x02], pixelHead + pixels + delimiter(0xDD))
    let studyID: [UInt8] = [0x20, 0x00, 0x10, 0x00] + Array("SH".utf8) + [4, 0] + Array("KEPT".utf8)
    let place = try #require(coded.firstRange(of: pixelHead)).lowerBound
    let file = coded[..<place] + icon + sequence([0x00, 0x04, 0x61, 0x05], studyID + icon) + coded[place...]
    for target in [TransferSyntax.implicitVRLittleEndian, .explicitVRLittleEndian, .jpegLSLossless] {
      let there = try Part10.read(await Transcoder().transcode(Array(file), to: target).file).dataSet
      #expect(there.items(.iconImageSequence).isEmpty)
      #expect(there.items(.originalAttributesSequence).first?.string(.studyID) == "KEPT")
      #expect(there.items(.originalAttributesSequence).first?.contains(.iconImageSequence) == false)
    }
  }

  @Test("without pixel data, or of floating point, is not encapsulated")
  func refusals() async throws {
    let without = try Self.file("8 bits", frames: 1) { $0[.pixelData] = nil }
    await #expect(throws: PixelError.self) { try await Transcoder().transcode(without, to: .rleLossless) }
    _ = try await Transcoder().transcode(without, to: .implicitVRLittleEndian)
    let video = TransferSyntax.mpeg4HighProfile41
    let some = try Self.file("8 bits", frames: 1)
    await #expect(throws: PixelError.self) { try await Transcoder().transcode(some, to: video) }
  }
}
