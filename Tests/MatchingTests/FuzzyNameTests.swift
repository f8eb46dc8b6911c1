import ArchiveCore
import DICOM
import Testing

/// A key, a name, and whether they match by words and sound.
struct FuzzyCase: Sendable, CustomTestStringConvertible {
  var key: String
  var name: String
  var matches: Bool
  init(_ key: String, _ name: String, _ matches: Bool) {
    self.key = key
    self.name = name
    self.matches = matches
  }
  var testDescription: String { "\(key) \(matches ? "finds" : "does not find") \(name)" }
}

@Suite("Fuzzy matching of names")
struct FuzzyNameTests {
  @Test(
    "codes Latin words as Soundex does in the literature (National Archives; Knuth, volume 3, §6.4)",
    arguments: [
      ("robert", "r163"), ("rupert", "r163"), ("rubin", "r150"), ("ashcraft", "a261"), ("ashcroft", "a261"),
      ("tymczak", "t522"), ("pfister", "p236"), ("honeyman", "h555"), ("euler", "e460"), ("gauss", "g200"),
      ("hilbert", "h416"), ("knuth", "k530"), ("lloyd", "l300"), ("lukasiewicz", "l222"), ("jackson", "j250"),
    ])
  func soundex(word: String, code: String) {
    #expect(PhoneticCode.codes(of: word).contains(code))
  }

  @Test(
    "codes them as Postel did for German too",
    arguments: [
      ("mullerludenscheidt", "k65752682"), ("wikipedia", "k3412"), ("breschnew", "k17863"), ("meier", "k67"),
      ("mayr", "k67"), ("schmidt", "k862"), ("axel", "k0485"), ("philipp", "k351"),
    ])
  func cologne(word: String, code: String) {
    #expect(PhoneticCode.codes(of: word).contains(code))
  }

  static let cases: [FuzzyCase] = [
    // What matches literally.
    .init("Doe^Jane", "DOE^JANE", true), .init("do*", "Doe^Jane", true), .init("*ane", "Doe^Jane", true),
    .init("D?e*", "Doe^Jane", true), .init("*", "", true),
    // Words in any order, some of many.
    .init("jane doe", "Doe^Jane^Mary", true), .init("Jane^Doe", "Doe^Jane", true), .init("mary", "Doe^Jane^Mary", true),
    .init("doe^john", "Doe^Jane^Mary", true), .init("doe^peter", "Doe^Jane^Mary", false),
    .init("roe^jane", "Doe^Jane", false), .init("jane doe*", "Doering^Jane", true),
    .init("jan* do*", "Doe^Jane", true), .init("?oe jane", "Doe^Jane", false),
    // Diacritics and sound.
    .init("muller", "Müller^Jörg", true), .init("Mueller^Joerg", "Müller^Jörg", true),
    .init("Smith", "Smyth^John", true), .init("Meier", "Mayr^Anna", true), .init("Maier", "Meyer^Anna", true),
    .init("Schmidt", "Schmitt^Karl", true), .init("Philipp", "Doe^Filip", true), .init("ONeill", "O'Neill^Sean", true),
    .init("Sean^Oneil", "O'Neill^Sean", true), .init("Jones", "Doe^Jane", false),
    .init("Łukasz", "Lukas^Jan", true), .init("Ng", "Doe^Jane", false),
    // Initials and other short words are no sounds.
    .init("j", "Doe^Jane", false), .init("j*", "Doe^Jane", true), .init("Lee", "Doe^Jane", false),
    // All three component groups, and each for itself.
    .init("山田", "Yamada^Tarou=山田^太郎=やまだ^たろう", true), .init("太郎 山田", "Yamada^Tarou=山田^太郎=やまだ^たろう", true),
    .init("山田太郎", "Yamada^Tarou=山田^太郎=やまだ^たろう", true),
    .init("ヤマダ タロウ", "Yamada^Tarou=山田^太郎=やまだ^たろう", true), .init("ﾔﾏﾀﾞ", "=山田^花子=やまだ^はなこ", true),
    .init("田中", "Yamada^Tarou=山田^太郎=やまだ^たろう", false),
    .init("Tarou^Yamada=太郎", "Yamada^Tarou=山田^太郎=やまだ^たろう", true),
    .init("Yamada=花子", "Yamada^Tarou=山田^太郎=やまだ^たろう", false),
    .init("Yamada 太郎", "Yamada^Tarou=山田^太郎=やまだ^たろう", false),
    .init("홍길동", "Hong^Gildong=洪^吉洞=홍^길동", true), .init("Иванов", "Иванов^Пётр", true),
    .init("петр", "Иванов^Пётр", true), .init("Doe", "", false),
  ]

  @Test("follows words, order and sound", arguments: cases)
  func table(_ example: FuzzyCase) {
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 192")
    dataSet.set(.patientName, .pn, bytes: Array(example.name.utf8))
    let key = MatchingKey.parse(tag: .patientName, vr: .pn, text: example.key)
    let fuzzy = [key].understood(MatchingOptions(isFuzzy: true))
    #expect(Matcher(fuzzy).matches(dataSet) == example.matches)
  }

  @Test("finds whatever literal matching finds", arguments: MatcherTests.cases.filter { $0.vr == .pn && $0.matches })
  func widens(_ example: MatchCase) {
    table(FuzzyCase(example.key, example.value, true))
  }
}
