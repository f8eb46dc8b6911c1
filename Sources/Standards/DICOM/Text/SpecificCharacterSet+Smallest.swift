extension SpecificCharacterSet {
  /// Sets of one byte a character, the most widely read first.
  private static let singleByteSets = [
    "ISO_IR 100", "ISO_IR 101", "ISO_IR 109", "ISO_IR 110", "ISO_IR 148", "ISO_IR 203", "ISO_IR 144", "ISO_IR 127",
    "ISO_IR 126", "ISO_IR 138", "ISO_IR 166", "ISO_IR 13",
  ].map { SpecificCharacterSet(terms: [$0]) }

  /// The smallest set that holds a text: the default repertoire, else one set of one byte a character without code
  /// extensions, else UTF-8.
  ///
  /// Code extensions (`ISO 2022 …`) are never chosen: they hold no more than UTF-8 does, and fewer systems read their
  /// escape sequences.
  public static func smallest(holding text: String) -> SpecificCharacterSet {
    smallest(holding: Set(text.unicodeScalars.lazy.filter { $0.value >= 0x80 }))
  }

  static func smallest(holding scalars: Set<Unicode.Scalar>) -> SpecificCharacterSet {
    if scalars.isEmpty { return .default }
    return singleByteSets.first { $0.repertoires.first?.holds(scalars) == true } ?? .utf8
  }
}

extension Repertoire {
  /// Whether a single-byte set has graphic characters for all of them.
  fileprivate func holds(_ scalars: Set<Unicode.Scalar>) -> Bool {
    scalars.allSatisfy { scalar in
      scalar.value >= 0xA0 && upperHalf.contains { UInt32($0) == scalar.value && $0 != 0xFFFD }
    }
  }
}
