import DICOM
import Testing

/// The code of the articles of `DICOM.docc`, as it stands there.
@Suite("The articles about data sets")
struct ArticleTests {
  private static func file() throws -> [UInt8] {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, UID.ctImageStorage)
    dataSet.set(.sopInstanceUID, UID("2.25.1"))
    dataSet.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "AXIAL")
    dataSet.set(.patientName, PersonName(dicom: "Article^Built"))
    dataSet.set(.sliceLocation, .ds, "-12.5")
    dataSet.set(.rows, .us, 2)
    dataSet.set(.columns, .us, 2)
    dataSet.set(.bitsAllocated, .us, 8)
    dataSet.set(.samplesPerPixel, .us, 1)
    dataSet.set(.pixelData, .ob, bytes: [1, 2, 3, 4])
    return try Part10.write(dataSet, in: .explicitVRLittleEndian)
  }

  @Test("read a file whole")
  func whole() throws {
    let bytes = try Self.file()
    let (meta, dataSet) = try Part10.read(bytes)
    let name = dataSet.personName(.patientName)
    let slice = dataSet.double(.sliceLocation)
    let kinds = dataSet.strings(.imageType)
    let syntax = meta.uid(.transferSyntaxUID).map(TransferSyntax.init)
    #expect(name?.dicom == "Article^Built" && slice == -12.5 && kinds.count == 3)
    #expect(syntax == .explicitVRLittleEndian)
  }

  @Test("read a header in pieces, and find its frames")
  func header() throws {
    let bytes = try Self.file()
    let chunks = stride(from: 0, to: bytes.count, by: 7).map { Array(bytes[$0..<min($0 + 7, bytes.count)]) }
    var reader = HeaderReader()
    for chunk in chunks { try reader.consume(chunk) }
    let header = try reader.finish()
    let isImage = header.pixelData != nil
    #expect(isImage && header.findings.isEmpty)
    if let location = header.pixelData {
      let index = try FrameIndex(header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
      let firstFrame = index.ranges(frame: 0)
      #expect(firstFrame == [UInt64(bytes.count - 4)..<UInt64(bytes.count)])
    }
  }

  @Test("change a file and nothing else of it")
  func changing() throws {
    var file = try Part10File(reading: Self.file())
    file.dataSet.set(.patientComments, .lt, "seen")
    let changed = try file.encoded()
    #expect(try Part10.read(changed).dataSet.string(.patientComments) == "seen")
  }

  private func walk(_ dataSet: DataSet, in steps: [TagPath.Step] = [], _ visit: (TagPath, DataElement) -> Void) {
    for element in dataSet {
      visit(TagPath(element.tag, in: steps), element)
      for (number, item) in dataSet.items(element.tag).enumerated() {
        walk(item, in: steps + [TagPath.Step(sequence: element.tag, item: number)], visit)
      }
    }
  }

  @Test("walk and build sequences")
  func sequences() throws {
    var dataSet = DataSet()
    var code = DataSet()
    code.set(.codeValue, .sh, "121058")
    code.set(.codingSchemeDesignator, .sh, "DCM")
    code.set(.codeMeaning, .lo, "Procedure reported")
    dataSet.set(.procedureCodeSequence, items: [code])
    let procedures = dataSet.items(.procedureCodeSequence).compactMap { $0.string(.codeMeaning) }
    let firstSeries = dataSet.items(.referencedSeriesSequence).first?.uid(.seriesInstanceUID)
    #expect(procedures == ["Procedure reported"] && firstSeries == nil)
    var paths: [String] = []
    walk(dataSet) { path, _ in paths.append(path.description) }
    #expect(paths == ["00081032", "00081032/0/00080100", "00081032/0/00080102", "00081032/0/00080104"])
    let path = TagPath(.referencedSOPInstanceUID, in: [.init(sequence: .referencedImageSequence, item: 1)])
    #expect(path.description == "00081140/1/00081155")
  }
}
