/// A text value read by a declared character set: the text, and where its bytes do not fit, what they may mean.
public struct TextReading: Hashable, Sendable {
  /// The text by the declared set; bytes outside it are U+FFFD.
  public let text: String
  /// What is wrong with it, if anything.
  public let problem: Problem?
  /// The reading that is most likely meant, when there is a problem and another encoding fits.
  public let guess: Guess?

  /// Why bytes do not fit the declared set. It carries no bytes of the value.
  public enum Problem: String, Hashable, Sendable {
    /// Bytes above 7F, and no Specific Character Set (PS3.3 §C.12.1.1.2).
    case undeclared
    /// Bytes that are no characters of the declared set.
    case outsideRepertoire
    /// An escape sequence to a set that is not declared, or to none (PS3.5 §6.1.2.5.3).
    case undeclaredEscape
    /// The bytes fit the declared set of one byte a character, but they are UTF-8 throughout.
    case readsAsUTF8
  }

  public struct Guess: Hashable, Sendable {
    /// The name of the encoding as iconv knows it.
    public var encoding: String
    public var text: String
  }
}

extension SpecificCharacterSet {
  /// Reads a whole value field, delimiters and padding included, and tells whether its bytes fit.
  public func reading(_ bytes: [UInt8], _ vr: VR) -> TextReading {
    let text = decode(bytes, vr)
    guard vr.isCharsetDependent, let problem = problem(of: bytes, vr, read: text) else {
      return TextReading(text: text, problem: nil, guess: nil)
    }
    return TextReading(text: text, problem: problem, guess: guess(bytes))
  }

  private func problem(of bytes: [UInt8], _ vr: VR, read text: String) -> TextReading.Problem? {
    if bytes.isPlainASCII { return nil }
    switch repertoires.first {
    case .utf8: return bytes.isValidUTF8 ? nil : .outsideRepertoire
    case .gb18030, .gbk:
      return repertoires.first.flatMap { Iconv.decoded(bytes, from: $0.codec) } == nil ? .outsideRepertoire : nil
    case nil where !bytes.contains(0x1B): return .undeclared
    default: break
    }
    if CodeExtensions.hasUndeclaredEscape(bytes, repertoires) { return .undeclaredEscape }
    if text.unicodeScalars.contains(where: { $0 == "\u{FFFD}" || (0x80..<0xA0).contains($0.value) }) {
      return .outsideRepertoire
    }
    let isSingleByte = repertoires.count == 1 && repertoires.first?.isSingleByteG1 == true
    return isSingleByte && bytes.isValidUTF8 ? .readsAsUTF8 : nil
  }

  /// UTF-8 if the bytes are valid as such; they seldom are by chance. Otherwise the code page that writers of these sets
  /// use without declaring it.
  private func guess(_ bytes: [UInt8]) -> TextReading.Guess? {
    if bytes.isValidUTF8 { return TextReading.Guess(encoding: "UTF-8", text: String(decoding: bytes, as: UTF8.self)) }
    // The last set is the one that the writer took for what ASCII does not hold.
    let pages = (repertoires.isEmpty ? [.latin1] : repertoires).compactMap(\.codePage)
    for page in pages.reversed() {
      if let text = Iconv.decoded(bytes, from: page) {
        return TextReading.Guess(encoding: page, text: String(decoding: text, as: UTF8.self))
      }
    }
    return nil
  }
}

extension Repertoire {
  /// The code page of operating systems for the same script.
  fileprivate var codePage: String? {
    switch self {
    case .ascii, .latin1, .latin9: "CP1252"
    case .latin2: "CP1250"
    case .latin3, .latin5: "CP1254"
    case .latin4: "CP1257"
    case .cyrillic: "CP1251"
    case .greek: "CP1253"
    case .hebrew: "CP1255"
    case .arabic: "CP1256"
    case .thai: "CP874"
    case .katakana, .kanji, .supplementaryKanji: "CP932"
    case .korean: "CP949"
    case .simplifiedChinese, .gbk, .utf8: "GB18030"
    case .gb18030: nil
    }
  }
}

/// A text value of a data set whose bytes do not fit the character set it is declared in.
public struct CharacterSetFinding: Hashable, Sendable, CustomStringConvertible {
  public var path: TagPath
  /// Nil for Specific Character Set (0008,0005) itself, when it names a set that PS3.3 §C.12.1.1.2 does not.
  public var problem: TextReading.Problem?

  public var description: String { "\(problem?.rawValue ?? "unknownTerm") at \(path)" }
}

extension DataSet {
  /// The text values, at any depth, whose bytes do not fit their character set; `SpecificCharacterSet.reading` has a guess
  /// for each.
  public var characterSetFindings: [CharacterSetFinding] {
    var findings: [CharacterSetFinding] = []
    findCharacterSetProblems(characterSet, [], into: &findings)
    return findings
  }

  private func findCharacterSetProblems(
    _ outer: SpecificCharacterSet, _ steps: [TagPath.Step], into findings: inout [CharacterSetFinding]
  ) {
    let own = contains(.specificCharacterSet) ? characterSet : outer
    for element in self {
      switch element.value {
      case .bytes(let bytes) where element.tag == .specificCharacterSet:
        let terms = SpecificCharacterSet.default.values(bytes, .cs)
        if terms.enumerated().contains(where: { !($0.offset == 0 && $0.element.isEmpty) && !$0.element.isKnownTerm }) {
          findings.append(CharacterSetFinding(path: TagPath(element.tag, in: steps), problem: nil))
        }
      case .bytes(let bytes):
        let vr = element.interpretedVR
        if vr.isCharsetDependent, !bytes.isPlainASCII, let problem = own.reading(bytes, vr).problem {
          findings.append(CharacterSetFinding(path: TagPath(element.tag, in: steps), problem: problem))
        }
      case .sequence(let items):
        for (index, item) in items.enumerated() {
          let step = TagPath.Step(sequence: element.tag, item: index)
          item.findCharacterSetProblems(own, steps + [step], into: &findings)
        }
      case .bulk, .pixels: break
      }
    }
  }
}

extension String {
  /// Whether Specific Character Set may hold this term.
  fileprivate var isKnownTerm: Bool { Repertoire(term: self) != nil }
}
