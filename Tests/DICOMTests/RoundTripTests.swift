import DICOM
import Testing

@Suite("A file that was read")
struct RoundTripTests {
  @Test("is written byte for byte as it was", arguments: Examples.plainSyntaxes)
  func whole(syntax: TransferSyntax) throws {
    let bytes = try Examples.file(in: syntax)
    #expect(try Part10File(reading: bytes).encoded() == bytes)
  }

  /// The forms that the standard leaves to a writer, each as elements of an explicit VR data set.
  static let forms: [String: [UInt8]] = [
    "group lengths": Examples.explicit(Tag(0x0008, 0x0000), "UL", Examples.little(UInt32(16)))
      + Examples.explicit(.studyDate, "DA", Array("20260511".utf8))
      + Examples.explicit(Tag(0x0010, 0x0000), "UL", Examples.little(UInt32(10)))
      + Examples.explicit(.patientID, "LO", Array("AB".utf8))
      + Examples.explicit(.rows, "US", [2, 0]),
    "undefined sequence and item": Examples.explicit(.procedureCodeSequence, "SQ", [], length: .max)
      + Examples.mark(.item, [], length: .max) + Examples.explicit(.codeValue, "SH", Array("12".utf8))
      + Examples.mark(.itemDelimitationItem) + Examples.mark(.sequenceDelimitationItem),
    "undefined sequence, defined item": Examples.explicit(.procedureCodeSequence, "SQ", [], length: .max)
      + Examples.mark(.item, Examples.explicit(.codeValue, "SH", Array("12".utf8)))
      + Examples.mark(.sequenceDelimitationItem),
    "defined sequence, undefined item": Examples.explicit(
      .procedureCodeSequence, "SQ",
      Examples.mark(.item, [], length: .max) + Examples.explicit(.codeValue, "SH", Array("12".utf8))
        + Examples.mark(.itemDelimitationItem)),
    "empty sequence of undefined length": Examples.explicit(.procedureCodeSequence, "SQ", [], length: .max)
      + Examples.mark(.sequenceDelimitationItem),
    "sequence that travelled as UN": Examples.explicit(.rows, "US", [1, 0])
      + Examples.explicit(Tag(0x0029, 0x1010), "UN", [], length: .max)
      + Examples.mark(.item, Examples.implicit(.codeValue, Array("AB".utf8)))
      + Examples.mark(.sequenceDelimitationItem),
    "fragments in an item": Examples.explicit(
      .iconImageSequence, "SQ",
      Examples.mark(
        .item,
        Examples.explicit(.pixelData, "OB", [], length: .max) + Examples.mark(.item)
          + Examples.mark(.item, [0xFF, 0xD8, 0xFF, 0xD9]) + Examples.mark(.sequenceDelimitationItem))),
    "a value of a VR that has none of this length": Examples.explicit(
      .patientComments, "UN", [UInt8](repeating: 0x41, count: 70_000)),
    "odd padding": Examples.explicit(.patientID, "LO", [0x41, 0x00])
      + Examples.explicit(.patientSex, "CS", [0x20, 0x20]),
  ]

  @Test("keeps every form a writer may choose", arguments: forms.keys.sorted())
  func form(name: String) throws {
    let dataSet = try #require(Self.forms[name])
    let bytes = Examples.meta(.explicitVRLittleEndian) + dataSet
    let file = try Part10File(reading: bytes)
    #expect(file.findings.isEmpty)
    #expect(try file.encoded() == bytes)
  }

  @Test("stays a raw data set when it was one", arguments: [UInt16(0x0008), 0x0010])
  func raw(group: UInt16) throws {
    let bytes = Examples.implicit(Tag(group, 0x0020), Array("20260511".utf8)) + Examples.implicit(.rows, [2, 0])
    let file = try Part10File(reading: bytes)
    #expect(file.preamble == nil && file.fileMeta.isEmpty)
    #expect(try file.encoded() == bytes)
  }

