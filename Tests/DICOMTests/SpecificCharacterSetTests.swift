import DICOM
import Testing

@Suite("A specific character set")
struct SpecificCharacterSetTests {
  struct Example: CustomTestStringConvertible, Sendable {
    var terms: String
    var bytes: [UInt8]
    var text: String
    var isCanonical = true
    var testDescription: String { "\(terms): \(text)" }
  }

  /// PS3.5 Annexes H (Japanese), I (Korean), J (Chinese) and the single-byte repertoires.
  static let examples: [Example] = [
    Example(terms: "", bytes: Array("Doe^John".utf8), text: "Doe^John"),
    Example(
      terms: "ISO_IR 100", bytes: [0x42, 0x75, 0x63, 0x5E, 0x4A, 0xE9, 0x72, 0xF4, 0x6D, 0x65], text: "Buc^Jérôme"),
    Example(terms: "ISO_IR 101", bytes: [0x57, 0xB3, 0x61], text: "Wła"),
    Example(
      terms: "ISO_IR 144", bytes: [0xBB, 0xEE, 0xDA, 0x63, 0x65, 0xDC, 0xD1, 0xE3, 0xE0, 0xD3], text: "Люкceмбург"),
    Example(terms: "ISO_IR 126", bytes: [0xC4, 0xE9, 0xEF, 0xED, 0xF5, 0xF3, 0xE9, 0xEF, 0xF2], text: "Διονυσιος"),
    Example(terms: "ISO_IR 127", bytes: [0xE2, 0xC8, 0xC7, 0xE6, 0xEA], text: "قباني"),
    Example(terms: "ISO_IR 138", bytes: [0xF9, 0xF8, 0xE5, 0xEF], text: "שרון"),
    Example(terms: "ISO_IR 166", bytes: [0xCA, 0xC7], text: "สว"),
    Example(terms: "ISO_IR 148", bytes: [0xDD], text: "İ"),
    Example(terms: "ISO_IR 203", bytes: [0xA4], text: "€"),
    Example(terms: "ISO_IR 192", bytes: Array("Wang^XiaoDong=王^小東".utf8), text: "Wang^XiaoDong=王^小東"),
    Example(
      terms: "GB18030",
      bytes: Array("Wang^XiaoDong=".utf8) + [0xCD, 0xF5, 0x5E, 0xD0, 0xA1, 0xB6, 0xAB], text: "Wang^XiaoDong=王^小东"),
    Example(terms: "GBK", bytes: [0x81, 0x5C], text: "乗"),
    Example(
      terms: "\\ISO 2022 IR 87",
      bytes: Array("Yamada^Tarou=".utf8) + [
        0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42, 0x5E, 0x1B, 0x24, 0x42, 0x42, 0x40, 0x4F, 0x3A,
        0x1B,
        0x28, 0x42, 0x3D, 0x1B, 0x24, 0x42, 0x24, 0x64, 0x24, 0x5E, 0x24, 0x40, 0x1B, 0x28, 0x42, 0x5E, 0x1B, 0x24,
        0x42,
        0x24, 0x3F, 0x24, 0x6D, 0x24, 0x26, 0x1B, 0x28, 0x42,
      ], text: "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    Example(
      terms: "ISO 2022 IR 13\\ISO 2022 IR 87",
      bytes: [
        0xD4, 0xCF, 0xC0, 0xDE, 0x5E, 0xC0, 0xDB, 0xB3, 0x3D, 0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28,
        0x4A,
        0x5E, 0x1B, 0x24, 0x42, 0x42, 0x40, 0x4F, 0x3A, 0x1B, 0x28, 0x4A, 0x3D, 0x1B, 0x24, 0x42, 0x24, 0x64, 0x24,
        0x5E,
        0x24, 0x40, 0x1B, 0x28, 0x4A, 0x5E, 0x1B, 0x24, 0x42, 0x24, 0x3F, 0x24, 0x6D, 0x24, 0x26, 0x1B, 0x28, 0x4A,
      ], text: "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", isCanonical: false),
    Example(
      terms: "\\ISO 2022 IR 149",
      bytes: Array("Hong^Gildong=".utf8) + [
        0x1B, 0x24, 0x29, 0x43, 0xFB, 0xF3, 0x5E, 0x1B, 0x24, 0x29, 0x43, 0xD1, 0xCE, 0xD4, 0xD7, 0x3D, 0x1B, 0x24,
        0x29,
        0x43, 0xC8, 0xAB, 0x5E, 0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE6, 0xB5, 0xBF,
      ], text: "Hong^Gildong=洪^吉洞=홍^길동"),
    Example(
      terms: "\\ISO 2022 IR 58",
      bytes: Array("Zhang^XiaoDong=".utf8) + [
        0x1B, 0x24, 0x29, 0x41, 0xD5, 0xC5, 0x5E, 0x1B, 0x24, 0x29, 0x41, 0xD0, 0xA1, 0xB6, 0xAB, 0x3D,
      ], text: "Zhang^XiaoDong=张^小东="),
    Example(
      terms: "\\ISO 2022 IR 159", bytes: [0x1B, 0x24, 0x28, 0x44, 0x30, 0x21, 0x1B, 0x28, 0x42], text: "丂"),
    Example(
      terms: "ISO 2022 IR 100\\ISO 2022 IR 144",
      bytes: [0xE9, 0x5E, 0x1B, 0x2D, 0x4C, 0xBB, 0x5E, 0xE9], text: "é^Л^é"),
  ]

