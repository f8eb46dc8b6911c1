/// What a value looks like: `#` is a digit, `@` a letter, `?` any character, `*` any number of them; everything else stands
/// for itself. `A#######` is an A and seven digits.
struct NamingPattern {
  private let pattern: [Character]

  init(_ pattern: String) { self.pattern = Array(pattern) }

  /// Takes at most the product of both lengths.
  func matches(_ text: String) -> Bool {
    let text = Array(text)
    var (at, in_) = (0, 0)
    // Where to go on when a `*` must hold more.
    var star: (pattern: Int, text: Int)?
    while in_ < text.count {
      if at < pattern.count, pattern[at] == "*" {
        star = (at, in_)
        at += 1
      } else if at < pattern.count, Self.matches(pattern[at], text[in_]) {
        at += 1
        in_ += 1
      } else if let last = star {
        at = last.pattern + 1
        in_ = last.text + 1
        star = (last.pattern, in_)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == "*" }
  }

  private static func matches(_ pattern: Character, _ character: Character) -> Bool {
    switch pattern {
    case "#": character.isASCII && character.isNumber
    case "@": character.isLetter
    case "?": true
    default: pattern == character
    }
  }
}
