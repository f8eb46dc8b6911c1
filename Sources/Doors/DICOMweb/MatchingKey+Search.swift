import ArchiveCore
import DICOM
import DICOMweb

extension MatchingKey {
  /// The keys that a search's attributes amount to; attributes within one sequence must match in one item of it.
  ///
  /// - Throws: `DICOMwebError` `.badRequest`, naming the attribute, for a value that its VR cannot have.
  static func keys(
    of matches: [SearchRequest.Match], emptyValueMatching: Bool
  ) throws(DICOMwebError) -> [MatchingKey] {
    try keys(of: matches.map { ($0.path.tags[...], $0) }, emptyValueMatching: emptyValueMatching)
  }

  private static func keys(
    of matches: [(path: ArraySlice<Tag>, match: SearchRequest.Match)], emptyValueMatching: Bool
  ) throws(DICOMwebError) -> [MatchingKey] {
    var keys: [MatchingKey] = []
    var nested: [(sequence: Tag, matches: [(path: ArraySlice<Tag>, match: SearchRequest.Match)])] = []
    for (path, match) in matches {
      guard let tag = path.first else { continue }
      guard path.count > 1 else {
        keys.append(try key(tag, match, emptyValueMatching))
        continue
      }
      if let known = nested.firstIndex(where: { $0.sequence == tag }) {
        nested[known].matches.append((path.dropFirst(), match))
      } else {
        nested.append((tag, [(path.dropFirst(), match)]))
      }
    }
    for (sequence, matches) in nested {
      keys.append(
        MatchingKey(sequence, .sq, .sequence(try Self.keys(of: matches, emptyValueMatching: emptyValueMatching))))
    }
    return keys
  }

  private static func key(
    _ tag: Tag, _ match: SearchRequest.Match, _ emptyValueMatching: Bool
  ) throws(DICOMwebError) -> MatchingKey {
    let key = parse(
      tag: tag, vr: match.vr, text: match.values.joined(separator: "\\"), emptyValueMatching: emptyValueMatching)
    guard key.isWellFormed else {
      throw DICOMwebError(.badRequest, "the value of \(match.path) is none that its VR \(match.vr) can have")
    }
    return key
  }
}
