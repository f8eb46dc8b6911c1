import ArchiveCore
import DICOM

/// An attribute and what it must be, written as a QIDO-RS parameter would be (PS3.18 §8.3.4.1) and decided by the
/// archive's one matching engine.
public struct AttributeCondition: Hashable, Sendable, Codable {
  /// Keyword or eight hexadecimal digits: "BodyPartExamined", "00180015".
  public var attribute: String
  /// A value, a pattern of `*` and `?`, a range of dates, a list.
  public var matches: String

  public init(attribute: String, matches: String) {
    self.attribute = attribute
    self.matches = matches
  }

  /// Characters of an expression.
  static let maximumLength = 1024

  /// - Throws: `ArchiveError` `.badRequest` for what is no attribute, or none that the catalog keeps.
  func key() throws(ArchiveError) -> MatchingKey {
    guard let tag = DataDictionary.tag(keyword: attribute) ?? Tag(attribute), let vr = DataDictionary.vr(tag) else {
      throw ArchiveError(.badRequest, "a condition names an attribute that is none")
    }
    guard LevelAttributes.level(of: tag) != nil, vr != .sq else {
      throw ArchiveError(.badRequest, "\(tag) is not among the attributes that the catalog keeps")
    }
    guard matches.utf8.count <= Self.maximumLength else {
      throw ArchiveError(.badRequest, "the expression for \(tag) is too long")
    }
    return MatchingKey.parse(tag: tag, vr: vr, text: matches, emptyValueMatching: true)
  }

  /// The level at which it is decided: the attribute's own, but never above a series.
  var level: Query.Level {
    guard let key = try? key(), let level = LevelAttributes.level(of: key.tag) else { return .series }
    return max(level, .series)
  }
}
