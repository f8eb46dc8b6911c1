import ArchiveCore
import DICOM
import Testing

/// A key, a value, and whether they match.
struct MatchCase: Sendable, CustomTestStringConvertible {
  var vr: VR
  var key: String
  var value: String
  var matches: Bool
  init(_ vr: VR, _ key: String, _ value: String, _ matches: Bool) {
    self.vr = vr
    self.key = key
    self.value = value
    self.matches = matches
  }
  var testDescription: String { "\(vr) \(key) \(matches ? "matches" : "does not match") \(value)" }
}

@Suite("Matching")
struct MatcherTests {
  /// A tag of no VR of its own here, so that the key's VR decides.
  private static let tag = DICOM.Tag.patientComments

  static let cases: [MatchCase] = [
    // Single values are exact, padding aside.
    .init(.lo, "P1", "P1", true), .init(.lo, "P1", "P1 ", true), .init(.lo, "P1", "p1", false),
    .init(.lo, "P1", "P10", false), .init(.lo, "P1", "", false), .init(.lo, "b", "a\\b", true),
    .init(.cs, "CT\\MR", "MR", true), .init(.cs, "CT,MR", "PT\\CT", true), .init(.cs, "CT\\MR", "US", false),
    .init(.ui, "1.2\\1.3", "1.3", true), .init(.ui, "1.2", "1.2.3", false),
    // Numbers by value.
    .init(.is, "1", "01", true), .init(.is, "1", "+1", true), .init(.ds, "1.5", "1.50", true),
    .init(.ds, "1e1", "10", true), .init(.is, "1", "2", false), .init(.is, "x", "0", false),
    // Wild cards.
    .init(.lo, "P*", "P", true), .init(.lo, "P?", "P", false), .init(.lo, "P?", "Pü", true),
    .init(.lo, "*b*", "abc", true), .init(.lo, "a*c*e", "abcde", true), .init(.lo, "a*c*f", "abcde", false),
    .init(.lo, "[a]*", "[a]b", true), .init(.lo, "[a]*", "ab", false), .init(.lo, "*", "", true),
    .init(.lo, "?*", "", false), .init(.cs, "C?\\MR", "CT", true),
    // Person names: any group, no regard to case, absent trailing components are empty.
    .init(.pn, "doe^jane", "DOE^JANE", true), .init(.pn, "DOE^JANE^^", "doe^jane", true),
    .init(.pn, "doe", "Doe^Jane", false), .init(.pn, "doe*", "Doe^Jane", true), .init(.pn, "DOE^*", "Doe", true),
    .init(.pn, "doe^*^*", "Doe^Jane", true), .init(.pn, "doe^*x", "Doe", false), .init(.pn, "MÜLL*", "müller", true),
    .init(.pn, "山田*", "Yamada^Tarou=山田^太郎=やまだ^たろう", true),
    .init(.pn, "やまだ^たろう", "Yamada^Tarou=山田^太郎=やまだ^たろう", true),
    .init(.pn, "yamada*=山田*", "Yamada^Tarou=山田^太郎=やまだ^たろう", true),
    .init(.pn, "yamada*=田*", "Yamada^Tarou=山田^太郎=やまだ^たろう", false),
    .init(.pn, "=山田*", "Yamada^Tarou=山田^太郎", true), .init(.pn, "=yamada*", "Yamada^Tarou=山田^太郎", false),
    .init(.pn, "*=山田*", "=山田^太郎", true), .init(.pn, "Doe*", "", false),
    // Dates.
    .init(.da, "20240301", "20240301", true), .init(.da, "20240301", "2024.03.01", true),
    .init(.da, "20240101-20240331", "20240301", true), .init(.da, "20240301-20240301", "20240301", true),
    .init(.da, "20240302-", "20240301", false), .init(.da, "-20240301", "20240301", true),
    .init(.da, "-20240301", "", false), .init(.da, "20240331-20240101", "20240301", false),
    .init(.da, "-20240301", "garbage", false), .init(.da, "garbage-20240301", "20240301", false),
    // Times: a value of less precision names a span.
    .init(.tm, "10", "1015", true), .init(.tm, "1015", "101500.5", true), .init(.tm, "101500", "101500.000", true),
    .init(.tm, "101501", "101500.9", false), .init(.tm, "10-11", "115959.999999", true),
    .init(.tm, "10-11", "12", false), .init(.tm, "-1015", "10:15:30", true), .init(.tm, "1016-", "1015", false),
    // Date-times with and without offset.
    .init(.dt, "2024", "20240301101500", true), .init(.dt, "202403-", "20240229235959.999999", false),
    .init(.dt, "20240301120000+0100", "20240301110000+0000", true),
    .init(.dt, "20240301120000+0100", "20240301120000+0000", false),
    .init(.dt, "20240301120000", "20240301120000+0500", true),
    .init(.dt, "20240301120000+0100", "20240301120000", true),
    .init(.dt, "20240301-20240302", "20240302235959", true), .init(.dt, "-202402", "20240229", true),
  ]