  @Test("keeps fragments inside an item when it is written in another form")
  func nestedFragments() throws {
    let dataSet = try #require(Self.forms["fragments in an item"])
    let read = try Part10.read(Examples.meta(.explicitVRLittleEndian) + dataSet).dataSet
    let written = try DataSetWriter.encode(read, in: .explicitVRLittleEndian)
    #expect(written == dataSet)
  }

  @Test("keeps its preamble, unknown elements and private elements")
  func preamble() throws {
    var bytes = Examples.meta(.explicitVRLittleEndian)
    bytes.replaceSubrange(0..<4, with: [0x49, 0x49, 0x2A, 0x00])
    bytes += Examples.explicit(Tag(0x0008, 0x00FE), "LO", Array("future".utf8))
    bytes += Examples.explicit(Tag(0x0009, 0x1001), "OB", [1, 2])
    let file = try Part10File(reading: bytes)
    #expect(file.preamble?.starts(with: [0x49, 0x49, 0x2A, 0x00]) == true)
    #expect(try file.encoded() == bytes)
  }

  @Test("counts group lengths anew when something was added")
  func groupLength() throws {
    let dataSet = try #require(Self.forms["group lengths"])
    var file = try Part10File(reading: Examples.meta(.explicitVRLittleEndian) + dataSet)
    file.dataSet.set(.patientName, .pn, "Doe")
    let again = try Part10File(reading: file.encoded())
    #expect(again.dataSet.int(Tag(0x0008, 0x0000)) == 16)
    #expect(again.dataSet.int(Tag(0x0010, 0x0000)) == 22)
  }

  @Test("is not taken for fragments when its pixels were replaced")
  func replaced() throws {
    let fragments =
      Examples.explicit(.pixelData, "OB", [], length: .max) + Examples.mark(.item) + Examples.mark(.item, [1, 2])
      + Examples.mark(.sequenceDelimitationItem)
    var file = try Part10File(reading: Examples.meta(.rleLossless) + fragments)
    file.dataSet.set(.pixelData, .ow, bytes: [1, 2, 3, 4])
    file.transferSyntax = .explicitVRLittleEndian
    #expect(try file.encoded().suffix(16) == Examples.explicit(.pixelData, "OW", [1, 2, 3, 4])[...])
  }
}

@Suite("A file without leniencies")
struct StrictRoundTripTests {
  /// Files with every form: lengths, groups, fragments, text, private elements.
  private static func seeds() throws -> [[UInt8]] {
    var seeds = try Examples.plainSyntaxes.dropLast().map { try Examples.file(in: $0) }
    seeds += RoundTripTests.forms.values.map { Examples.meta(.explicitVRLittleEndian) + $0 }.sorted {
      $0.count < $1.count
    }
    .filter { $0.count < 5000 }
    let fragments =
      Examples.explicit(.pixelData, "OB", [], length: .max) + Examples.mark(.item, [0, 0, 0, 0, 10, 0, 0, 0])
      + Examples.mark(.item, [1, 2]) + Examples.mark(.item, [3, 4]) + Examples.mark(.sequenceDelimitationItem)
    seeds.append(Examples.meta(.rleLossless) + Examples.explicit(.rows, "US", [1, 0]) + fragments)
    return seeds
  }

  @Test("is written byte for byte, whatever happened to it before")
  func law() throws {
    var random = Seeded(seed: FuzzSeed.chosen)
    print("strict round trips: seed \(FuzzSeed.chosen)")
    var strict = 0
    for seed in try Self.seeds() {
      for _ in 0..<300 {
        var mutant = seed
        Mutation.apply(to: &mutant, using: &random)
        guard let file = try? Part10File(reading: mutant), file.findings.isEmpty else { continue }
        strict += 1
        let written = try? file.encoded()
        if written != mutant {
          let place = zip(written ?? [], mutant).enumerated().first { $1.0 != $1.1 }?.offset ?? written?.count ?? 0
          Issue.record(
            "byte \(place): \(mutant[max(0, place - 12)..<min(mutant.count, place + 12)].map { String($0, radix: 16) }) of \(mutant.count), \(written?.count ?? -1)"
          )
        }
      }
    }
    #expect(strict > 300)
  }
}
