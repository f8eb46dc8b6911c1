/// A pattern of wild card matching (PS3.4 §C.2.2.2.4): `*` is any run of characters, `?` exactly one.
///
/// A character is a Unicode scalar, as in SQLite's GLOB, so that both sides of the archive agree.
package struct WildcardPattern: Hashable, Sendable {
  private let scalars: [Unicode.Scalar]

  package init(_ text: String) { scalars = Array(text.unicodeScalars) }

  package static func isWild(_ text: String) -> Bool { text.utf8.contains { $0 == 0x2A || $0 == 0x3F } }

  /// The characters before the first wild card.
  package var literalPrefix: String {
    var prefix = String.UnicodeScalarView()
    for scalar in scalars {
      guard scalar != "*", scalar != "?" else { break }
      prefix.append(scalar)
    }
    return String(prefix)
  }

  /// Whether the whole text matches; time is bounded by the product of both lengths.
  package func matches(_ text: String) -> Bool {
    let value = Array(text.unicodeScalars)
    var position = 0
    var place = 0
    var star: Int?
    var resume = 0
    while place < value.count {
      if position < scalars.count, scalars[position] == "*" {
        star = position
        resume = place
        position += 1
      } else if position < scalars.count, scalars[position] == "?" || scalars[position] == value[place] {
        position += 1
        place += 1
      } else if let last = star {
        position = last + 1
        resume += 1
        place = resume
      } else {
        return false
      }
    }
    return scalars[position...].allSatisfy { $0 == "*" }
  }
}
