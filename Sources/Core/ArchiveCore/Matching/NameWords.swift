import Foundation

/// The words of person names as they are looked for: without regard to case and diacritics.
package enum NameWords {
  /// Words of one component group that count.
  package static let maximumWords = 32
  /// Characters of a word that count.
  package static let maximumLength = 64

  /// The words of a name or of a typed text, folded: compatibility characters as their plain ones, lower case, Latin,
  /// Greek and Cyrillic letters without diacritics, apostrophes dropped.
  package static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func end() {
      if !word.isEmpty { words.append(String(String(word).prefix(maximumLength))) }
      word = String.UnicodeScalarView()
    }
    for scalar in text.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars {
      if let plain = undecomposed[scalar] {
        word.append(contentsOf: plain.unicodeScalars)
      } else if combiningDiacritics.contains(scalar) || apostrophes.contains(scalar) {
        continue
      } else if isPartOfWord(scalar) {
        word.append(scalar)
      } else {
        end()
      }
    }
    end()
    return words
  }

  /// The words of one component group (PS3.5 §6.2.1.1) that are kept, all different.
  ///
  /// - Parameter isAlphabetic: whether it is the first group. Those behind it are written without a space between family
  ///   and given name as often as with one, so all their words together are one more.
  package static func kept(ofGroup group: String, isAlphabetic: Bool) -> Set<String> {
    var words = words(of: group)
    let whole = !isAlphabetic && words.count > 1 ? String(words.joined().prefix(maximumLength)) : nil
    words = Array(words.prefix(maximumWords))
    if let whole { words.append(whole) }
    return Set(words)
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .nonspacingMark, .spacingMark, .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  private static let combiningDiacritics: ClosedRange<Unicode.Scalar> = "\u{300}"..."\u{36F}"
  private static let apostrophes: Set<Unicode.Scalar> = ["'", "\u{2019}", "\u{2BC}", "`", "\u{B4}"]
  /// Letters whose stroke or join is no combining mark.
  private static let undecomposed: [Unicode.Scalar: String] = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i",
  ]
}