  @Test("decodes", arguments: examples)
  func decoding(example: Example) {
    let set = SpecificCharacterSet(value: Array(example.terms.utf8))
    #expect(set.decode(example.bytes, .pn) == example.text)
  }

  @Test("encodes what it decodes", arguments: examples)
  func encoding(example: Example) throws {
    let set = SpecificCharacterSet(value: Array(example.terms.utf8))
    let bytes = try #require(set.encode(example.text, .pn))
    #expect(set.decode(bytes, .pn) == example.text)
    if example.isCanonical { #expect(bytes == example.bytes) }
  }

  @Test(
    "understands the spellings met in practice",
    arguments: [
      "ISO_IR 100", "ISO-IR 100", "ISO_IR_100", "ISO 2022 IR 100", "ISO2022 IR 100", "iso_ir 100", "ISO IR 100 ",
    ])
  func spelling(term: String) {
    #expect(SpecificCharacterSet(value: Array(term.utf8)).decode([0xE9], .lo) == "é")
  }

  @Test("does not divide a double-byte character at its backslash byte")
  func backslash() {
    let gbk = SpecificCharacterSet(terms: ["GBK"])
    #expect(gbk.values([0x81, 0x5C, 0x5C, 0x41], .lo) == ["乗", "A"])
    let japanese = SpecificCharacterSet(terms: ["", "ISO 2022 IR 87"])
    let kanji: [UInt8] = [0x1B, 0x24, 0x42, 0x3A, 0x5C, 0x1B, 0x28, 0x42]
    let values = japanese.values(kanji + [0x5C] + kanji, .lo)
    #expect(values.count == 2 && values.first == values.last && values.first?.count == 1)
  }

  @Test("refuses text outside its repertoires")
  func refusal() {
    #expect(SpecificCharacterSet.latin1.encode("王", .lo) == nil)
    #expect(SpecificCharacterSet.default.encode("é", .lo) == nil)
  }

  @Test("replaces what is malformed and never traps")
  func malformed() {
    let seed = FuzzSeed.chosen
    print("malformed text: seed \(seed)")
    var random = Seeded(seed: seed)
    for example in Self.examples {
      let set = SpecificCharacterSet(value: Array(example.terms.utf8))
      for _ in 0..<300 {
        var bytes = example.bytes
        for _ in 0..<4 {
          bytes.insert(
            UInt8.random(in: 0 ... .max, using: &random), at: Int.random(in: 0...bytes.count, using: &random))
        }
        let values = set.values(bytes, .pn)
        #expect(!values.isEmpty)
      }
    }
    #expect(SpecificCharacterSet.utf8.decode([0x41, 0xFF, 0x42], .lo) == "A\u{FFFD}B")
    #expect(SpecificCharacterSet(terms: ["", "ISO 2022 IR 87"]).decode([0x1B, 0x24], .lo) == "\u{FFFD}$")
  }

  @Test("decodes in many tasks at once")
  func concurrency() async {
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask {
          (0..<50).allSatisfy { _ in
            Self.examples.allSatisfy {
              SpecificCharacterSet(value: Array($0.terms.utf8)).decode($0.bytes, .pn) == $0.text
            }
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test("is inherited by items that declare none")
  func inheritance() throws {
    var item = DataSet()
    item.set(DataElement(tag: .codeMeaning, vr: .lo, value: .bytes([0xE9])))
    var own = item
    own.set(.specificCharacterSet, .cs, "ISO_IR 101")
    own.set(DataElement(tag: .codeMeaning, vr: .lo, value: .bytes([0xB3])))
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 100")
    dataSet.set(.procedureCodeSequence, items: [item, own])
    #expect(dataSet.items(.procedureCodeSequence).map { $0.string(.codeMeaning) } == ["é", "ł"])
  }

  @Test("gives way to UTF-8 when a value does not fit")
  func growing() {
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 100")
    dataSet.set(.patientComments, .lt, "naïve")
    dataSet.set(.patientName, .pn, "王^小東")
    #expect(dataSet.string(.specificCharacterSet) == "ISO_IR 192")
    #expect(dataSet.string(.patientComments) == "naïve")
    #expect(dataSet.personName(.patientName)?.family == "王")
  }
}
