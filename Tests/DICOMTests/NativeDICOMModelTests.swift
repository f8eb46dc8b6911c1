import DICOM
import Testing

@Suite("A Native DICOM Model")
struct NativeDICOMModelTests {
  private static func text(_ dataSet: DataSet) -> String {
    String(decoding: NativeDICOMModel.encode(dataSet), as: UTF8.self)
  }

  @Test("keeps a data set through writing and reading")
  func roundTrip() throws {
    var expected = Examples.image
    expected.transcodeToUTF8()
    let read = try NativeDICOMModel.decode(NativeDICOMModel.encode(Examples.image))
    #expect(read.canonicallyEqual(to: expected))
    #expect(read.string(.patientName) == "Müller^Jürgen")
  }

  @Test("says what DICOM JSON says")
  func equality() throws {
    let xml = try NativeDICOMModel.decode(NativeDICOMModel.encode(Examples.image))
    let json = try DICOMJSON.decode(DICOMJSON.encode(Examples.image))
    #expect(xml == json)
  }

  @Test("has a name in its groups and components")
  func name() throws {
    var dataSet = DataSet()
    dataSet.set(.patientName, .pn, "Yamada^Tarou^^Dr=山田^太郎", "Doe^J & <son>")
    let text = Self.text(dataSet)
    for part in [
      "<FamilyName>Yamada</FamilyName>", "<NamePrefix>Dr</NamePrefix>", "<Ideographic>\n<FamilyName>山田</FamilyName>",
      "<PersonName number=\"2\">", "<GivenName>J &amp; &lt;son&gt;</GivenName>",
    ] {
      #expect(text.contains(part))
    }
    #expect(!text.contains("MiddleName"))
    let read = try NativeDICOMModel.decode(Array(text.utf8))
    #expect(read.strings(.patientName) == dataSet.strings(.patientName))
  }

