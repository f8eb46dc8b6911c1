import DICOM
import Testing

@Suite("A leniency")
struct LeniencyTests {
  private static let patient = Examples.explicit(.patientID, "LO", Array("AB".utf8))
  private static let rows = Examples.explicit(.rows, "US", [2, 0])
  private static let date = Examples.explicit(.studyDate, "DA", Array("20260511".utf8))

  struct Case: CustomTestStringConvertible, Sendable {
    var leniency: Leniency
    var bytes: [UInt8]
    var testDescription: String { leniency.rawValue }
  }

  private static var metaWithoutLength: [UInt8] {
    let meta = Examples.meta(.explicitVRLittleEndian)
    return Array(meta[..<132]) + Array(meta[144...])
  }

  static let cases: [Case] = [
    Case(
      leniency: .missingPreamble, bytes: Array((Examples.meta(.explicitVRLittleEndian) + date + patient + rows)[128...])
    ),
    Case(
      leniency: .missingPreamble, bytes: Array((Examples.meta(.explicitVRLittleEndian) + date + patient + rows)[132...])
    ),
    Case(leniency: .missingFileMeta, bytes: date + patient + rows),
    Case(
      leniency: .missingFileMeta,
      bytes: Examples.implicit(.studyDate, Array("20260511".utf8)) + Examples.implicit(.patientID, Array("AB".utf8))
        + Examples.implicit(.rows, [2, 0])),
    Case(leniency: .missingMetaGroupLength, bytes: metaWithoutLength + date + patient + rows),
    Case(
      leniency: .missingTransferSyntax,
      bytes: [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        + Examples.explicit(.fileMetaInformationGroupLength, "UL", [14, 0, 0, 0])
        + Examples.explicit(.fileMetaInformationVersion, "OB", [0, 1]) + date + patient + rows),
    Case(
      leniency: .implicitDataSetInExplicit,
      bytes: Examples.meta(.explicitVRLittleEndian) + Examples.implicit(.studyDate, Array("20260511".utf8))
        + Examples.implicit(.patientID, Array("AB".utf8)) + Examples.implicit(.rows, [2, 0])),
    Case(
      leniency: .explicitDataSetInImplicit,
      bytes: Examples.meta(.implicitVRLittleEndian) + date + patient + rows),
    Case(leniency: .wrongByteOrder, bytes: Examples.meta(.explicitVRBigEndian) + date + patient + rows),
    Case(
      leniency: .dataSetNotDeflated,
      bytes: Examples.meta(.deflatedExplicitVRLittleEndian) + date + patient + rows),
    Case(
      leniency: .unknownVR,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + Examples.explicit(.patientID, "??", Array("AB".utf8))
        + rows),
    Case(
      leniency: .implicitElementInExplicit,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + Examples.implicit(.patientID, Array("AB".utf8)) + rows),
    Case(leniency: .elementsOutOfOrder, bytes: Examples.meta(.explicitVRLittleEndian) + date + rows + patient),
    Case(
      leniency: .duplicateElement,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + Examples.explicit(.patientID, "LO", [0x43, 0x44])
        + patient + rows),
    Case(
      leniency: .strayDelimiter,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + Examples.mark(.itemDelimitationItem) + patient + rows),
    Case(
      leniency: .reservedBytesSet,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + patient + rows
        + Examples.little(Tag.iccProfile) + Array("OB".utf8) + [1, 0, 2, 0, 0, 0, 7, 7]),
    Case(
      leniency: .delimiterWithLength,
      bytes: Examples.meta(.explicitVRLittleEndian) + date
        + Examples.explicit(.procedureCodeSequence, "SQ", [], length: .max)
        + Examples.mark(.sequenceDelimitationItem, [], length: 9) + patient + rows),
    Case(
      leniency: .wrongGroupLength,
      bytes: Examples.meta(.explicitVRLittleEndian)
        + Examples.explicit(Tag(0x0008, 0), "UL", Examples.little(UInt32(99)))
        + date + patient + rows),
    Case(
      leniency: .wrongGroupLength,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + patient
        + Examples.explicit(Tag(0x0028, 0), "UL", Examples.little(UInt32(99))) + rows),
    Case(
      leniency: .oddLength,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + patient
        + Examples.explicit(.patientComments, "LT", [0x41]) + rows),
    Case(
      leniency: .trailingBytes,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + patient + rows + [UInt8](repeating: 0, count: 77)),
    Case(
      leniency: .trailingBytes,
      bytes: Examples.meta(.explicitVRLittleEndian) + date + patient + rows + [UInt8](repeating: 0, count: 3)),
  ]

  @Test("is named in the findings and loses nothing", arguments: cases)
  func tolerance(example: Case) throws {
    let header = try Examples.read(example.bytes)
    #expect(header.findings.map(\.leniency) == [example.leniency])
    #expect(header.dataSet.string(.studyDate) == "20260511")
    #expect(header.dataSet.string(.patientID) == "AB")
    #expect(header.dataSet.int(.rows) == 2)
    for piece in [1, 7, 100] { #expect(try Examples.read(example.bytes, piece: piece) == header) }
  }

  @Test("reads implicit items within explicit VR")
  func implicitItems() throws {
    let item = Examples.mark(.item, Examples.implicit(.codeValue, Array("AB".utf8)))
    let bytes = Examples.explicit(.procedureCodeSequence, "SQ", item) + Self.rows
    let header = try Examples.read(dataSet: bytes)
    #expect(header.findings.map(\.leniency) == [.implicitItemInExplicit])
    #expect(header.dataSet.items(.procedureCodeSequence).first?.string(.codeValue) == "AB")
    #expect(header.dataSet.int(.rows) == 2)
  }

  @Test("reads explicit items within UN of undefined length")
  func explicitItems() throws {
    let item = Examples.mark(.item, Examples.explicit(.codeValue, "SH", Array("AB".utf8)))
    let bytes =
      Examples.explicit(.procedureCodeSequence, "UN", item + Examples.mark(.sequenceDelimitationItem), length: .max)
      + Self.rows
    let header = try Examples.read(dataSet: bytes)
    #expect(header.findings.map(\.leniency) == [.explicitItemInUnknown])
    #expect(header.dataSet.items(.procedureCodeSequence).first?.string(.codeValue) == "AB")
    #expect(header.dataSet.int(.rows) == 2)
  }

  @Test("reads implicit file meta information and one with a wrong length")
  func fileMeta() throws {
    let prefix = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
    let syntax = Array("1.2.840.10008.1.2.1\0".utf8)
    let implicit =
      prefix + Examples.implicit(.fileMetaInformationGroupLength, [28, 0, 0, 0])
      + Examples.implicit(.transferSyntaxUID, syntax) + Self.date
    let wrong =
      prefix + Examples.explicit(.fileMetaInformationGroupLength, "UL", [99, 0, 0, 0])
      + Examples.explicit(.transferSyntaxUID, "UI", syntax) + Self.date
    for (bytes, leniency) in [(implicit, Leniency.implicitFileMeta), (wrong, .wrongMetaGroupLength)] {
      let header = try Examples.read(bytes)
      #expect(header.findings.map(\.leniency) == [leniency])
      #expect(header.transferSyntax == .explicitVRLittleEndian)
      #expect(header.dataSet.string(.studyDate) == "20260511")
    }
  }

  @Test("ends a sequence where its content ends, not where its length says")
  func lengthMismatch() throws {
    let value = Examples.explicit(.codeValue, "SH", Array("ABCD".utf8))
    let short = UInt32(value.count - 2)
    let bytes =
      Examples.explicit(.procedureCodeSequence, "SQ", Examples.mark(.item, value, length: short), length: short + 8)
      + Self.rows
    let header = try Examples.read(dataSet: bytes)
    #expect(header.findings.map(\.leniency) == [.lengthMismatch])
    #expect(header.dataSet.items(.procedureCodeSequence).first?.string(.codeValue) == "ABCD")
    #expect(header.dataSet.int(.rows) == 2)
  }

  @Test("takes a text of undefined length for a sequence")
  func undefinedLength() throws {
    let bytes =
      Examples.explicit(.textValue, "UT", Examples.mark(.item) + Examples.mark(.sequenceDelimitationItem), length: .max)
      + Self.rows
    let header = try Examples.read(dataSet: bytes)
    #expect(header.findings.map(\.leniency).contains(.undefinedLengthValue))
    #expect(header.dataSet.int(.rows) == 2)
  }

  @Test("takes a first item that is an image for a fragment")
  func missingOffsetTable() throws {
    let image: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0]
    let stream = Examples.mark(.item, image) + Examples.mark(.sequenceDelimitationItem)
    let header = try Examples.read(
      dataSet: Examples.explicit(.pixelData, "OB", stream, length: .max), in: .jpegBaseline)
    #expect(header.findings.map(\.leniency) == [.missingBasicOffsetTable])
    #expect(
      header.pixelData == .encapsulated(basicOffsetTable: [], fragments: [BulkReference(offset: 20, length: 4)]))
  }

