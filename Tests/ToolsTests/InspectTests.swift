import DICOM
import Foundation
import Testing

@testable import isocenter

@Suite("A DICOM file that is looked at")
struct InspectTests {
  private static var dataSet: DataSet {
    var code = DataSet()
    code.set(.codeValue, .sh, "113000")
    code.set(.codeMeaning, .lo, "Bedeutung größer")
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 100")
    dataSet.set(.sopClassUID, UID.ctImageStorage)
    dataSet.set(.sopInstanceUID, UID("1.2.3.4"))
    dataSet.set(.patientName, .pn, "Müller^Jürgen")
    dataSet.set(.conceptNameCodeSequence, items: [code])
    dataSet.set(.rows, .us, 2)
    dataSet.set(.columns, .us, 2)
    dataSet.set(.iccProfile, .ob, bytes: Array(0..<20))
    dataSet.set(Tag(0x0019, 0x0010), .lo, "SIEMENS MR HEADER")
    dataSet.set(Tag(0x0019, 0x100C), .un, bytes: Array("1000".utf8))
    dataSet.set(.pixelData, .ow, bytes: [1, 2, 3, 4, 5, 6, 7, 8])
    return dataSet
  }

  private static func lines(_ dump: Dump, _ file: InspectedFile) -> [String] {
    var lines: [String] = []
    dump.write(file.header.dataSet) { lines.append($0) }
    return lines
  }

  @Test("is told in lines: tag, VR, name and value, items set in, long values by their place")
  func dump() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("a.dcm", try Part10.write(Self.dataSet, in: .explicitVRLittleEndian))
    let lines = Self.lines(Dump(), try InspectedFile(path: path))
    for line in [
      "(0008,0016) UI SOPClassUID = 1.2.840.10008.5.1.4.1.1.2 (CT Image Storage)",
      "(0010,0010) PN PatientName = Müller^Jürgen",
      "(0019,100C) IS B_value = 1000",
      "(0028,0010) US Rows = 2",
      "(0028,2000) OB ICCProfile = 20 bytes: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f …",
      "(0040,A043) SQ ConceptNameCodeSequence = 1 item",
      "    (0008,0104) LO CodeMeaning = Bedeutung größer",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(lines.last?.hasPrefix("(7FE0,0010) OW PixelData = 8 bytes at ") == true)
    let paths = Self.lines(Dump(colours: true, paths: true), try InspectedFile(path: path))
    #expect(paths.contains { $0.contains("0040A043/0/00080104") && $0.contains("\u{1B}[33mLO\u{1B}[0m") })
  }

  @Test("cannot steer the terminal it is shown on")
  func escapes() throws {
    var dataSet = Self.dataSet
    dataSet.set(.patientID, .lo, "\u{202E}x")
    dataSet.set(.patientComments, .lt, bytes: Array("a\u{1B}[2Jb\nc\u{7F}".utf8))
    let folder = try ScratchFolder()
    let path = try folder.write("a.dcm", try Part10.write(dataSet, in: .explicitVRLittleEndian))
    let text = Self.lines(Dump(), try InspectedFile(path: path)).joined()
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x202E })
    #expect(text.contains("a␛[2Jb␊c"))
  }

  @Test("is read though it is larger than the memory: its pixels are passed over")
  func large() throws {
    var dataSet = Self.dataSet
    dataSet[.pixelData] = nil
    let folder = try ScratchFolder()
    let length = UInt32(0xF000_0000)
    let header = try Part10.write(dataSet, in: .explicitVRLittleEndian)
    let element: [UInt8] = [0xE0, 0x7F, 0x10, 0x00] + Array("OW".utf8) + [0, 0, 0, 0, 0, 0xF0]
    let path = try folder.write("large.dcm", header + element)
    // A file with a hole: it has a length and no bytes.
    #expect(truncate(path, header.count + element.count + Int(length)) == 0)
    let file = try InspectedFile(path: path)
    #expect(file.header.findings.isEmpty)
    #expect(file.header.length == file.length)
    #expect(
      file.header.pixelData
        == .native(BulkReference(offset: UInt64(header.count + element.count), length: UInt64(length))))
  }

  @Test("that is none is refused in one line", arguments: [[], Array("no image".utf8)])
  func refusal(bytes: [UInt8]) throws {
    let folder = try ScratchFolder()
    let path = try folder.write("a", bytes)
    let failure = #expect(throws: CommandFailure.self) { _ = try InspectedFile(path: path) }
    #expect(failure?.description.contains("no DICOM file") == true)
    #expect(throws: CommandFailure.self) { _ = try InspectedFile(path: "\(folder.path)/missing") }
  }

  @Test(
    "is the same in every encoding",
    arguments: [TransferSyntax.implicitVRLittleEndian, .deflatedExplicitVRLittleEndian, .explicitVRLittleEndian])
  func sameContent(syntax: TransferSyntax) throws {
    let folder = try ScratchFolder()
    let one = try InspectedFile(
      path: folder.write("1", try Part10.write(Self.dataSet, in: .explicitVRLittleEndian)))
    let two = try InspectedFile(path: folder.write("2", try Part10.write(Self.dataSet, in: syntax)))
    let comparison = BulkComparison(first: one, second: two)
    #expect(one.header.dataSet.differences(from: two.header.dataSet, bulk: comparison.isEqual).isEmpty)
    #expect(
      two.header.dataSet.differences(from: one.header.dataSet, bulk: BulkComparison(first: two, second: one).isEqual)
        .isEmpty)
  }

  @Test("differs where a value, an item or a pixel does")
  func differences() throws {
    var other = Self.dataSet
    other.transcodeToUTF8()
    other.set(.columns, .us, 3)
    other[.iccProfile] = nil
    other.set(.pixelData, .ow, bytes: [1, 2, 3, 4, 5, 6, 7, 9])
    var item = other.items(.conceptNameCodeSequence)[0]
    item.set(.codeValue, .sh, "113001")
    other.set(.conceptNameCodeSequence, items: [item, item])
    let folder = try ScratchFolder()
    let one = try InspectedFile(path: folder.write("1", try Part10.write(Self.dataSet, in: .explicitVRLittleEndian)))
    let two = try InspectedFile(path: folder.write("2", try Part10.write(other, in: .implicitVRLittleEndian)))
    let found = one.header.dataSet.differences(
      from: two.header.dataSet, bulk: BulkComparison(first: one, second: two).isEqual)
    #expect(
      found.map(\.path.description) == [
        "00280011", "00282000", "0040A043/0/00080100", "0040A043/1/0040A043", "7FE00010",
      ])
    #expect(found[1].second == nil && found[3].first == nil)
  }

  @Test("is reported on by rule and place, leniencies included")
  func validation() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("a.dcm", try Part10.write(Self.dataSet, in: .explicitVRLittleEndian) + [0, 0, 0])
    let report = ValidateCommand.report(on: path)
    #expect(report.findings.first?.rule == "trailingBytes")
    #expect(
      report.findings.contains { $0.rule == "missing" && $0.keyword == "StudyInstanceUID" && $0.severity == "error" })
    #expect(ValidateCommand.report(on: "\(folder.path)/missing").failure != nil)
  }
}
