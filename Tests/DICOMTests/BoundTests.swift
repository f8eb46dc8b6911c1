import DICOM
import Testing

@Suite("A hostile stream")
struct BoundTests {
  private func code(_ bytes: [UInt8], limits: HeaderReader.Limits = .init()) -> DICOMError.Code? {
    do {
      _ = try Examples.read(bytes, limits: limits)
      return nil
    } catch {
      return (error as? DICOMError)?.code
    }
  }

  @Test(
    "is refused when it is no DICOM",
    arguments: [
      [], [0], Array("Hello, this is a text file of some length.".utf8), [UInt8](repeating: 0, count: 1000),
      [UInt8](repeating: 0xFF, count: 1000), [UInt8](repeating: 0, count: 128) + Array("DICM".utf8),
    ])
  func noDICOM(bytes: [UInt8]) {
    #expect(code(bytes) == .notDICOM)
  }

  @Test("cannot claim four gigabytes in a kilobyte", arguments: ["OB", "UT", "LT", "UN", "SQ"])
  func claim(vr: String) {
    let bytes =
      Examples.meta(.explicitVRLittleEndian)
      + Examples.explicit(.textValue, vr, [UInt8](repeating: 0x20, count: 500), length: .max - 1)
    #expect(code(bytes) == .truncated || code(bytes) == .malformed)
  }

  @Test("cannot nest without end")
  func nesting() {
    let level = Examples.explicit(.contentSequence, "SQ", [], length: .max) + Examples.mark(.item, [], length: .max)
    let bytes = Examples.meta(.explicitVRLittleEndian) + (0..<40_000).flatMap { _ in level }
    #expect(code(bytes) == .nestingTooDeep)
  }

  @Test("cannot flood with elements, items or fragments")
  func flood() {
    var limits = HeaderReader.Limits()
    limits.elements = 1000
    let elements = (0..<1001).flatMap { Examples.explicit(Tag(0x0011, UInt16($0)), "LO", []) }
    let items = Examples.explicit(
      .contentSequence, "SQ", (0..<1001).flatMap { _ in Examples.mark(.item) })
    let fragments = Examples.explicit(
      .pixelData, "OB", (0..<1002).flatMap { _ in Examples.mark(.item) }, length: .max)
    for flood in [elements, items, fragments] {
      #expect(code(Examples.meta(.jpegBaseline) + flood, limits: limits) == .tooManyElements)
    }
  }

  @Test("takes elements in descending order in reasonable time")
  func descending() throws {
    let bytes = (0..<60_000).reversed().flatMap { Examples.explicit(Tag(0x0011, UInt16($0)), "LO", []) }
    let header = try Examples.read(Examples.meta(.explicitVRLittleEndian) + bytes)
    #expect(header.dataSet.count == 60_000)
    #expect(header.dataSet.first?.tag == Tag(0x0011, 0))
  }

  @Test("cannot inflate without end")
  func inflation() throws {
    var limits = HeaderReader.Limits()
    limits.inflatedBytes = 1_000_000
    var dataSet = Examples.dataSet
    dataSet.set(.pixelData, .ow, bytes: [UInt8](repeating: 0, count: 2_000_000))
    let file = try Part10.write(dataSet, in: .deflatedExplicitVRLittleEndian)
    #expect(file.count < 10_000)
    #expect(code(file, limits: limits) == .inflatedTooLarge)
    #expect(code(file) == nil)
  }

  @Test("is refused when the deflated stream is corrupt")
  func corruption() throws {
    var file = try Examples.file(in: .deflatedExplicitVRLittleEndian)
    let start = file.count - 200
    for index in start..<start + 20 { file[index] ^= 0x5A }
    #expect(code(file) != nil)
  }

  @Test("cannot make JSON nest without end")
  func json() {
    let text = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: DICOMError.self) { try DICOMJSON.decode(text) }
  }

  /// Mutations of valid files parse or throw; they do not trap, and cutting does not change the answer.
  @Test("parses or throws after any mutation", arguments: Examples.plainSyntaxes)
  func mutation(syntax: TransferSyntax) throws {
    let seed = FuzzSeed.chosen
    print("mutations of \(syntax.name): seed \(seed)")
    var random = Seeded(seed: seed)
    var encapsulated = Examples.dataSet
    encapsulated.set(.numberOfFrames, .is, 2)
    encapsulated.set(
      .pixelData, .ob,
      bytes: Examples.mark(.item) + Examples.mark(.item, [0xFF, 0xD8, 0xFF, 1]) + Examples.mark(.item, [3, 4]))
    let files = [
      try Examples.file(in: syntax), try Examples.file(encapsulated, in: .jpegBaseline),
    ]
    for round in 0..<3000 {
      var file = files[round % 2]
      Mutation.apply(to: &file, using: &random)
      Mutation.check(file, using: &random)
    }
  }
}

/// Random damage to a file, and the law it must obey.
enum Mutation {
  static func apply(to file: inout [UInt8], using random: inout Seeded) {
    for _ in 0..<Int.random(in: 1...4, using: &random) where !file.isEmpty {
      let position = Int.random(in: 0..<file.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: file[position] = UInt8.random(in: 0 ... .max, using: &random)
      case 1: file[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: file.removeSubrange(position..<min(file.count, position + Int.random(in: 1...9, using: &random)))
      case 3: file.insert(contentsOf: file[position..<min(file.count, position + 40)], at: position)
      case 4:
        for index in position..<min(file.count, position + 4) { file[index] = 0xFF }
      default: file.removeLast(min(file.count, Int.random(in: 1...50, using: &random)))
      }
    }
  }

  /// Reads in one piece and in random pieces: both give the same header or fail alike.
  static func check(_ file: [UInt8], using random: inout Seeded) {
    let whole = Result { try Examples.read(file) }
    let piece = Int.random(in: 1...300, using: &random)
    let pieces = Result { try Examples.read(file, piece: piece) }
    switch (whole, pieces) {
    case (.success(let first), .success(let second)):
      #expect(first == second)
      use(first)
    case (.failure(let first), .failure(let second)):
      #expect((first as? DICOMError)?.code == (second as? DICOMError)?.code)
    default:
      Issue.record("the way of cutting decided")
    }
  }

  /// Everything that reads a header: nothing may trap, and JSON must read back.
  static func use(_ header: Header) {
    let json = DICOMJSON.encode(header.dataSet) { "bulk/\($0)" }
    #expect(throws: Never.self) { try DICOMJSON.decode(json) }
    for element in header.dataSet {
      _ = header.dataSet.strings(element.tag)
      _ = header.dataSet.ints(element.tag)
      _ = header.dataSet.doubles(element.tag)
      _ = header.dataSet.items(element.tag)
      _ = header.dataSet.personName(element.tag)
    }
    #expect(header.dataSet.canonicallyEqual(to: header.dataSet) { $0 == $1 })
    if let location = header.pixelData,
      let index = try? FrameIndex(
        header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
    {
      #expect((try? FrameIndex(encoded: index.encoded)) == index)
      _ = index.ranges(frame: index.count - 1)
    }
  }
}
