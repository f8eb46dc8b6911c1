import DICOM
import Testing

@Suite("A UID")
struct UIDTests {
  @Test(
    "is valid by the rules of PS3.5 §9.1",
    arguments: [
      ("1.2.840.10008.1.2", true), ("1.2.0.4", true), ("1.02", false), ("1..2", false), (".1", false), ("1.", false),
      ("", false), ("1.2a", false), (String(repeating: "1", count: 65), false),
      (String(repeating: "1", count: 64), true),
    ])
  func validity(text: String, isValid: Bool) {
    #expect((UID(validating: text) != nil) == isValid)
    #expect(UID(rawValue: text + "\0").rawValue == text)
  }

  @Test("can be made anew")
  func random() {
    let uids = (0..<100).map { _ in UID.random() }
    #expect(Set(uids).count == 100)
    #expect(uids.allSatisfy { $0.isValid && $0.rawValue.hasPrefix("2.25.") })
  }
}

@Suite("A VR")
struct VRTests {
  @Test("is one of thirty-four")
  func count() {
    #expect(VR.allCases.count == 34)
    #expect(VR.allCases.allSatisfy { VR($0.name) == $0 })
    #expect(VR.allCases.filter(\.usesLongLength).count == 13)
  }
}

@Suite("The data dictionary")
struct DataDictionaryTests {
  @Test(
    "knows an attribute",
    arguments: [
      (Tag.patientName, "PatientName", VR.pn, "1"), (.pixelSpacing, "PixelSpacing", .ds, "2"),
      (Tag(0x6002, 0x3000), "OverlayData", .ow, "1"), (.pixelData, "PixelData", .ow, "1"),
    ])
  func entry(tag: Tag, keyword: String, vr: VR, vm: String) throws {
    let entry = try #require(DataDictionary.entry(tag))
    #expect(entry.keyword == keyword && entry.vr == vr && entry.vm == vm)
  }

  @Test("finds every keyword's tag")
  func keywords() {
    for entry in DataDictionary.all where !entry.keyword.isEmpty {
      #expect(DataDictionary.tag(keyword: entry.keyword) == entry.tag)
      #expect(DataDictionary.vr(entry.tag) == entry.vr)
    }
    #expect(DataDictionary.all.map(\.tag) == DataDictionary.all.map(\.tag).sorted())
  }

  @Test("knows storage SOP classes")
  func storage() {
    #expect(StorageSOPClasses.contains(.ctImageStorage))
    #expect(StorageSOPClasses.contains(.digitalXRayImageStorageForPresentation))
    #expect(!StorageSOPClasses.contains(.verification))
    #expect(UIDRegistry.entry(.ctImageStorage)?.name == "CT Image Storage")
    #expect(StorageSOPClasses.all.allSatisfy { $0.isValid })
  }
}

@Suite("A transfer syntax")
struct TransferSyntaxTests {
  @Test(
    "says how it encodes",
    arguments: [
      (TransferSyntax.implicitVRLittleEndian, false, true, false), (.explicitVRBigEndian, true, false, false),
      (.jpegBaseline, true, true, true), (TransferSyntax(uid: "1.2.3.4"), true, true, true),
    ])
  func properties(syntax: TransferSyntax, isExplicit: Bool, isLittleEndian: Bool, isEncapsulated: Bool) {
    #expect(syntax.isExplicit == isExplicit)
    #expect(syntax.isLittleEndian == isLittleEndian)
    #expect(syntax.isEncapsulated == isEncapsulated)
  }

  @Test("is in the registry")
  func registry() {
    #expect(TransferSyntax.all.count > 40)
    #expect(TransferSyntax.htj2kLossless.isKnown && TransferSyntax.mpeg2MainProfile.isVideo)
    #expect(!TransferSyntax.jpegXL.isVideo)
  }
}

@Suite("A data set")
struct DataSetTests {
  @Test("keeps its elements in order")
  func order() {
    var dataSet = DataSet()
    dataSet.set(.rows, .us, 1)
    dataSet.set(.patientID, .lo, "A")
    dataSet.set(.rows, .us, 2)
    #expect(dataSet.map(\.tag) == [.patientID, .rows])
    #expect(dataSet.int(.rows) == 2)
    dataSet[.rows] = nil
    #expect(dataSet.count == 1)
  }

  @Test("gives values in the form asked for")
  func values() {
    let dataSet = Examples.dataSet
    #expect(dataSet.strings(.imageType) == ["ORIGINAL", "PRIMARY", "AXIAL"])
    #expect(dataSet.doubles(.pixelSpacing) == [0.5, 0.625])
    #expect(dataSet.ints(.simpleFrameList) == [1, 2, 70_000])
    #expect(dataSet.int(.smallestImagePixelValue) == -3)
    #expect(dataSet.string(.rows) == "4")
    #expect(dataSet.tags(.frameIncrementPointer) == [.frameTime])
    #expect(dataSet.items(.contentSequence).first?.string(.textValue) == "a\\b, one value")
    #expect(dataSet.personName(.patientName)?.given == "Jürgen")
    #expect(dataSet.uid(.sopClassUID) == .ctImageStorage)
    #expect(dataSet.string(.studyTime) == nil && dataSet.items(.rows).isEmpty)
  }

