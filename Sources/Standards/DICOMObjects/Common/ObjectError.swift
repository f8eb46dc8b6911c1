public import DICOM

/// Why a data set is not the object it was taken for, or an object cannot be written.
///
/// Names the attribute and the rule that is broken, never a value of the data set.
public struct ObjectError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: String, Equatable, Sendable {
    /// The SOP Class UID is of another kind of object.
    case wrongSOPClass
    /// A required attribute is absent or empty.
    case missingAttribute
    /// A value the standard does not allow here.
    case invalidValue
    /// Two values contradict each other.
    case contradiction
    /// A reference to something that is not there.
    case danglingReference
    /// More, deeper or larger than is accepted.
    case limitExceeded
    /// Allowed by the standard and not done here.
    case unsupported
  }

  public var code: Code
  /// The attribute at fault.
  public var path: TagPath?
  /// The rule, in words, with its section where that helps.
  public var rule: String

  public init(_ code: Code, path: TagPath? = nil, _ rule: String) {
    self.code = code
    self.path = path
    self.rule = rule
  }

  public var description: String {
    path.map { "\(code.rawValue) at \($0): \(rule)" } ?? "\(code.rawValue): \(rule)"
  }
}
