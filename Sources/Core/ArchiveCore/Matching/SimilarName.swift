/// A person name that is looked for by what it sounds like: fuzzy semantic matching (PS3.4 §C.2.2.2.1.1).
///
/// Each word of the key must be found among the words of one component group of the value, in any order: equal without
/// regard to case and diacritics, or alike in sound (`PhoneticCode`), or, where `*` ends it, as the beginning of a word. Words
/// that the value has besides do not matter, so `jane doe` finds `Doe^Jane^Mary`. A key with `=` asks each of its groups of
/// the value's; without one it is looked for in every group. Whatever matches literally matches, wild cards included.
package struct SimilarName: Hashable, Sendable {
  /// One word of a key.
  package struct Word: Hashable, Sendable {
    package var text: String
    /// Whether `*` ended it.
    package var isBeginning: Bool
    /// Empty for the beginning of a word, of which nobody knows how it goes on.
    package var codes: Set<String>

    package init(_ text: String, isBeginning: Bool = false) {
      self.text = text
      self.isBeginning = isBeginning
      codes = isBeginning ? [] : PhoneticCode.codes(of: text)
    }

    func isFound(_ words: Set<String>, _ codes: Set<String>) -> Bool {
      if words.contains(text) || !codes.isDisjoint(with: self.codes) { return true }
      return isBeginning && words.contains { $0.hasPrefix(text) }
    }
  }

  /// Words by group; `nil` where anything will do, or where a wild card leaves nothing but literal matching.
  package let groups: [[Word]?]
  /// A name without `=` is looked for in every group.
  package let isOfAnyGroup: Bool
  /// Whether one of the groups can be matched literally only.
  package let isLiteral: Bool

  package init(_ text: String) {
    isOfAnyGroup = !text.utf8.contains(0x3D)
    var isLiteral = false
    groups = NameFolding.groups(text).map { group in
      guard group.utf8.contains(where: { $0 != 0x2A && $0 != 0x5E && $0 != 0x20 }) else { return nil }
      guard let words = Self.words(of: group) else {
        isLiteral = true
        return nil
      }
      return words
    }
    self.isLiteral = isLiteral || groups.allSatisfy { $0 == nil }
  }

  /// `nil` when a wild card stands anywhere but at the end of a word: then there is no word that could sound like one.
  private static func words(of group: String) -> [Word]? {
    guard !group.utf8.contains(0x3F) else { return nil }
    var words: [Word] = []
    let parts = group.split(separator: "*", omittingEmptySubsequences: false)
    for (place, part) in parts.enumerated() {
      var found = NameWords.words(of: String(part)).map { Word($0) }
      let isBeforeStar = place < parts.count - 1
      if place > 0, let first = part.first, first.isLetter || first.isNumber { return nil }
      if isBeforeStar, let last = found.last, let end = part.last, end.isLetter || end.isNumber {
        found[found.count - 1] = Word(last.text, isBeginning: true)
      }
      words += found
    }
    return words.isEmpty || words.count > NameWords.maximumWords ? nil : words
  }

  /// - Parameter values: the folded groups of a name.
  package func matches(_ values: [String]) -> Bool {
    guard !isLiteral else { return false }
    if isOfAnyGroup {
      guard let wanted = groups.first.flatMap(\.self) else { return false }
      return values.enumerated().contains { Self.has(wanted, $1, isAlphabetic: $0 == 0) }
    }
    return zip(groups, values).enumerated().allSatisfy { place, pair in
      pair.0.map { Self.has($0, pair.1, isAlphabetic: place == 0) } ?? true
    }
  }

  private static func has(_ wanted: [Word], _ group: String, isAlphabetic: Bool) -> Bool {
    guard !group.isEmpty else { return false }
    let words = NameWords.kept(ofGroup: group, isAlphabetic: isAlphabetic)
    let codes = words.reduce(into: Set<String>()) { $0.formUnion(PhoneticCode.codes(of: $1)) }
    return wanted.allSatisfy { $0.isFound(words, codes) }
  }
}