  @Test(
    "writes decimal strings of at most sixteen characters",
    arguments: [
      (0.1, "0.1"), (1.0 / 3, "0.33333333333333"), (-1234.56789012345678, "-1234.5678901234"), (5, "5"),
      (1.2345678901234567e-30, "1.2345678901e-30"),
    ])
  func decimalStrings(value: Double, text: String) {
    var dataSet = DataSet()
    dataSet.set(.sliceThickness, .ds, doubles: [value])
    #expect(dataSet.string(.sliceThickness) == text || (dataSet.string(.sliceThickness)?.utf8.count ?? 99) <= 16)
    #expect(abs((dataSet.double(.sliceThickness) ?? .infinity) - value) <= abs(value) * 1e-9)
  }

  @Test("is the same content in every transfer syntax", arguments: Examples.plainSyntaxes)
  func sameContent(syntax: TransferSyntax) throws {
    let read = try Part10.read(Examples.file(in: syntax)).dataSet
    #expect(read.canonicallyEqual(to: Examples.image))
    #expect(Examples.image.canonicallyEqual(to: read))
  }

  @Test("is the same content whatever its padding, character set or group lengths")
  func padding() {
    var padded = Examples.dataSet
    padded.set(.patientID, .lo, "ID-7  ")
    padded.set(Tag(0x0010, 0x0000), .ul, 12)
    padded.transcodeToUTF8()
    #expect(padded.canonicallyEqual(to: Examples.dataSet))
  }

  @Test("is other content when any value differs")
  func differences() {
    for element in Examples.dataSet where element.tag != .specificCharacterSet {
      var changed = Examples.dataSet
      changed[element.tag] = nil
      #expect(!changed.canonicallyEqual(to: Examples.dataSet), "without \(element.tag)")
      if let bytes = element.bytes, let first = bytes.first {
        changed = Examples.dataSet
        changed.set(element.tag, element.vr, bytes: [first ^ 1] + bytes.dropFirst())
        #expect(!changed.canonicallyEqual(to: Examples.dataSet), "other \(element.tag)")
      }
    }
  }

  @Test("counts values that nobody has looked at as different")
  func bulk() {
    var dataSet = DataSet()
    dataSet.set(DataElement(tag: .iccProfile, vr: .ob, value: .bulk(BulkReference(offset: 0, length: 4))))
    #expect(!dataSet.canonicallyEqual(to: dataSet))
    #expect(dataSet.canonicallyEqual(to: dataSet) { $0 == $1 })
  }
}

@Suite("A person name")
struct PersonNameTests {
  @Test("has three component groups")
  func groups() {
    let name = PersonName(dicom: "Adams^John Robert Quincy^^Rev.^B.A. M.Div.=I=P ")
    #expect(name.family == "Adams" && name.given == "John Robert Quincy" && name.prefix == "Rev.")
    #expect(name.suffix == "B.A. M.Div." && name.middle.isEmpty)
    #expect(name.ideographic == "I" && name.phonetic == "P")
    #expect(PersonName(dicom: "A=").dicom == "A")
  }
}

@Suite("A Part 10 file")
struct Part10Tests {
  @Test("keeps encapsulated pixel data as items")
  func encapsulated() throws {
    var dataSet = Examples.dataSet
    let items = Examples.mark(.item, [0, 0, 0, 0]) + Examples.mark(.item, [1, 2, 3, 4])
    dataSet.set(.pixelData, .ob, bytes: items)
    let read = try Part10.read(Part10.write(dataSet, in: .rleLossless))
    #expect(read.dataSet.canonicallyEqual(to: dataSet))
    #expect(read.fileMeta.uid(.transferSyntaxUID) == TransferSyntax.rleLossless.uid)
  }

  @Test("is written the same twice and needs its identifiers")
  func determinism() throws {
    #expect(try Examples.file(in: .explicitVRLittleEndian) == Examples.file(in: .explicitVRLittleEndian))
    #expect(throws: DICOMError.self) { try Part10.write(DataSet(), in: .explicitVRLittleEndian) }
  }

  @Test("writes a long text of a short VR as UN")
  func longText() throws {
    var dataSet = Examples.dataSet
    dataSet.set(.imageComments, .lt, String(repeating: "x", count: 70_000))
    let read = try Part10.read(Part10.write(dataSet, in: .explicitVRLittleEndian)).dataSet
    #expect(read[.imageComments]?.vr == .un)
    #expect(read.string(.imageComments)?.count == 70_000)
    #expect(read.canonicallyEqual(to: dataSet))
  }

  @Test("writes a command set with its group length")
  func command() throws {
    var command = DataSet()
    command.set(.affectedSOPClassUID, UID.verification)
    command.set(.commandField, .us, 0x0030)
    let bytes = try DataSetWriter.encodeCommandSet(command)
    let read = try Part10.readDataSet(bytes, in: .implicitVRLittleEndian)
    #expect(read.int(.commandGroupLength) == bytes.count - 12)
    #expect(read.uid(.affectedSOPClassUID) == .verification)
  }
}
