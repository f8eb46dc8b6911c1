import DICOM

/// A coded entry: a value, the scheme it is from and its meaning (PS3.3 §8.8, Code Sequence Macro).
///
/// Two entries are equal when they say the same concept: value and scheme. The meaning is for people and may be in any
/// language (PS3.3 §8.3); the version of the scheme never changes what a code of `DCM`, `SCT` or `UCUM` means.
public struct CodedConcept: Sendable, CustomStringConvertible {
  /// The code, whichever attribute it stands in: Code Value up to 16 characters, Long Code Value beyond, URN Code Value
  /// for a URN or URL.
  public var value: String
  /// Coding Scheme Designator (0008,0102), such as `DCM`, `SCT`, `UCUM`; may be empty for a URN.
  public var scheme: String
  public var meaning: String
  /// Coding Scheme Version (0008,0103).
  public var schemeVersion: String?

  public init(_ value: String, _ scheme: String, _ meaning: String, schemeVersion: String? = nil) {
    self.value = value
    self.scheme = scheme
    self.meaning = meaning
    self.schemeVersion = schemeVersion
  }

  /// Longest value that Code Value (0008,0100) takes.
  public static let longestShortValue = 16

  public var description: String { "(\(value), \(scheme), \"\(meaning)\")" }

  /// Whether the code is a URN or URL (PS3.3 §8.1).
  public var isURN: Bool {
    let lowered = value.prefix(8).lowercased()
    return lowered.hasPrefix("urn:") || lowered.hasPrefix("http:") || lowered.hasPrefix("https:")
  }
}

extension CodedConcept: Hashable {
  public static func == (left: CodedConcept, right: CodedConcept) -> Bool {
    left.value == right.value && left.scheme == right.scheme
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(value)
    hasher.combine(scheme)
  }
}

extension CodedConcept: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    let short = item.string(.codeValue)
    let long = item.string(.longCodeValue)
    guard let value = short ?? long ?? item.string(.urnCodeValue) else {
      throw item.error(.missingAttribute, .codeValue, "Code Value, Long Code Value or URN Code Value (PS3.3 §8.8)")
    }
    self.value = value
    scheme = item.string(.codingSchemeDesignator) ?? ""
    meaning = item.string(.codeMeaning) ?? ""
    schemeVersion = item.string(.codingSchemeVersion)
    if meaning.isEmpty { item.note(.missingCodeMeaning, .codeMeaning) }
    if scheme.isEmpty, short ?? long != nil { item.note(.missingCodingScheme, .codingSchemeDesignator) }
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    if isURN {
      try writer.put(.urnCodeValue, text: value)
    } else if value.unicodeScalars.count > CodedConcept.longestShortValue {
      try writer.put(.longCodeValue, text: value)
    } else {
      try writer.put(.codeValue, text: value)
    }
    if !(isURN && scheme.isEmpty) { try writer.put(.codingSchemeDesignator, text: scheme) }
    try writer.put(.codingSchemeVersion, ifAny: schemeVersion)
    try writer.put(.codeMeaning, text: meaning)
  }
}

extension ItemReader {
  /// The concept a sequence of one coded entry names; an empty entry counts as absent.
  func concept(_ tag: Tag) throws(ObjectError) -> CodedConcept? {
    guard let item = item(tag) else { return nil }
    guard !item.dataSet.isEmpty else {
      note(.emptyValue, tag)
      return nil
    }
    do {
      return try CodedConcept(item: item)
    } catch {
      note(.emptyValue, tag)
      return nil
    }
  }

  /// All concepts of a sequence; entries without a code are left out.
  func concepts(_ tag: Tag) -> [CodedConcept] {
    items(tag).compactMap { item in
      guard let concept = try? CodedConcept(item: item) else {
        item.note(.emptyValue, .codeValue)
        return nil
      }
      return concept
    }
  }
}
