import DICOM

/// An attribute that a source must state (PS3.5 §7.4).
public struct RequiredAttribute: Hashable, Sendable, Codable {
  /// Keyword or eight hexadecimal digits.
  public var attribute: String
  /// 1: there and with a value. 2: there.
  public var type: Int
  /// Modality (0008,0060) of the objects that it is required of; of all when absent.
  public var modalities: [String]?
  /// SOP Class UIDs of those objects.
  public var sopClasses: [String]?

  public init(attribute: String, type: Int = 1, modalities: [String]? = nil, sopClasses: [String]? = nil) {
    self.attribute = attribute
    self.type = type
    self.modalities = modalities
    self.sopClasses = sopClasses
  }
}

/// What Specific Character Set (0008,0005) is expected to say, and how texts are read where it does not say what they are.
public struct CharacterSetRule: Hashable, Sendable, Codable {
  /// Whole values, terms divided by a backslash; any when absent. An object of plain ASCII need not state one.
  public var expected: [String]?
  /// The encoding of texts beyond ASCII in objects that state none: a defined term or a code page (`AssumedEncoding`).
  public var whenMissing: String?
  /// The encoding that is meant by what is stated, word for word: vendors' own names, and wrong ones.
  public var aliases: [String: String]?
  /// The encoding of all texts, whatever is stated.
  public var always: String?

  public init(
    expected: [String]? = nil, whenMissing: String? = nil, aliases: [String: String]? = nil, always: String? = nil
  ) {
    self.expected = expected
    self.whenMissing = whenMissing
    self.aliases = aliases
    self.always = always
  }

  /// The encoding by which a data set that states this is to be read; nil when by what it states.
  func encoding(stated: String) -> AssumedEncoding? {
    (always ?? aliases?[stated] ?? (stated.isEmpty ? whenMissing : nil)).flatMap(AssumedEncoding.init)
  }
}

/// What values of an attribute look like at a site.
public struct NamingRule: Hashable, Sendable, Codable {
  public var attribute: String
  /// One of them must match each value: `NamingPattern`.
  public var patterns: [String]?
  /// Whether a person name must have family and given name in their components (PS3.5 §6.2.1.1).
  public var isPersonName: Bool?

  public init(attribute: String, patterns: [String]? = nil, isPersonName: Bool? = nil) {
    self.attribute = attribute
    self.patterns = patterns
    self.isPersonName = isPersonName
  }
}

/// An attribute by keyword or by eight hexadecimal digits.
func attributeTag(_ name: String) -> Tag? { DataDictionary.tag(keyword: name) ?? Tag(name) }
