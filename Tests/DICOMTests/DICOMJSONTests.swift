import DICOM
import Testing

@Suite("DICOM JSON")
struct DICOMJSONTests {
  private func text(_ dataSet: DataSet, _ uri: ((TagPath) -> String)? = nil) -> String {
    String(decoding: DICOMJSON.encode(dataSet, bulkDataURI: uri), as: UTF8.self)
  }

  struct Example: CustomTestStringConvertible, Sendable {
    var tag: Tag
    var vr: VR
    var bytes: [UInt8]
    var json: String
    var testDescription: String { json }

    init(_ tag: Tag, _ vr: VR, _ text: String, _ json: String) {
      self.init(tag, vr, Array(text.utf8), json)
    }

    init(_ tag: Tag, _ vr: VR, _ bytes: [UInt8], _ json: String) {
      (self.tag, self.vr, self.bytes, self.json) = (tag, vr, bytes, json)
    }
  }

  static let examples: [Example] = [
    Example(.studyDate, .da, "20130409", #"{"00080020":{"vr":"DA","Value":["20130409"]}}"#),
    Example(.studyDate, .da, "", #"{"00080020":{"vr":"DA"}}"#),
    Example(
      .patientName, .pn, "Yamada^Tarou=X^Y",
      #"{"00100010":{"vr":"PN","Value":[{"Alphabetic":"Yamada^Tarou","Ideographic":"X^Y"}]}}"#),
    Example(.patientName, .pn, "==P", #"{"00100010":{"vr":"PN","Value":[{"Phonetic":"P"}]}}"#),
    Example(.otherPatientIDs, .lo, "a\\\\b", #"{"00101000":{"vr":"LO","Value":["a",null,"b"]}}"#),
    Example(.patientComments, .lt, "a\\\"b\r\n\u{1}", #"{"00104000":{"vr":"LT","Value":["a\\\"b\r\n\u0001"]}}"#),
    Example(.pixelSpacing, .ds, "0.50\\ 1.e0", #"{"00280030":{"vr":"DS","Value":[0.50,1.0]}}"#),
    Example(.pixelSpacing, .ds, "+1.5\\.5 ", #"{"00280030":{"vr":"DS","Value":[1.5,0.5]}}"#),
    Example(.pixelSpacing, .ds, "n/a", #"{"00280030":{"vr":"DS","Value":["n/a"]}}"#),
    Example(.instanceNumber, .is, "+007", #"{"00200013":{"vr":"IS","Value":[7]}}"#),
    Example(.rows, .us, [0xFF, 0xFF], #"{"00280010":{"vr":"US","Value":[65535]}}"#),
    Example(.smallestImagePixelValue, .ss, [0xFF, 0xFF], #"{"00280106":{"vr":"SS","Value":[-1]}}"#),
    Example(.frameIncrementPointer, .at, [0x18, 0, 0x63, 0x10], #"{"00280009":{"vr":"AT","Value":["00181063"]}}"#),
    Example(.realWorldValueSlope, .fd, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], #"{"00409225":{"vr":"FD","Value":[1.5]}}"#),
    Example(
      .realWorldValueSlope, .fd, [0, 0, 0, 0, 0, 0, 0xF0, 0x7F], #"{"00409225":{"vr":"FD","Value":["inf"]}}"#),
    Example(.iccProfile, .ob, [1, 2, 3, 4], #"{"00282000":{"vr":"OB","InlineBinary":"AQIDBA=="}}"#),
    Example(.rows, .un, [2, 0], #"{"00280010":{"vr":"US","Value":[2]}}"#),
    Example(Tag(0x0009, 0x1001), .un, [2, 0], #"{"00091001":{"vr":"UN","InlineBinary":"AgA="}}"#),
  ]

  @Test("writes", arguments: examples)
  func writing(example: Example) {
    var dataSet = DataSet()
    dataSet.set(example.tag, example.vr, bytes: example.bytes)
    #expect(text(dataSet) == example.json)
  }

  @Test("writes again what it read", arguments: examples)
  func reading(example: Example) throws {
    let dataSet = try DICOMJSON.decode(Array(example.json.utf8))
    #expect(text(dataSet) == example.json)
  }

  @Test("keeps a data set through writing and reading")
  func roundTrip() throws {
    let dataSet = Examples.dataSet
    let read = try DICOMJSON.decode(DICOMJSON.encode(dataSet))
    #expect(read.canonicallyEqual(to: dataSet))
    #expect(read.string(.patientName) == "Müller^Jürgen")
    #expect(read.string(.specificCharacterSet) == "ISO_IR 192")
  }

  @Test("tells values that are not held by their path")
  func bulk() {
    var item = DataSet()
    item.set(DataElement(tag: .iccProfile, vr: .ob, value: .bulk(BulkReference(offset: 1, length: 2))))
    var dataSet = DataSet()
    dataSet.set(.opticalPathSequence, items: [DataSet(), item])
    let reference = PixelDataLocation.native(BulkReference(offset: 0, length: 8))
    dataSet.set(DataElement(tag: .pixelData, vr: .ow, value: .pixels(reference)))
    #expect(
      text(dataSet) { "/b/\($0)" }
        == #"{"00480105":{"vr":"SQ","Value":[{},{"00282000":{"vr":"OB","BulkDataURI":"/b/00480105/1/00282000"}}]},"#
        + #""7FE00010":{"vr":"OW","BulkDataURI":"/b/7FE00010"}}"#)
    #expect(text(dataSet) == #"{"00480105":{"vr":"SQ","Value":[{},{}]}}"#)
    #expect(TagPath("00480105/1/00282000")?.steps == [.init(sequence: .opticalPathSequence, item: 1)])
    #expect(TagPath("00480105/1") == nil && TagPath("00480105/-1/00282000") == nil)
  }

  @Test("resolves BulkDataURI while reading")
  func resolving() throws {
    let json = #"{"7FE00010":{"vr":"OW","BulkDataURI":"cid:1"},"00282000":{"vr":"OB","BulkDataURI":"cid:2"}}"#
    let dataSet = try DICOMJSON.decode(Array(json.utf8)) { path, uri in
      uri == "cid:1" && path.tag == .pixelData ? .bytes([1, 2]) : nil
    }
    #expect(dataSet[.pixelData]?.bytes == [1, 2])
    #expect(!dataSet.contains(.iccProfile))
  }

  @Test(
    "refuses what is no DICOM JSON",
    arguments: [
      "", "{", "[]x", "{\"00100010\":1}", "{\"Nonsense\":{}}", "{\"00280010\":{\"vr\":\"US\",\"Value\":[70000]}}",
      "{\"00280010\":{\"vr\":\"XX\"}}", "{\"00280010\":{\"vr\":\"US\",\"Value\":[01]}}", "nul",
      "{\"00282000\":{\"vr\":\"OB\",\"InlineBinary\":\"A\"}}",
    ])
  func refusal(json: String) {
    #expect(throws: DICOMError.self) { try DICOMJSON.decode(Array(json.utf8)) }
  }

  @Test("reads an array and surrogate pairs")
  func array() throws {
    let json = #"[{"00104000":{"vr":"LT","Value":["\ud83d\ude00 \ud800"]}},{}]"#
    let dataSets = try DICOMJSON.decodeArray(Array(json.utf8))
    #expect(dataSets.count == 2)
    #expect(dataSets.first?.string(.patientComments) == "😀 \u{FFFD}")
  }

  @Test("reads or refuses any mutation, and writes again what it read")
  func mutation() throws {
    let seed = FuzzSeed.chosen
    print("mutations of JSON: seed \(seed)")
    var random = Seeded(seed: seed)
    let text = DICOMJSON.encode(Examples.image)
    for _ in 0..<2000 {
      var mutant = text
      Mutation.apply(to: &mutant, using: &random)
      guard let dataSet = try? DICOMJSON.decode(mutant) else { continue }
      let again = try DICOMJSON.decode(DICOMJSON.encode(dataSet))
      #expect(DICOMJSON.encode(again) == DICOMJSON.encode(dataSet))
    }
  }

  @Test(
    "writes Specific Character Set as the code string it is, whatever VR it came with",
    arguments: [VR.us, .sl, .fd, .at])
  func damagedCharacterSet(vr: VR) throws {
    var set = DataSet()
    set[.specificCharacterSet] = DataElement(
      tag: .specificCharacterSet, vr: vr, value: .bytes([1, 2, 3, 4, 5, 6, 7, 8]))
    set.set(.patientID, .lo, "P1")
    let back = try DICOMJSON.decode(DICOMJSON.encode(set) { "bulk/\($0)" })
    #expect(back.string(.patientID) == "P1")
  }
}

@Suite("A DICOM JSON stream")
struct JSONStreamTests {
  @Test("is the text in pieces, none much longer than a piece")
  func pieces() {
    var item = DataSet()
    item.set(.textValue, .ut, String(repeating: "text ", count: 200))
    var dataSet = Examples.dataSet
    dataSet.set(.contentSequence, items: Array(repeating: item, count: 1000))
    var pieces: [[UInt8]] = []
    DICOMJSON.write(dataSet) { pieces.append($0) }
    #expect(Array(pieces.joined()) == DICOMJSON.encode(dataSet))
    #expect(pieces.count > 10)
    #expect(pieces.allSatisfy { $0.count < 70_000 })
  }

  @Test("takes back what cannot be told, wherever a piece ends")
  func references() {
    var item = DataSet()
    item.set(DataElement(tag: .encapsulatedDocument, vr: .ob, value: .bulk(BulkReference(offset: 0, length: 9))))
    item.set(.textValue, .ut, String(repeating: "x", count: 40_000))
    var dataSet = DataSet()
    dataSet.set(.contentSequence, items: [item, item, item, item])
    dataSet.set(DataElement(tag: .pixelData, vr: .ow, value: .bulk(BulkReference(offset: 0, length: 9))))
    var text: [UInt8] = []
    DICOMJSON.write(dataSet) { text += $0 }
    #expect(text == DICOMJSON.encode(dataSet))
    #expect(!String(decoding: text, as: UTF8.self).contains("7FE00010"))
  }
}
