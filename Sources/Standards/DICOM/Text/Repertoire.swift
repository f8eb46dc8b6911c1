/// A character repertoire that a defined term of Specific Character Set names (PS3.3 §C.12.1.1.2).
enum Repertoire: UInt8, Hashable, Sendable, CaseIterable {
  case ascii
  case latin1, latin2, latin3, latin4, latin5, latin9
  case cyrillic, arabic, greek, hebrew, thai
  /// JIS X 0201: half-width katakana in G1. Its G0 differs from ASCII in yen sign and overline only, and is read as
  /// ASCII because files mean the backslash and the tilde.
  case katakana
  /// JIS X 0208.
  case kanji
  /// JIS X 0212.
  case supplementaryKanji
  /// KS X 1001.
  case korean
  /// GB 2312.
  case simplifiedChinese
  case gb18030, gbk, utf8

  private struct Description: Sendable {
    /// Number of the ISO register, as in `ISO_IR 100`.
    var register: Int?
    /// Name of the encoding for iconv.
    var codec: String
    /// What follows ESC to designate it (PS3.3 Tables C.12-3 and C.12-4).
    var escape: String
  }

  private static let descriptions: [Description] = [
    Description(register: 6, codec: "US-ASCII", escape: "(B"),
    Description(register: 100, codec: "ISO-8859-1", escape: "-A"),
    Description(register: 101, codec: "ISO-8859-2", escape: "-B"),
    Description(register: 109, codec: "ISO-8859-3", escape: "-C"),
    Description(register: 110, codec: "ISO-8859-4", escape: "-D"),
    Description(register: 148, codec: "ISO-8859-9", escape: "-M"),
    Description(register: 203, codec: "ISO-8859-15", escape: "-b"),
    Description(register: 144, codec: "ISO-8859-5", escape: "-L"),
    Description(register: 127, codec: "ISO-8859-6", escape: "-G"),
    Description(register: 126, codec: "ISO-8859-7", escape: "-F"),
    Description(register: 138, codec: "ISO-8859-8", escape: "-H"),
    Description(register: 166, codec: "TIS-620", escape: "-T"),
    Description(register: 13, codec: "EUC-JP", escape: ")I"),
    Description(register: 87, codec: "EUC-JP", escape: "$B"),
    Description(register: 159, codec: "EUC-JP", escape: "$(D"),
    Description(register: 149, codec: "EUC-KR", escape: "$)C"),
    Description(register: 58, codec: "GB2312", escape: "$)A"),
    Description(register: nil, codec: "GB18030", escape: ""),
    Description(register: nil, codec: "GBK", escape: ""),
    Description(register: 192, codec: "UTF-8", escape: ""),
  ]

  private var description: Description { Repertoire.descriptions[Int(rawValue)] }

  var codec: String { description.codec }
  var escape: [UInt8] { [0x1B] + Array(description.escape.utf8) }

  /// Reads a defined term; the spellings `ISO-IR 100`, `ISO_IR_100`, `ISO2022 IR 100` and the like are met in practice.
  init?(term: String) {
    let upper = term.uppercased()
    if upper.contains("18030") {
      self = .gb18030
    } else if upper.contains("GBK") {
      self = .gbk
    } else if upper.hasPrefix("UTF") {
      self = .utf8
    } else if let number = Repertoire.register(in: upper),
      let index = Repertoire.descriptions.firstIndex(where: { $0.register == number }),
      let repertoire = Repertoire(rawValue: UInt8(truncatingIfNeeded: index))
    {
      self = repertoire
    } else {
      return nil
    }
  }

  /// The number at the end of a term that names an ISO register.
  private static func register(in term: String) -> Int? {
    guard term.hasPrefix("ISO") else { return nil }
    var digits: [Character] = []
    for character in term.reversed() {
      guard character.isASCII, character.isNumber else { break }
      digits.append(character)
    }
    return Int(String(digits.reversed()))
  }

  /// The defined term, without or with code extensions.
  func term(extended: Bool) -> String {
    switch self {
    case .gb18030: "GB18030"
    case .gbk: "GBK"
    case .utf8: "ISO_IR 192"
    case .kanji, .supplementaryKanji, .korean, .simplifiedChinese: "ISO 2022 IR \(description.register ?? 0)"
    default: "\(extended ? "ISO 2022 IR" : "ISO_IR") \(description.register ?? 0)"
    }
  }

  /// Whether the repertoire is a whole encoding that excludes code extensions.
  var isWholeEncoding: Bool {
    self == .gb18030 || self == .gbk || self == .utf8
  }

  /// Whether it is invoked in G0, by bytes 21 to 7E in pairs.
  var isDoubleByteG0: Bool {
    self == .kanji || self == .supplementaryKanji
  }

  /// Whether it is invoked in G1, by bytes A1 to FE in pairs.
  var isDoubleByteG1: Bool {
    self == .korean || self == .simplifiedChinese
  }

  /// Whether it is a set of 96 or fewer characters invoked in G1.
  var isSingleByteG1: Bool {
    self != .ascii && !isWholeEncoding && !isDoubleByteG0 && !isDoubleByteG1
  }

  /// The scalars of bytes 80 to FF of a single-byte set; U+FFFD where there is none.
  var upperHalf: [UInt16] {
    Repertoire.upperHalves[Int(rawValue)]
  }

  private static let upperHalves: [[UInt16]] = allCases.map { repertoire in
    guard repertoire.isSingleByteG1 else { return [] }
    if repertoire == .katakana {
      return (0x80...0xFF).map { (0xA1...0xDF).contains($0) ? UInt16($0 + 0xFEC0) : 0xFFFD }
    }
    return (0x80...0xFF).map { byte in
      let text = String(decoding: Iconv.utf8([UInt8(byte)], from: repertoire.codec), as: UTF8.self)
      return text.unicodeScalars.first.flatMap { UInt16(exactly: $0.value) } ?? 0xFFFD
    }
  }
}
