public import DICOM

/// An attribute as a query names it (PS3.18 §8.3.4.1): a tag or keyword, within sequences by a path with dots.
public struct AttributePath: Hashable, Sendable, CustomStringConvertible {
  /// Deepest path that is read.
  public static let maximumDepth = 8

  /// Sequences from the outside in, then the attribute. Never empty.
  public let tags: [Tag]

  public init(_ tag: Tag, in sequences: [Tag] = []) {
    tags = sequences + [tag]
  }

  /// What a text names.
  public enum Reading: Hashable, Sendable {
    case attribute(AttributePath)
    /// Its first component is neither a tag nor a keyword: no attribute was meant, or none that we know.
    case unknown
    /// It begins with an attribute but goes on wrongly; why.
    case wrong(String)
  }

  /// Reads `00100010`, `PatientName`, `00400275.00400009` or `RequestAttributesSequence.ScheduledProcedureStepID`.
  public static func read(_ text: some StringProtocol) -> Reading {
    let components = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = components.first, let outermost = Tag(String(first)) else { return .unknown }
    guard components.count <= maximumDepth else { return .wrong("is nested deeper than \(maximumDepth)") }
    var tags = [outermost]
    for component in components.dropFirst() {
      guard let tag = Tag(String(component)) else { return .wrong("names no attribute after \(tags[tags.count - 1])") }
      if let sequence = tags.last, let vr = DataDictionary.vr(sequence), vr != .sq {
        return .wrong("looks into \(sequence), which is no sequence")
      }
      tags.append(tag)
    }
    return .attribute(AttributePath(tags: tags))
  }

  private init(tags: [Tag]) { self.tags = tags }

  /// The outermost attribute: what a result holds or lacks as a whole.
  public var outermost: Tag { tags[0] }
  /// The attribute itself.
  public var attribute: Tag { tags[tags.count - 1] }
  /// By the dictionary; `nil` for attributes that it does not know.
  public var vr: VR? { DataDictionary.vr(attribute) }

  public var description: String { tags.map(\.hex).joined(separator: ".") }
}
