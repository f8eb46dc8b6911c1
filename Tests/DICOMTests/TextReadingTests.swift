import Testing

@testable import DICOM

@Suite("A text that is read")
struct TextReadingTests {
  struct Misfit: CustomTestStringConvertible, Sendable {
    var terms: String
    var bytes: [UInt8]
    var problem: TextReading.Problem?
    var guess: String?
    var testDescription: String { "\(terms): \(problem?.rawValue ?? "fits")" }
  }

  static let misfits: [Misfit] = [
    Misfit(terms: "", bytes: Array("plain".utf8), problem: nil),
    Misfit(terms: "", bytes: Array("Müller".utf8), problem: .undeclared, guess: "Müller"),
    Misfit(terms: "", bytes: [0x4D, 0xFC, 0x6C], problem: .undeclared, guess: "Mül"),
    Misfit(terms: "ISO_IR 100", bytes: [0x4D, 0xFC, 0x6C], problem: nil),
    Misfit(terms: "ISO_IR 100", bytes: Array("Müller".utf8), problem: .readsAsUTF8, guess: "Müller"),
    Misfit(terms: "ISO_IR 100", bytes: [0x93, 0x41, 0xFC, 0x94], problem: .outsideRepertoire, guess: "“Aü”"),
    Misfit(terms: "ISO_IR 144", bytes: [0xCC, 0xE8, 0xF0, 0x88], problem: .outsideRepertoire, guess: "Мир€"),
    Misfit(terms: "ISO_IR 192", bytes: [0x4D, 0xFC, 0x6C], problem: .outsideRepertoire),
    Misfit(terms: "GB18030", bytes: [0xCD, 0xF5], problem: nil),
    Misfit(terms: "GB18030", bytes: [0xCD, 0xFF, 0x41], problem: .outsideRepertoire),
    Misfit(terms: "\\ISO 2022 IR 87", bytes: [0x8E, 0x52, 0x93, 0x63], problem: .outsideRepertoire, guess: "山田"),
    Misfit(
      terms: "ISO_IR 100", bytes: [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42], problem: .undeclaredEscape),
    Misfit(terms: "\\ISO 2022 IR 87", bytes: [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42], problem: nil),
    Misfit(terms: "\\ISO 2022 IR 87", bytes: [0x41, 0x1B, 0x7A, 0x7A], problem: .undeclaredEscape),
  ]

