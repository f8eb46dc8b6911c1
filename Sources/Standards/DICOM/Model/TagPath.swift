/// The place of an element in nested sequences: steps into items, then the element (PS3.18 §F.2.2).
///
/// Its text is used in bulk data URLs: `00400275/0/00080005` is Specific Character Set in the first item of Request
/// Attributes Sequence.
public struct TagPath: Hashable, Sendable, CustomStringConvertible {
  /// A step into item `item` (counted from 0) of sequence `sequence`.
  public struct Step: Hashable, Sendable {
    public var sequence: Tag
    public var item: Int

    public init(sequence: Tag, item: Int) {
      self.sequence = sequence
      self.item = item
    }
  }

  /// Deepest path that is read from text.
  public static let maximumSteps = 64

  public var steps: [Step]
  public var tag: Tag

  public init(_ tag: Tag, in steps: [Step] = []) {
    self.steps = steps
    self.tag = tag
  }

  /// Reads `TTTTTTTT(/n/TTTTTTTT)*`, hexadecimal tags only.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count % 2 == 1, parts.count / 2 <= TagPath.maximumSteps, let last = parts.last,
      last.utf8.count == 8, let tag = Tag(String(last))
    else { return nil }
    var steps: [Step] = []
    for index in stride(from: 0, to: parts.count - 1, by: 2) {
      guard parts[index].utf8.count == 8, let sequence = Tag(String(parts[index])),
        let item = Int(parts[index + 1]), item >= 0
      else { return nil }
      steps.append(Step(sequence: sequence, item: item))
    }
    self.init(tag, in: steps)
  }

  public var description: String {
    steps.reduce(into: "") { $0 += "\($1.sequence.hex)/\($1.item)/" } + tag.hex
  }
}