  @Test("returns what there is of a truncated stream when asked to")
  func truncation() throws {
    let file = try Examples.file(in: .explicitVRLittleEndian)
    var reader = HeaderReader()
    try reader.consume(Array(file[..<900]))
    let header = try reader.finish(acceptingTruncation: true)
    #expect(header.findings.map(\.leniency) == [.truncatedStream])
    #expect(header.dataSet.string(.patientID) == "ID-7")
  }

  @Test("tells frames apart by markers when the offset table is empty")
  func markers() throws {
    let soi: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0]
    let stream =
      Examples.mark(.item) + Examples.mark(.item, soi) + Examples.mark(.item, [1, 2])
      + Examples.mark(.item, soi) + Examples.mark(.sequenceDelimitationItem)
    let bytes =
      Examples.explicit(.numberOfFrames, "IS", Array("2 ".utf8))
      + Examples.explicit(.pixelData, "OB", stream, length: .max)
    let header = try Examples.read(dataSet: bytes, in: .jpegBaseline)
    #expect(header.findings.map(\.leniency) == [.frameOffsetsFromMarkers])
    let location = try #require(header.pixelData)
    let index = try FrameIndex(header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
    #expect(index.ranges(frame: 0).count == 2)
    #expect(index.ranges(frame: 1).count == 1)
  }
}
