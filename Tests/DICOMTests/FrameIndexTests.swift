import DICOM
import Testing

@Suite("A frame index")
struct FrameIndexTests {
  private func header(frames: Int, bits: Int = 16, samples: Int = 1, photometric: String = "MONOCHROME2") -> DataSet {
    var dataSet = DataSet()
    dataSet.set(.numberOfFrames, .is, frames)
    dataSet.set(.rows, .us, 3)
    dataSet.set(.columns, .us, 5)
    dataSet.set(.bitsAllocated, .us, bits)
    dataSet.set(.samplesPerPixel, .us, samples)
    dataSet.set(.photometricInterpretation, .cs, photometric)
    return dataSet
  }

  private func native(_ header: DataSet, length: UInt64) throws -> FrameIndex {
    try FrameIndex(
      header: header, location: .native(BulkReference(offset: 100, length: length)),
      transferSyntax: .explicitVRLittleEndian)
  }

  private func fragments(_ lengths: UInt64...) -> [BulkReference] {
    var position: UInt64 = 1000
    return lengths.map { length in
      defer { position += length + 8 }
      return BulkReference(offset: position, length: length)
    }
  }

  private func encapsulated(
    _ header: DataSet, _ table: [UInt64], _ fragments: [BulkReference], _ syntax: TransferSyntax = .jpegBaseline
  ) throws -> FrameIndex {
    try FrameIndex(
      header: header, location: .encapsulated(basicOffsetTable: table, fragments: fragments), transferSyntax: syntax)
  }

  @Test("divides native pixel data by the size of a frame")
  func arithmetic() throws {
    let index = try native(header(frames: 3), length: 90)
    #expect(index.count == 3)
    #expect(index.ranges(frame: 0) == [100..<130])
    #expect(index.ranges(frame: 2) == [160..<190])
    #expect(index.ranges(frame: 3).isEmpty && index.ranges(frame: -1).isEmpty)
  }

  @Test("finds one-bit frames within bytes")
  func bits() throws {
    let index = try native(header(frames: 3, bits: 1), length: 6)
    #expect(index.ranges(frame: 1) == [101..<104])
    #expect(index.bitOffset(frame: 1) == 7)
    #expect(index.ranges(frame: 2) == [103..<106])
  }

  @Test("rounds frames of an odd length to the big-endian words they lie in", arguments: [8, 1])
  func words(bits: Int) throws {
    var odd = header(frames: 3, bits: bits)
    odd.set(.pixelData, .ow, bytes: [])
    let index = try FrameIndex(
      header: odd, location: .native(BulkReference(offset: 101, length: 46)), transferSyntax: .explicitVRBigEndian)
    #expect(index.wordLength == 2)
    #expect(index.bitsPerFrame == 15 * bits)
    #expect(index.ranges(frame: 0) == [bits == 8 ? 101..<117 : 101..<103])
    // 15 bytes: from the second byte of a word on; 15 bits: the last one of the first word and all of the next but two.
    #expect(index.ranges(frame: 1) == [bits == 8 ? 115..<131 : 101..<105])
    #expect(index.bitOffset(frame: 1) == (bits == 8 ? 8 : 15))
    #expect(try FrameIndex(encoded: index.encoded) == index)
    let asBytes = try native(header(frames: 3, bits: bits), length: 46)
    #expect(asBytes.wordLength == 1)
  }

  @Test("counts 4:2:2 by two samples unless three are there", arguments: [(31, 30), (45, 45), (46, 45)])
  func subsampling(length: Int, frame: Int) throws {
    let index = try native(
      header(frames: 1, bits: 8, samples: 3, photometric: "YBR_FULL_422"), length: UInt64(length))
    #expect(index.ranges(frame: 0) == [100..<100 + UInt64(frame)])
  }

  @Test("counts only the frames that are there")
  func short() throws {
    #expect(try native(header(frames: 3), length: 61).count == 2)
    #expect(throws: DICOMError.self) { try native(header(frames: 1), length: 29) }
    #expect(try native(header(frames: Int(Int32.max)), length: 90).count == 3)
  }

