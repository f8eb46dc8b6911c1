/// Where a content tree departs from the template that it follows (PS3.16). It carries places and concepts, no values.
public struct TemplateFinding: Hashable, Sendable, CustomStringConvertible {
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// A mandatory item is absent, or one whose condition holds.
    case missing
    /// More items than the row allows.
    case tooMany
    /// An item whose condition does not hold.
    case notAllowed
    /// None of several items of which there must be one, or two that exclude each other.
    case choice
    /// An item of another value type.
    case valueType
    /// An item of another relationship to its parent.
    case relationship
    /// A document title that is not in the template's value set.
    case concept
  }

  public var rule: Rule
  /// Template Identifier, such as `1410`.
  public var template: String
  /// The row of the template's table, such as `3b`.
  public var row: String
  /// The item at fault, or the one that lacks something: the root is `[1]`, its second child `[1, 2]`.
  public var place: [Int]
  /// The concept that the row asks for.
  public var concept: CodedConcept?

  public var description: String {
    let name = concept.map { " \($0.meaning)" } ?? ""
    return "TID \(template) row \(row), item \(place.map(String.init).joined(separator: ".")): \(rule.rawValue)\(name)"
  }
}
