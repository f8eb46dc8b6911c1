public import DICOM

/// Where an object departs from its source's profile. It carries no values.
public struct Deviation: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A required attribute is absent.
    case missing
    /// A required attribute of type 1 has no value.
    case empty
    /// Another Specific Character Set (0008,0005) than expected.
    case characterSet
    /// Text whose bytes do not fit the set that it is declared in.
    case unreadableText
    /// A value of another form than the site's.
    case naming
    /// A transfer syntax that is not expected.
    case transferSyntax
    /// An error against the rules of the standard for the SOP class.
    case standard
  }

  public var kind: Kind
  public var attribute: Tag?
  /// The standard's rule, of those.
  public var rule: ValidationFinding.Rule?

  public init(_ kind: Kind, _ attribute: Tag? = nil, rule: ValidationFinding.Rule? = nil) {
    self.kind = kind
    self.attribute = attribute
    self.rule = rule
  }

  /// Under which it is counted: "missing AccessionNumber".
  public var name: String {
    let what = [kind.rawValue, rule.map { ".\($0.rawValue)" }].compactMap(\.self).joined()
    return attribute.map { "\(what) \($0.isPrivate ? "private" : $0.keyword ?? $0.hex)" } ?? what
  }
}

/// An attribute of which something else is believed than an object states.
public struct CoercedValue: Hashable, Sendable {
  public var attribute: Tag
  public var stated: String
  public var believed: String
}

/// What a profile says of one object.
public struct Examination: Hashable, Sendable {
  /// Each once, in a stable order.
  public var deviations: [Deviation]
  public var coerced: [CoercedValue]
}
