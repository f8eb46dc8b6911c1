import DICOM
import Testing

@Suite("A header reader")
struct HeaderReaderTests {
  @Test("reads what was written", arguments: Examples.plainSyntaxes)
  func roundTrip(syntax: TransferSyntax) throws {
    let header = try Examples.read(Examples.file(in: syntax))
    #expect(header.hadPart10Header)
    #expect(header.transferSyntax == syntax)
    #expect(header.findings.isEmpty)
    var expected = Examples.image
    expected[.pixelData] = header.dataSet[.pixelData]
    #expect(header.dataSet.canonicallyEqual(to: expected) { $0 == $1 })
    #expect(header.fileMeta.uid(.mediaStorageSOPInstanceUID) == expected.uid(.sopInstanceUID))
    guard case .native(let pixels)? = header.pixelData else {
      Issue.record("no native pixel data")
      return
    }
    #expect(pixels.length == 16)
    #expect(pixels.bigEndian == !syntax.isLittleEndian)
  }

  @Test("gives the same result however the stream is cut", arguments: Examples.plainSyntaxes)
  func cutting(syntax: TransferSyntax) throws {
    let file = try Examples.file(in: syntax)
    let whole = try Examples.read(file)
    for piece in [1, 2, 3, 5, 7, 8, 11, 13, 64, 131, 132, 133, 255] {
      #expect(try Examples.read(file, piece: piece) == whole, "pieces of \(piece) bytes")
    }
    for cut in 0...file.count {
      var reader = HeaderReader()
      try reader.consume(Array(file[..<cut]))
      try reader.consume(Array(file[cut...]))
      #expect(try reader.finish() == whole, "cut at \(cut)")
    }
  }

  @Test("gives the same result when what it does not hold is passed over unseen", arguments: Examples.plainSyntaxes)
  func passingOver(syntax: TransferSyntax) throws {
    var limits = HeaderReader.Limits()
    limits.inlineValueLength = 3
    let file = try Examples.file(Examples.image, in: syntax)
    var plain = HeaderReader(limits: limits)
    try plain.consume(file)
    let whole = try plain.finish()
    for piece in [1, 2, 7, 64, 131, 300] {
      var reader = HeaderReader(limits: limits)
      var start = 0
      var passed = 0
      while start < file.count {
        let end = min(file.count, start + piece)
        try reader.consume(Array(file[start..<end]))
        let count = Int(reader.passOver(atMost: UInt64(file.count - end)))
        passed += count
        start = end + count
      }
      #expect(try reader.finish() == whole, "pieces of \(piece) bytes")
      #expect(piece > 1 || passed > 0 || syntax.isDeflated, "nothing was passed over")
    }
  }

  @Test("says truncated wherever the stream ends early", arguments: Examples.plainSyntaxes)
  func truncation(syntax: TransferSyntax) throws {
    let file = try Examples.file(Examples.image, in: syntax)
    let boundaries = try Examples.read(file).dataSet.count
    var whole = 0
    for end in stride(from: file.count - 1, to: 400, by: -1) {
      do {
        _ = try Examples.read(Array(file[..<end]))
        whole += 1
      } catch let error as DICOMError {
        #expect(error.code == .truncated)
      }
    }
    // Only a cut between two elements of the outermost data set goes unnoticed, or one zero byte after it.
    #expect(whole < 2 * boundaries)
  }

  @Test("can be copied in the middle of a stream")
  func copying() throws {
    let file = try Examples.file(in: .deflatedExplicitVRLittleEndian)
    var first = HeaderReader()
    try first.consume(Array(file[..<450]))
    var second = first
    try first.consume(Array(file[450...]))
    try second.consume(Array(file[450...]))
    #expect(try first.finish() == second.finish())
  }

  @Test("knows the file meta information before the data set has arrived")
  func early() throws {
    var reader = HeaderReader()
    let file = try Examples.file(in: .explicitVRBigEndian)
    try reader.consume(Array(file[..<300]))
    #expect(!reader.metaIsComplete)
    try reader.consume(Array(file[300..<500]))
    #expect(reader.metaIsComplete)
    #expect(reader.transferSyntax == .explicitVRBigEndian)
  }

  @Test("reads undefined and defined lengths alike")
  func lengths() throws {
    let code = Examples.explicit(.codeValue, "SH", Array("1234".utf8))
    let defined = Examples.explicit(.procedureCodeSequence, "SQ", Examples.mark(.item, code))
    let undefined =
      Examples.explicit(.procedureCodeSequence, "SQ", [], length: .max)
      + Examples.mark(.item, [], length: .max) + code + Examples.mark(.itemDelimitationItem)
      + Examples.mark(.sequenceDelimitationItem)
    let first = try Examples.read(dataSet: defined)
    let second = try Examples.read(dataSet: undefined)
    #expect(first.dataSet == second.dataSet)
    #expect(first.dataSet.items(.procedureCodeSequence).first?.string(.codeValue) == "1234")
    #expect(first.findings.isEmpty && second.findings.isEmpty)
  }

