import DICOM

/// How large a part of a Unified Procedure Step may be. Steps are read whole and often; documents are objects of their
/// own, which a step refers to.
enum UnifiedStepBounds {
  /// Bytes of one value: what a length of 16 bits can say (PS3.5 §7.1.2).
  static let longestValue = 65_534
  /// How deep sequences may lie in each other.
  static let deepestSequence = 10

  /// - Throws: for the attribute, at the top, that is too long, too deep, or was too long to be read at all.
  static func check(_ attributes: DataSet) throws(UnifiedStepRefusal) {
    let wrong = attributes.filter { !isWithin($0, depth: 1) }.map(\.tag)
    guard wrong.isEmpty else { throw UnifiedStepRefusal(.invalidValue, wrong) }
  }

  private static func isWithin(_ element: DataElement, depth: Int) -> Bool {
    switch element.value {
    case .bytes(let bytes): bytes.count <= longestValue
    case .sequence(let items):
      depth <= deepestSequence && items.allSatisfy { $0.allSatisfy { isWithin($0, depth: depth + 1) } }
    case .bulk, .pixels: false
    }
  }
}
