/// How many columns of a terminal a text takes: letters of East Asian scripts and pictures take two (Unicode Standard Annex
/// #11), marks that are set above others none.
enum DisplayWidth {
  static func columns(of text: String) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }

  /// The text, or as much of its beginning as leaves room for an ellipsis.
  static func shortened(_ text: String, to width: Int) -> String {
    guard columns(of: text) > width else { return text }
    var kept = ""
    var taken = 1
    for character in text {
      taken += columns(of: character)
      guard taken <= width else { break }
      kept.append(character)
    }
    return kept + "…"
  }

  private static func columns(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    // Half-width sound marks join the letter before them to one character, and stand beside it all the same.
    if character.unicodeScalars.count > 1, let last = character.unicodeScalars.last, soundMarks.contains(last) {
      return 2
    }
    return isWide(first) || character.unicodeScalars.contains("\u{FE0F}") ? 2 : 1
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isEmojiPresentation { return true }
    return wide.contains { $0.contains(scalar.value) }
  }

  private static let soundMarks: ClosedRange<Unicode.Scalar> = "\u{FF9E}"..."\u{FF9F}"

  /// Blocks of width W and F.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B16F,
    0x20000...0x3FFFD,
  ]
}
