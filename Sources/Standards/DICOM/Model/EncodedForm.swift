/// How a data set was encoded where the standard leaves a choice (PS3.5 §7.5, §6.2.2 Note 4).
///
/// It carries no content and takes no part in `==`; `DataSetWriter.Form.asRead` writes by it, so that what was read comes
/// out byte for byte. Most data sets have none.
final class EncodedForm: Sendable {
  /// Whether the data set is an item of undefined length.
  let isUndefinedLength: Bool
  /// Its sequences of undefined length.
  let undefinedSequences: [Tag]
  /// Those of them that travelled as UN, with items in implicit VR little endian.
  let unknownSequences: [Tag]
  /// Its values that are fragments (PS3.5 §A.4).
  let encapsulated: [Tag]

  /// An item of undefined length with nothing else to say, by far the most frequent form.
  private static let undefinedItem = EncodedForm(true, [], [], [])

  private init(_ isUndefinedLength: Bool, _ undefined: [Tag], _ unknown: [Tag], _ encapsulated: [Tag]) {
    self.isUndefinedLength = isUndefinedLength
    undefinedSequences = undefined
    unknownSequences = unknown
    self.encapsulated = encapsulated
  }

  /// The form of a level that ends; nil when all its lengths are defined.
  static func of(_ level: ElementParser.Level) -> EncodedForm? {
    let isUndefined = level.kind == .item && level.end == .max
    guard level.undefinedSequences.isEmpty, level.encapsulated.isEmpty else {
      return EncodedForm(isUndefined, level.undefinedSequences, level.unknownSequences, level.encapsulated)
    }
    return isUndefined ? undefinedItem : nil
  }
}