  @Test("names private attributes by their creator and finds their block again")
  func privateBlocks() throws {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0029, 0x0011), .lo, "ACME \"1\"")
    dataSet.set(Tag(0x0029, 0x1104), .ds, "2.5")
    #expect(Self.text(dataSet).contains("tag=\"00290004\" vr=\"DS\" privateCreator=\"ACME &quot;1&quot;\""))
    #expect(try NativeDICOMModel.decode(NativeDICOMModel.encode(dataSet)) == dataSet)
    var twice = dataSet
    twice.set(Tag(0x0029, 0x0012), .lo, "ACME \"1\"")
    twice.set(Tag(0x0029, 0x1204), .ds, "3.5")
    #expect(try NativeDICOMModel.decode(NativeDICOMModel.encode(twice)) == twice)
    let alone =
      "<NativeDicomModel><DicomAttribute tag='00290004' vr='DS' privateCreator='B'><Value number='1'>7</Value>"
    let read = try NativeDICOMModel.decode(Array((alone + "</DicomAttribute></NativeDicomModel>").utf8))
    #expect(read[PrivateTag("B", 0x0029, 0x04)]?.bytes == Array("7".utf8))
  }

  @Test("refers to long values, and reads them where they lie")
  func bulkData() throws {
    var dataSet = DataSet()
    dataSet.set(.iccProfile, .ob, bytes: [UInt8](repeating: 7, count: 20))
    dataSet.set(DataElement(tag: .pixelData, vr: .ow, value: .bulk(BulkReference(offset: 0, length: 4))))
    let document = NativeDICOMModel.encode(dataSet, inlineBinaryLength: 10) { "a?b&c=\($0)" }
    #expect(String(decoding: document, as: UTF8.self).contains("<BulkData uri=\"a?b&amp;c=7FE00010\"/>"))
    let read = try NativeDICOMModel.decode(document) { path, uri in
      uri == "a?b&c=\(path)" ? .bytes([1, 2]) : nil
    }
    #expect(read[.pixelData]?.bytes == [1, 2])
    #expect(read[.iccProfile]?.bytes == [1, 2])
    #expect(try NativeDICOMModel.decode(document).isEmpty)
  }

  @Test("keeps line ends, spaces and marks of a text; XML has no other control characters")
  func text() throws {
    var dataSet = DataSet()
    let text = " a\r\nb\tc  \"<&>' ]]> é"
    dataSet.set(.textValue, .ut, text)
    #expect(try NativeDICOMModel.decode(NativeDICOMModel.encode(dataSet)).string(.textValue) == text)
    dataSet.set(.textValue, .ut, "a\u{1}b")
    #expect(try NativeDICOMModel.decode(NativeDICOMModel.encode(dataSet)).string(.textValue) == "a\u{FFFD}b")
  }

  @Test(
    "is read in any of the ways XML allows",
    arguments: [
      "<?xml version='1.0' encoding='utf-8'?><n:NativeDicomModel xmlns:n='x'><n:DicomAttribute tag='00100020' vr='LO'>"
        + "<n:Value number='1'>A&#x42;&amp;</n:Value></n:DicomAttribute></n:NativeDicomModel>\n<!-- end -->",
      "<NativeDicomModel>\n <!-- x --> <DicomAttribute tag=\"00100020\" vr=\"LO\" ><Value number = \"1\"><![CDATA[AB&]]></Value>"
        + "</DicomAttribute ><DicomAttribute tag=\"00100030\" vr=\"DA\"/></NativeDicomModel>",
      "\u{FEFF}<NativeDicomModel><DicomAttribute tag=\"00100020\"><Value number=\"1\">AB&#38;</Value></DicomAttribute>"
        + "</NativeDicomModel>",
    ])
  func variants(document: String) throws {
    #expect(try NativeDICOMModel.decode(Array(document.utf8)).string(.patientID) == "AB&")
  }

  private static let refused = [
    "", "text", "<NativeDicomModel>", "<other/>", "<NativeDicomModel/><NativeDicomModel/>", "<NativeDicomModel/>x",
    "<!DOCTYPE a [<!ENTITY b \"c\">]><NativeDicomModel/>", "<NativeDicomModel>&b;</NativeDicomModel>",
    "<NativeDicomModel>x</NativeDicomModel>", "<NativeDicomModel></DicomAttribute>", "<NativeDicomModel a='1' a='2'/>",
    "<NativeDicomModel a='<'/>", "<?xml version='1.0' encoding='utf-16'?><NativeDicomModel/>",
    "<NativeDicomModel><DicomAttribute/></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag='0010'/></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag='00100020' vr='LO'><Value number='0'>x</Value></DicomAttribute></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag='00100020' vr='LO'><Value number='9999999999'>x</Value></DicomAttribute>"
      + "</NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag='00100020' vr='LO'><Value number='1'>&#0;</Value></DicomAttribute>"
      + "</NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag='00280010' vr='US'><Value number='1'>70000</Value></DicomAttribute>"
      + "</NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag='00280010' vr='US'><InlineBinary>*</InlineBinary></DicomAttribute>"
      + "</NativeDicomModel>",
    String(repeating: "<NativeDicomModel>", count: 200),
  ]

  @Test("is refused when it is none, declares a document type or nests too deep", arguments: refused)
  func refusal(document: String) {
    #expect(throws: DICOMError.self) { try NativeDICOMModel.decode(Array(document.utf8)) }
  }

  @Test("nests as deep as sequences may")
  func depth() throws {
    var dataSet = DataSet()
    dataSet.set(.textValue, .ut, "inmost")
    for _ in 0..<32 {
      var outer = DataSet()
      outer.set(.contentSequence, items: [dataSet])
      dataSet = outer
    }
    #expect(try NativeDICOMModel.decode(NativeDICOMModel.encode(dataSet)) == dataSet)
  }

  @Test("comes in pieces")
  func pieces() {
    var item = DataSet()
    item.set(.textValue, .ut, String(repeating: "text ", count: 200))
    var dataSet = DataSet()
    dataSet.set(.contentSequence, items: Array(repeating: item, count: 300))
    var pieces: [[UInt8]] = []
    NativeDICOMModel.write(dataSet) { pieces.append($0) }
    #expect(pieces.count > 3 && pieces.allSatisfy { $0.count < 70_000 })
    #expect(Array(pieces.joined()) == NativeDICOMModel.encode(dataSet))
  }

  @Test("is read or refused after any mutation, and written again as read")
  func mutation() throws {
    var random = Seeded(seed: FuzzSeed.chosen)
    print("XML mutations: seed \(FuzzSeed.chosen)")
    let document = NativeDICOMModel.encode(Examples.image)
    for _ in 0..<2000 {
      var mutant = document
      Mutation.apply(to: &mutant, using: &random)
      guard let read = try? NativeDICOMModel.decode(mutant) else { continue }
      let again = try NativeDICOMModel.decode(NativeDICOMModel.encode(read))
      #expect(try NativeDICOMModel.decode(NativeDICOMModel.encode(again)) == again)
    }
  }
}
