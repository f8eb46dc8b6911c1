/// A person's name in up to three component groups (PS3.5 §6.2.1).
public struct PersonName: Hashable, Sendable, CustomStringConvertible {
  /// Single-byte characters: `Yamada^Tarou`.
  public var alphabetic: String
  public var ideographic: String
  public var phonetic: String

  public init(alphabetic: String = "", ideographic: String = "", phonetic: String = "") {
    self.alphabetic = alphabetic
    self.ideographic = ideographic
    self.phonetic = phonetic
  }

  /// Reads `alphabetic=ideographic=phonetic`; trailing delimiters and spaces carry no meaning.
  public init(dicom text: String) {
    let groups = text.parts(between: "=", maxSplits: 2)
    alphabetic = PersonName.trimmed(groups.first)
    ideographic = PersonName.trimmed(groups.count > 1 ? groups[1] : nil)
    phonetic = PersonName.trimmed(groups.count > 2 ? groups[2] : nil)
  }

  /// The value as it stands in a PN, trailing empty groups omitted.
  public var dicom: String {
    if !phonetic.isEmpty { return "\(alphabetic)=\(ideographic)=\(phonetic)" }
    return ideographic.isEmpty ? alphabetic : "\(alphabetic)=\(ideographic)"
  }

  public var description: String { dicom }
  public var isEmpty: Bool { alphabetic.isEmpty && ideographic.isEmpty && phonetic.isEmpty }

  public var family: String { PersonName.component(0, of: alphabetic) }
  public var given: String { PersonName.component(1, of: alphabetic) }
  public var middle: String { PersonName.component(2, of: alphabetic) }
  public var prefix: String { PersonName.component(3, of: alphabetic) }
  public var suffix: String { PersonName.component(4, of: alphabetic) }

  /// A component of a group: 0 family, 1 given, 2 middle name, 3 prefix, 4 suffix.
  public static func component(_ index: Int, of group: String) -> String {
    let components = group.parts(between: "^")
    return components.indices.contains(index) ? String(components[index]) : ""
  }

  private static func trimmed(_ group: Substring?) -> String {
    guard var group = group?.unicodeScalars else { return "" }
    while let last = group.last, last == " " || last == "^" || last == "\0" { group = group.dropLast() }
    while group.first == " " { group = group.dropFirst() }
    return String(group)
  }
}

extension String {
  /// The parts between delimiters, the empty ones too. A delimiter is a byte of the standard's, also where a mark behind it
  /// makes one character of both, which `split` would pass over.
  package func parts(between delimiter: Unicode.Scalar, maxSplits: Int = .max) -> [Substring] {
    unicodeScalars.split(separator: delimiter, maxSplits: maxSplits, omittingEmptySubsequences: false)
      .map { Substring($0) }
  }
}