  @Test("says when its bytes do not fit, and what they may mean", arguments: misfits)
  func misfit(example: Misfit) {
    let set = SpecificCharacterSet(value: Array(example.terms.utf8))
    let reading = set.reading(example.bytes, .lo)
    #expect(reading.problem == example.problem)
    if let guess = example.guess { #expect(reading.guess?.text == guess) }
    if example.problem == nil { #expect(!reading.text.unicodeScalars.contains("\u{FFFD}")) }
    #expect(set.reading(example.bytes, .da).problem == nil, "dates are no text of a character set")
  }

  @Test("is told by its place, at any depth and by the set of its item")
  func findings() {
    var item = DataSet()
    item.set(.specificCharacterSet, .cs, "ISO_IR 192")
    item.set(.codeMeaning, .lo, bytes: [0x4D, 0xFC])
    var inheriting = DataSet()
    inheriting.set(.codeMeaning, .lo, bytes: [0x4D, 0xFC])
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 100", "ISO_IR 4711")
    dataSet.set(.patientName, .pn, bytes: [0x4D, 0xFC])
    dataSet.set(.procedureCodeSequence, items: [inheriting, item])
    #expect(
      dataSet.characterSetFindings.map(\.description) == [
        "unknownTerm at 00080005", "outsideRepertoire at 00081032/1/00080104",
      ])
  }

  @Test("holds every character of its repertoire without loss", arguments: Repertoire.allCases)
  func everyCharacter(repertoire: Repertoire) throws {
    let isExtension = repertoire.isDoubleByteG0 || repertoire.isDoubleByteG1
    let set = SpecificCharacterSet(terms: (isExtension ? [""] : []) + [repertoire.term(extended: isExtension)])
    var held = 0
    // A whole encoding holds nearly everything: every 17th character of it will do.
    let step = repertoire.isWholeEncoding ? 17 : 1
    let candidates =
      repertoire.isSingleByteG1
      ? repertoire.upperHalf.map(UInt32.init) : Array(stride(from: 0x80, to: 0xFFFD, by: step))
    for value in candidates where value != 0xFFFD {
      guard let scalar = Unicode.Scalar(value), let bytes = set.encode(String(scalar), .lo) else { continue }
      held += 1
      if set.decode(bytes, .lo) != String(scalar) { Issue.record("U+\(String(value, radix: 16))") }
    }
    let expected: ClosedRange<Int> =
      switch repertoire {
      case .ascii: 0...0
      case .utf8, .gb18030: 3_600...3_900
      case .gbk: 1_200...1_500
      case .kanji: 6_000...7_000
      case .supplementaryKanji: 5_500...6_500
      case .korean: 8_000...8_400
      case .simplifiedChinese: 7_000...7_700
      default: 48...128
      }
    #expect(expected.contains(held), "\(held) characters")
  }

  @Test(
    "is written in the smallest set that holds it",
    arguments: [
      ("plain", ""), ("Müller", "ISO_IR 100"), ("Wałęsa", "ISO_IR 101"), ("Люкceмбург", "ISO_IR 144"),
      ("Διονυσιος", "ISO_IR 126"), ("شرون", "ISO_IR 127"), ("שרון", "ISO_IR 138"), ("สวัสดี", "ISO_IR 166"),
      ("İstanbul", "ISO_IR 109"), ("€", "ISO_IR 203"), ("ﾔﾏﾀﾞ", "ISO_IR 13"), ("山田", "ISO_IR 192"),
      ("Müller Люк", "ISO_IR 192"), ("naïve\u{2019}s", "ISO_IR 192"),
    ])
  func smallest(text: String, terms: String) {
    #expect(SpecificCharacterSet.smallest(holding: text).terms.joined(separator: "\\") == terms)
    var item = DataSet()
    item.set(.codeMeaning, .lo, text)
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 192")
    dataSet.set(.patientName, .pn, "\(text)^A\\B")
    dataSet.set(.procedureCodeSequence, items: [item])
    var small = dataSet
    small.transcodeToSmallestCharacterSet()
    #expect(small.strings(.specificCharacterSet).joined(separator: "\\") == terms)
    #expect(small.canonicallyEqual(to: dataSet))
    #expect(small.items(.procedureCodeSequence).first?.string(.codeMeaning) == text)
  }

  @Test("of a sample file fits what it is declared in", .enabled(if: Samples.arePresent))
  func samples() throws {
    var found: [String: [String]] = [:]
    for row in Samples.dicom {
      guard let bytes = Samples.bytes(of: row), let name = row["file"], let header = try? Examples.read(bytes)
      else { continue }
      let findings = header.dataSet.characterSetFindings
      if !findings.isEmpty { found[name] = findings.map(\.description) }
    }
    for (name, findings) in found where Self.misfitting[name] == nil { Issue.record("\(name): \(findings)") }
    for name in Self.misfitting.keys where found[name] == nil { Issue.record("\(name) fits") }
  }

  /// Sample files whose text does not fit, and how.
  private static let misfitting = [
    "dicom/rdsr/CT-RDSR-Siemens_Flash-QA-DS.dcm": "a name in ISO 8859-1 without a declaration",
    "dicom/rdsr/CT-RDSR-Siemens_Flash-TAP-SS.dcm": "one comment in UTF-8 within ISO_IR 100",
  ]

  @Test("of a sample file in another language is written as it was", .enabled(if: Samples.arePresent))
  func reencoding() {
    for row in Samples.dicom where row["file"]?.contains("charset/") == true {
      guard let bytes = Samples.bytes(of: row), let header = try? Examples.read(bytes) else { continue }
      let dataSet = header.dataSet
      for element in dataSet where element.vr.isCharsetDependent {
        guard let value = element.bytes, !value.isPlainASCII else { continue }
        let text = dataSet.characterSet.decode(value, element.vr)
        let again = dataSet.characterSet.encode(text, element.vr)
        #expect(
          again.map { dataSet.characterSet.decode($0, element.vr) } == text, "\(row["file"] ?? "") \(element.tag)")
      }
    }
  }
}