  @Test("refuses sizes beyond their VR", arguments: [Tag.rows, .columns, .bitsAllocated, .samplesPerPixel])
  func oversize(tag: Tag) {
    var dataSet = header(frames: 2)
    dataSet.set(tag, .ul, Int(UInt32.max))
    #expect(throws: DICOMError.self) { try native(dataSet, length: 1 << 40) }
    dataSet.set(tag, .ul, 0)
    #expect((try? native(dataSet, length: 90)) == nil || tag == .samplesPerPixel)
  }

  @Test("follows the Basic Offset Table")
  func basicTable() throws {
    let pieces = fragments(10, 20, 30)
    let index = try encapsulated(header(frames: 2), [0, 46], pieces)
    #expect(index.ranges(frame: 0) == [1000..<1010, 1018..<1038])
    #expect(index.ranges(frame: 1) == [1046..<1076])
  }

  @Test("needs no table for one frame, or for one fragment a frame", arguments: [[], [5, 9], [0, 0]])
  func noTable(table: [UInt64]) throws {
    #expect(try encapsulated(header(frames: 1), table, fragments(10, 20)).ranges(frame: 0).count == 2)
    #expect(try encapsulated(header(frames: 2), table, fragments(10, 20)).ranges(frame: 1) == [1018..<1038])
  }

  @Test("follows the Extended Offset Table and its exact lengths")
  func extendedTable() throws {
    var dataSet = header(frames: 2)
    dataSet.set(.extendedOffsetTable, .ov, 0, 18)
    dataSet.set(.extendedOffsetTableLengths, .ov, 9, 20)
    let index = try encapsulated(dataSet, [], fragments(10, 20))
    #expect(index.ranges(frame: 0) == [1000..<1009])
    #expect(index.ranges(frame: 1) == [1018..<1038])
  }

  @Test("does not believe an Extended Offset Table that is of other fragments")
  func otherExtendedTable() throws {
    func table(_ frames: Int, _ offsets: Int...) -> DataSet {
      var dataSet = header(frames: frames)
      dataSet.set(.extendedOffsetTable, .ov, ints: offsets)
      dataSet.set(.extendedOffsetTableLengths, .ov, ints: offsets.map { _ in 9 })
      return dataSet
    }
    // Frames of several fragments have no such table (PS3.3 §C.7.6.3.1.8), and offsets say where one begins.
    #expect(throws: DICOMError.self) { try encapsulated(table(2, 0, 36), [], fragments(10, 10, 20)) }
    let shifted = try encapsulated(table(2, 0, 19), [], fragments(10, 20))
    #expect(shifted.ranges(frame: 1) == [1018..<1038])
    let basic = try encapsulated(table(2, 0, 36), [0, 36], fragments(10, 10, 20))
    #expect(basic.ranges(frame: 0) == [1000..<1010, 1018..<1028])
  }

  @Test("says when frames cannot be told apart")
  func unknown() {
    #expect(throws: DICOMError.self) { try encapsulated(header(frames: 2), [], fragments(10, 20, 30)) }
    #expect(throws: DICOMError.self) { try encapsulated(header(frames: 2), [], fragments(1, 2), .hevcMainProfile51) }
  }

  @Test("keeps itself through its binary form")
  func binary() throws {
    let indexes = [
      try native(header(frames: 3, bits: 1), length: 6),
      try encapsulated(header(frames: 2), [0, 37], fragments(1, 20, 300)),
    ]
    for index in indexes {
      #expect(try FrameIndex(encoded: index.encoded) == index)
      #expect(index.encoded.count < 24)
      for end in index.encoded.indices {
        #expect(throws: DICOMError.self) { try FrameIndex(encoded: Array(index.encoded[..<end])) }
      }
    }
  }

  @Test("reads any bytes or refuses them")
  func fuzz() {
    let seed = FuzzSeed.chosen
    print("frame index: seed \(seed)")
    var random = Seeded(seed: seed)
    for _ in 0..<20_000 {
      let bytes =
        [1, UInt8.random(in: 0...1, using: &random)]
        + (0..<Int.random(in: 0...24, using: &random)).map { _ in
          UInt8.random(in: 0 ... .max, using: &random) & (Bool.random(using: &random) ? 0x0F : 0xFF)
        }
      guard let index = try? FrameIndex(encoded: bytes) else { continue }
      _ = index.ranges(frame: 0)
      _ = index.ranges(frame: index.count - 1)
    }
  }
}
