/// How a word of a name sounds, as codes: words that share one sound alike.
///
/// Latin words have two: Soundex as the archives of the United States use it, made for English, with four characters
/// (`r163`), and the Cologne phonetics of H. J. Postel, made for German, of the whole word (`k657`). A word in kana has one,
/// itself in hiragana with small letters large and long vowels unmarked. Other words have none: they are alike when equal.
/// Words are taken as `NameWords` makes them.
package enum PhoneticCode {
  package static func codes(of word: String) -> Set<String> {
    let letters = Array(word.utf8)
    guard letters.allSatisfy({ (0x61...0x7A).contains($0) }) else { return kana(word).map { [$0] } ?? [] }
    // A single letter is an initial, which sounds like half of all names.
    guard letters.count > 1 else { return [] }
    var codes: Set<String> = [soundex(letters)]
    let cologne = cologne(letters)
    // One consonant, or none, would join what nobody takes for the same.
    if cologne.count > 1 { codes.insert("k" + cologne) }
    return codes
  }

  // MARK: Soundex

  /// The rules of the National Archives: `h` and `w` do not part letters of one class, vowels do.
  static func soundex(_ letters: [UInt8]) -> String {
    var code: [UInt8] = [letters[0]]
    var last = soundexClass(letters[0])
    for letter in letters.dropFirst() {
      guard letter != UInt8(ascii: "h"), letter != UInt8(ascii: "w") else { continue }
      let digit = soundexClass(letter)
      if digit != 0, digit != last { code.append(UInt8(ascii: "0") + digit) }
      last = digit
      if code.count == 4 { break }
    }
    while code.count < 4 { code.append(UInt8(ascii: "0")) }
    return String(decoding: code, as: UTF8.self)
  }

  private static func soundexClass(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "p"), UInt8(ascii: "v"): 1
    case UInt8(ascii: "c"), UInt8(ascii: "g"), UInt8(ascii: "j"), UInt8(ascii: "k"), UInt8(ascii: "q"),
      UInt8(ascii: "s"), UInt8(ascii: "x"), UInt8(ascii: "z"):
      2
    case UInt8(ascii: "d"), UInt8(ascii: "t"): 3
    case UInt8(ascii: "l"): 4
    case UInt8(ascii: "m"), UInt8(ascii: "n"): 5
    case UInt8(ascii: "r"): 6
    default: 0
    }
  }

  // MARK: Cologne phonetics

  /// Without equal neighbours, and without zeros but at the beginning.
  static func cologne(_ letters: [UInt8]) -> String {
    var code: [Character] = []
    var last: Character?
    for place in letters.indices {
      for digit in cologneDigits(letters, place) {
        if digit != last, digit != "0" || code.isEmpty { code.append(digit) }
        last = digit
      }
    }
    return String(code)
  }

  private static func cologneDigits(_ letters: [UInt8], _ place: Int) -> String {
    let before = place > 0 ? Character(Unicode.Scalar(letters[place - 1])) : nil
    let after = place + 1 < letters.count ? Character(Unicode.Scalar(letters[place + 1])) : nil
    func follows(_ set: String) -> Bool { before.map(set.contains) ?? false }
    func precedes(_ set: String) -> Bool { after.map(set.contains) ?? false }
    switch Character(Unicode.Scalar(letters[place])) {
    case "a", "e", "i", "j", "o", "u", "y": return "0"
    case "h": return ""
    case "b": return "1"
    case "p": return precedes("h") ? "3" : "1"
    case "d", "t": return precedes("csz") ? "8" : "2"
    case "f", "v", "w": return "3"
    case "g", "k", "q": return "4"
    case "c":
      if place == 0 { return precedes("ahkloqrux") ? "4" : "8" }
      if follows("sz") { return "8" }
      return precedes("ahkoqux") ? "4" : "8"
    case "x": return follows("ckq") ? "8" : "48"
    case "l": return "5"
    case "m", "n": return "6"
    case "r": return "7"
    default: return "8"
    }
  }

  // MARK: Kana

  /// `nil` for a word that is not all kana.
  private static func kana(_ word: String) -> String? {
    var code = String.UnicodeScalarView()
    for scalar in word.unicodeScalars {
      switch scalar.value {
      case 0x30FC: continue
      case 0x3041...0x3096, 0x30A1...0x30F6:
        let hiragana = scalar.value >= 0x30A1 ? scalar.value - 0x60 : scalar.value
        code.append(Unicode.Scalar(large[hiragana] ?? hiragana) ?? scalar)
      // Voicing marks, which decomposition set apart.
      case 0x3099, 0x309A: code.append(scalar)
      default: return nil
      }
    }
    return code.isEmpty ? nil : String(code)
  }

  /// Small hiragana: vowels, tsu, ya, yu, yo, wa, ka, ke.
  private static let large: [UInt32: UInt32] = [
    0x3041: 0x3042, 0x3043: 0x3044, 0x3045: 0x3046, 0x3047: 0x3048, 0x3049: 0x304A, 0x3063: 0x3064, 0x3083: 0x3084,
    0x3085: 0x3086, 0x3087: 0x3088, 0x308E: 0x308F, 0x3095: 0x304B, 0x3096: 0x3051,
  ]
}
