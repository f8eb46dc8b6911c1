/// Where a data set departs from the standard. It carries no values of the data set: paths, rules and keywords only.
public struct ValidationFinding: Hashable, Sendable, CustomStringConvertible {
  public enum Severity: String, Hashable, Sendable, Comparable, CaseIterable {
    /// Worth knowing; no rule is broken.
    case note
    /// A rule is broken that may not apply, or that nobody relies upon.
    case warning
    /// A rule of the standard is broken.
    case error

    public static func < (left: Severity, right: Severity) -> Bool {
      left.rank < right.rank
    }

    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// An attribute of type 1, or 1C whose condition holds, is absent (PS3.5 §7.4.1, §7.4.2).
    case missing
    /// An attribute of type 1 or 1C has no value (PS3.5 §7.4.1).
    case empty
    /// An attribute of type 2, or 2C whose condition holds, is absent (PS3.5 §7.4.3, §7.4.4).
    case missingMayBeEmpty
    /// A value that is none of the enumerated values (PS3.3).
    case enumeratedValue
    /// More or fewer values than the value multiplicity allows (PS3.6).
    case valueMultiplicity
    /// Longer than the VR allows (PS3.5 §6.2).
    case valueLength
    /// Not what the VR allows (PS3.5 §6.2).
    case valueForm
    /// A VR that is not the dictionary's (PS3.6).
    case valueRepresentation
    /// Text whose bytes do not fit the declared character set (PS3.3 §C.12.1.1.2).
    case characterSet
    /// Bits Stored, High Bit and Bits Allocated contradict each other (PS3.5 §8.1.1).
    case pixelDescription
    /// A functional group where it may not stand, or frames without items of their own (PS3.3 §C.7.6.16).
    case functionalGroup
    /// A private element in a block that nobody has reserved (PS3.5 §7.8.1).
    case privateCreator
    /// A standard attribute that the dictionary does not have.
    case unknownAttribute
    /// A retired attribute.
    case retired
    /// An attribute that is not in the IOD: a Standard Extended SOP Class (PS3.2 §3.11.1).
    case notInIOD
    /// A SOP class whose IOD is not known: only values were looked at.
    case unknownIOD
  }

  public var rule: Rule
  public var path: TagPath
  public var severity: Severity
  /// In a sentence, what was expected.
  public var detail: String

  public init(_ rule: Rule, at path: TagPath, _ severity: Severity, _ detail: String) {
    self.rule = rule
    self.path = path
    self.severity = severity
    self.detail = detail
  }

  public var description: String {
    "\(severity.rawValue): \(path) \(path.tag.keyword.map { "\($0): " } ?? "")\(detail)"
  }
}