  @Test("takes UN of undefined length for a sequence in implicit VR")
  func unknownSequence() throws {
    let item = Examples.mark(.item, Examples.implicit(.codeValue, Array("AB".utf8)))
    let bytes =
      Examples.explicit(Tag(0x0029, 0x1010), "UN", item + Examples.mark(.sequenceDelimitationItem), length: .max)
      + Examples.explicit(.rows, "US", [1, 0])
    let header = try Examples.read(dataSet: bytes)
    #expect(header.dataSet.items(Tag(0x0029, 0x1010)).first?.string(.codeValue) == "AB")
    #expect(header.dataSet.int(.rows) == 1)
  }

  @Test("reads a private sequence in explicit VR and one of undefined length in implicit VR")
  func privateSequence() throws {
    let tag = Tag(0x0029, 0x1010)
    let explicit = Examples.explicit(
      tag, "SQ", Examples.mark(.item, Examples.explicit(.codeValue, "SH", Array("AB".utf8))))
    let implicit = Examples.implicit(
      tag,
      Examples.mark(.item, Examples.implicit(.codeValue, Array("AB".utf8))) + Examples.mark(.sequenceDelimitationItem),
      length: .max)
    #expect(
      try Examples.read(dataSet: explicit).dataSet
        == Examples.read(dataSet: implicit, in: .implicitVRLittleEndian).dataSet)
  }

  @Test("reads a known sequence that travelled as UN through the accessor")
  func knownAsUnknown() throws {
    let bytes = Examples.explicit(
      .procedureCodeSequence, "UN", Examples.mark(.item, Examples.implicit(.codeValue, Array("AB".utf8))))
    let header = try Examples.read(dataSet: bytes)
    #expect(header.dataSet[.procedureCodeSequence]?.vr == .un)
    #expect(header.dataSet.items(.procedureCodeSequence).first?.string(.codeValue) == "AB")
  }

  @Test("makes US or SS of implicit VR what Pixel Representation says", arguments: [(0, VR.us, 65535), (1, VR.ss, -1)])
  func pixelRepresentation(value: UInt8, vr: VR, number: Int) throws {
    let bytes =
      Examples.implicit(.pixelRepresentation, [value, 0])
      + Examples.implicit(.smallestImagePixelValue, [0xFF, 0xFF])
    let dataSet = try Examples.read(dataSet: bytes, in: .implicitVRLittleEndian).dataSet
    #expect(dataSet[.smallestImagePixelValue]?.vr == vr)
    #expect(dataSet.int(.smallestImagePixelValue) == number)
  }

  @Test("passes over pixel data and goes on with what follows")
  func elementsAfterPixelData() throws {
    let bytes =
      Examples.explicit(.rows, "US", [2, 0])
      + Examples.explicit(.pixelData, "OW", [UInt8](repeating: 7, count: 100_000))
      + Examples.explicit(Tag(0xFFFC, 0xFFFC), "OB", [0, 0])
    let header = try Examples.read(dataSet: bytes, piece: 1000)
    #expect(header.pixelData == .native(BulkReference(offset: 22, length: 100_000)))
    #expect(header.dataSet.contains(Tag(0xFFFC, 0xFFFC)))
    #expect(header.length == UInt64(bytes.count))
  }

  @Test("locates the fragments of encapsulated pixel data")
  func fragments() throws {
    let stream =
      Examples.mark(.item, Examples.little(UInt32(0)) + Examples.little(UInt32(14)))
      + Examples.mark(.item, [1, 2, 3, 4, 5, 6]) + Examples.mark(.item, [7, 8])
      + Examples.mark(.sequenceDelimitationItem)
    let bytes = Examples.explicit(.pixelData, "OB", stream, length: .max)
    for piece in [1, 3, 1000] {
      let header = try Examples.read(dataSet: bytes, in: .rleLossless, piece: piece)
      #expect(
        header.pixelData
          == .encapsulated(
            basicOffsetTable: [0, 14],
            fragments: [BulkReference(offset: 36, length: 6), BulkReference(offset: 50, length: 2)]))
    }
  }

  @Test("holds no value beyond the limits and says where it lies")
  func longValues() throws {
    var limits = HeaderReader.Limits()
    limits.inlineValueLength = 16
    limits.inlineTextLength = 32
    limits.totalInlineBytes = 48
    let bytes =
      Examples.explicit(.iccProfile, "OB", [UInt8](repeating: 1, count: 18))
      + Examples.explicit(.redPaletteColorLookupTableData, "OW", [UInt8](repeating: 1, count: 16))
      + Examples.explicit(.textValue, "UT", [UInt8](repeating: 0x41, count: 32))
      + Examples.explicit(.bluePaletteColorLookupTableData, "OW", [UInt8](repeating: 1, count: 2))
    let dataSet = try Examples.read(dataSet: bytes, limits: limits).dataSet
    #expect(dataSet[.iccProfile]?.value == .bulk(BulkReference(offset: 12, length: 18)))
    #expect(dataSet[.redPaletteColorLookupTableData]?.bytes?.count == 16)
    #expect(dataSet[.textValue]?.bytes?.count == 32)
    #expect(dataSet[.bluePaletteColorLookupTableData]?.bytes == nil)
  }

  @Test("counts offsets from the payload's place")
  func payloadOffset() throws {
    var reader = HeaderReader(dataSetIn: .implicitVRLittleEndian, payloadOffset: 1000)
    try reader.consume(Examples.implicit(.pixelData, [1, 2]))
    #expect(try reader.finish().pixelData == .native(BulkReference(offset: 1008, length: 2)))
  }
}