  @Test("follows PS3.4 §C.2.2.2", arguments: cases)
  func table(_ example: MatchCase) {
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 192")
    dataSet.set(Self.tag, example.vr, bytes: Array(example.value.utf8))
    let key = MatchingKey.parse(tag: Self.tag, vr: example.vr, text: example.key)
    #expect(Matcher([key]).matches(dataSet) == example.matches)
  }

  @Test("by no key, or by universal ones, takes anything")
  func universal() {
    let keys = [MatchingKey(.patientID, .lo, .universal), MatchingKey(.studyDate, .da, .range(from: nil, to: nil))]
    #expect(Matcher([]).matches(DataSet()))
    #expect(Matcher(keys).matches(DataSet()))
    #expect(!Matcher([MatchingKey(.patientID, .lo, .single("1"))]).matches(DataSet()))
  }

  @Test("of empty values finds what is absent, empty or blank")
  func empty() {
    let matcher = Matcher([MatchingKey(.patientID, .lo, .single(""))])
    for (value, expected) in [(nil, true), ("", true), ("  ", true), ("1", false)] as [(String?, Bool)] {
      var dataSet = DataSet()
      if let value { dataSet.set(.patientID, .lo, bytes: Array(value.utf8)) }
      #expect(matcher.matches(dataSet) == expected)
    }
  }

  @Test("of a sequence wants one item that satisfies all of the item's keys (§C.2.2.2.6)")
  func sequences() {
    func item(_ id: String, _ description: String) -> DataSet {
      var item = DataSet()
      item.set(.requestedProcedureID, .sh, id)
      item.set(.requestedProcedureDescription, .lo, description)
      return item
    }
    var dataSet = DataSet()
    dataSet.set(.requestAttributesSequence, items: [item("R1", "Thorax"), item("R2", "Abdomen")])
    func matches(_ id: String, _ description: String) -> Bool {
      let keys = [
        MatchingKey.parse(tag: .requestedProcedureID, vr: .sh, text: id),
        MatchingKey.parse(tag: .requestedProcedureDescription, vr: .lo, text: description),
      ]
      return Matcher([MatchingKey(.requestAttributesSequence, .sq, .sequence(keys))]).matches(dataSet)
    }
    #expect(matches("R1", "Tho*"))
    #expect(matches("R2", ""))
    #expect(!matches("R1", "Abdomen"))
    #expect(
      !Matcher([MatchingKey(.procedureCodeSequence, .sq, .sequence([.init(.codeValue, .sh, .single("1"))]))])
        .matches(dataSet))
  }

  @Test("of binary numbers goes by value, of tags by their digits")
  func binary() {
    var dataSet = DataSet()
    dataSet.set(.rows, .us, ints: [512])
    dataSet.set(.frameIncrementPointer, tags: [.frameTime])
    #expect(Matcher([.parse(tag: .rows, vr: .us, text: "512")]).matches(dataSet))
    #expect(!Matcher([.parse(tag: .rows, vr: .us, text: "51")]).matches(dataSet))
    #expect(Matcher([.parse(tag: .frameIncrementPointer, vr: .at, text: "00181063")]).matches(dataSet))
    #expect(!Matcher([.parse(tag: .frameIncrementPointer, vr: .at, text: "00181064")]).matches(dataSet))
  }

  @Test("decodes each side in its own repertoire")
  func repertoires() {
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 100")
    dataSet.set(.patientName, .pn, bytes: [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72])
    #expect(Matcher([.parse(tag: .patientName, vr: .pn, text: "MÜLLER")]).matches(dataSet))
  }
}

@Suite("A wild card pattern")
struct WildcardPatternTests {
  @Test("matches what its definition says, on seeded short texts")
  func definition() {
    func defined(_ pattern: Substring, _ text: Substring) -> Bool {
      guard let first = pattern.first else { return text.isEmpty }
      if first == "*" {
        return defined(pattern.dropFirst(), text) || (!text.isEmpty && defined(pattern, text.dropFirst()))
      }
      guard let character = text.first, first == "?" || first == character else { return false }
      return defined(pattern.dropFirst(), text.dropFirst())
    }
    var state: UInt64 = 11
    func next(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    for _ in 0..<20_000 {
      let pattern = String((0..<next(6)).map { _ in Array("ab*?")[next(4)] })
      let text = String((0..<next(7)).map { _ in Array("ab")[next(2)] })
      #expect(WildcardPattern(pattern).matches(text) == defined(pattern[...], text[...]), "\(pattern) \(text)")
    }
  }

  @Test("of many stars takes no more than the product of both lengths")
  func hostile() {
    let pattern = WildcardPattern(String(repeating: "*a", count: 2000) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 4000)))
  }
}
