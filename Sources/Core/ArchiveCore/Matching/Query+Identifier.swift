public import DICOM

extension Query {
  /// Reads the identifier of a C-FIND request (PS3.4 §C.4.1.1.3.1): every attribute of it is a key, universal when
  /// empty; what only steers the request (character set, level, view, destination) is none.
  public init(
    level: Level, identifier: DataSet, options: MatchingOptions = MatchingOptions(), limit: Int? = nil, offset: Int = 0
  ) {
    let keys = Query.keys(of: identifier, depth: 0, emptyValueMatching: options.matchesEmptyValues)
    self.init(level: level, keys: keys.understood(options), limit: limit, offset: offset)
  }

  /// How deep sequences of keys may lie in each other.
  public static let maximumKeyDepth = 8

  private static func keys(of identifier: DataSet, depth: Int, emptyValueMatching: Bool) -> [MatchingKey] {
    identifier.compactMap { element in
      guard !LevelAttributes.steering.contains(element.tag), !element.tag.isGroupLength else { return nil }
      let vr = element.interpretedVR
      guard vr == .sq else {
        let text = identifier.strings(element.tag).joined(separator: "\\")
        return MatchingKey.parse(tag: element.tag, vr: vr, text: text, emptyValueMatching: emptyValueMatching)
      }
      guard depth < maximumKeyDepth, let item = identifier.items(element.tag).first else {
        return MatchingKey(element.tag, vr, .universal)
      }
      let nested = keys(of: item, depth: depth + 1, emptyValueMatching: emptyValueMatching)
      let asksNothing = nested.allSatisfy(\.isUniversal)
      return MatchingKey(element.tag, vr, asksNothing ? .universal : .sequence(nested))
    }
  }

  /// The keys that can narrow this query: universal ones and attributes that the level does not know are gone, and
  /// Modality asked of a study means Modalities in Study.
  package var narrowingKeys: [MatchingKey] {
    keys.compactMap { key in
      var key = key
      if level == .study, key.tag == .modality { key.tag = .modalitiesInStudy }
      guard LevelAttributes.isKnown(key.tag, at: level), !key.isUniversal else { return nil }
      return key
    }
  }
}
