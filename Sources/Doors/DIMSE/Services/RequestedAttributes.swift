import DICOM

/// The identifier of a response: exactly the attributes that were asked for, as deep as they were asked for
/// (PS3.4 §C.2.2.1.3, §K.4.1.1.3.2).
enum RequestedAttributes {
  /// How deep sequences may be asked for; deeper ones are given whole.
  static let maximumDepth = 8

  /// - Parameters:
  ///   - identifier: of the request. A sequence without item, or with an empty one, asks for all of it.
  ///   - attributes: what is known, its texts in UTF-8.
  static func of(_ attributes: DataSet, asked identifier: DataSet) -> DataSet {
    var answer = part(of: attributes, asked: identifier, depth: 0)
    answer[.specificCharacterSet] = attributes[.specificCharacterSet]
    if let offset = attributes[.timezoneOffsetFromUTC] { answer.set(offset) }
    return answer
  }

  private static func part(of attributes: DataSet, asked identifier: DataSet, depth: Int) -> DataSet {
    var answer = DataSet()
    for key in identifier where !key.tag.isGroupLength && key.tag != .specificCharacterSet {
      let isSequence = key.interpretedVR == .sq
      guard let known = attributes[key.tag] else {
        answer.set(
          DataElement(
            tag: key.tag, vr: isSequence ? .sq : key.interpretedVR, value: isSequence ? .sequence([]) : .empty))
        continue
      }
      guard isSequence, depth < maximumDepth, let wanted = identifier.items(key.tag).first, !wanted.isEmpty else {
        answer.set(known)
        continue
      }
      answer.set(key.tag, items: attributes.items(key.tag).map { part(of: $0, asked: wanted, depth: depth + 1) })
    }
    return answer
  }
}
