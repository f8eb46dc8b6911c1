import DICOM

/// Bounds on what a report can make its reader do.
public enum ContentTreeLimits {
  /// Deepest level of content items, the root being level 1.
  public static let depth = 48
  /// Content items in all.
  public static let items = 200_000
}

/// Reads the tree of content items below a data set or item (PS3.3 §C.17.3).
struct ContentTreeReader {
  private var itemCount = 0

  static func root(_ reader: ItemReader) throws(ObjectError) -> ContentItem {
    var tree = ContentTreeReader()
    let root = try tree.item(reader, depth: 1, isRoot: true)
    guard case .container = root.value else {
      throw reader.error(.invalidValue, .valueType, "the root is a CONTAINER (PS3.3 §C.17.3)")
    }
    tree.checkReferences(in: root, reader)
    return root
  }

  private mutating func item(_ reader: ItemReader, depth: Int, isRoot: Bool = false) throws(ObjectError) -> ContentItem
  {
    itemCount += 1
    guard itemCount <= ContentTreeLimits.items else {
      throw reader.error(.limitExceeded, .contentSequence, "at most \(ContentTreeLimits.items) content items")
    }
    guard depth <= ContentTreeLimits.depth else {
      throw reader.error(.limitExceeded, .contentSequence, "at most \(ContentTreeLimits.depth) levels")
    }
    var relationship = RelationshipType.contains
    if let text = reader.string(.relationshipType) {
      guard let known = RelationshipType(rawValue: text) else {
        throw reader.error(.invalidValue, .relationshipType, "a relationship type (PS3.3 §C.17.3.2.4)")
      }
      relationship = known
    } else if !isRoot {
      reader.note(.missingRelationshipType, .relationshipType)
    }
    if reader.contains(.referencedContentItemIdentifier), !reader.contains(.valueType) {
      return ContentItem(relationship, nil, .reference(reader.ints(.referencedContentItemIdentifier)))
    }
    var item = ContentItem(
      relationship, try reader.concept(.conceptNameCodeSequence), try value(reader),
      template: try template(reader), observationDateTime: reader.string(.observationDateTime),
      observationUID: reader.uid(.observationUID))
    if item.name == nil, item.value.type?.needsConceptName ?? false {
      reader.note(.missingConceptName, .conceptNameCodeSequence)
    }
    for child in reader.items(.contentSequence) {
      item.children.append(try self.item(child, depth: depth + 1))
    }
    return item
  }

  private func template(_ reader: ItemReader) throws(ObjectError) -> TemplateIdentification? {
    guard let item = reader.item(.contentTemplateSequence) else { return nil }
    guard item.string(.templateIdentifier) != nil else {
      reader.note(.emptyValue, .contentTemplateSequence)
      return nil
    }
    return try TemplateIdentification(item: item)
  }

  private func value(_ reader: ItemReader) throws(ObjectError) -> ContentValue {
    let text = reader.string(.valueType)
    guard let text, let type = ValueType(rawValue: text) else {
      reader.note(.unknownValueType, .valueType)
      return .unknown(text ?? "")
    }
    switch type {
    case .text: return .text(optional(reader, .textValue) ?? "")
    case .date: return .date(optional(reader, .date) ?? "")
    case .time: return .time(optional(reader, .time) ?? "")
    case .dateTime: return .dateTime(optional(reader, .dateTime) ?? "")
    case .uidReference:
      guard let uid = reader.uid(.uid) else { return missing(reader, .uid, type) }
      return .uidReference(uid)
    case .personName:
      guard let name = reader.personName(.personName) else { return missing(reader, .personName, type) }
      return .personName(name)
    case .numeric: return .numeric(try NumericValue(item: reader))
    case .code:
      guard let code = try reader.concept(.conceptCodeSequence) else {
        return missing(reader, .conceptCodeSequence, type)
      }
      return .code(code)
    case .container:
      let continuity = reader.string(.continuityOfContent).flatMap(ContentValue.Continuity.init(rawValue:))
      if continuity == nil { reader.note(.missingAttribute, .continuityOfContent) }
      return .container(continuity ?? .separate)
    case .composite:
      guard let item = referenced(reader) else { return missing(reader, .referencedSOPSequence, type) }
      return .composite(try InstanceReference(item: item))
    case .image:
      guard let item = referenced(reader) else { return missing(reader, .referencedSOPSequence, type) }
      return .image(try ImageReference(item: item))
    case .waveform:
      guard let item = referenced(reader) else { return missing(reader, .referencedSOPSequence, type) }
      return .waveform(try WaveformReference(item: item))
    case .spatialCoordinates: return .spatialCoordinates(try SpatialCoordinates(item: reader))
    case .spatialCoordinates3D: return .spatialCoordinates3D(try SpatialCoordinates3D(item: reader))
    case .temporalCoordinates: return .temporalCoordinates(try TemporalCoordinates(item: reader))
    case .table: return .table(try TabulatedValues(item: reader))
    }
  }

  private func referenced(_ reader: ItemReader) -> ItemReader? {
    guard let item = reader.item(.referencedSOPSequence), item.uid(.referencedSOPInstanceUID) != nil,
      item.uid(.referencedSOPClassUID) != nil
    else { return nil }
    return item
  }

  private func optional(_ reader: ItemReader, _ tag: Tag) -> String? {
    let text = reader.string(tag)
    if text == nil { reader.note(.emptyValue, tag) }
    return text
  }

  private func missing(_ reader: ItemReader, _ tag: Tag, _ type: ValueType) -> ContentValue {
    reader.note(.emptyValue, tag)
    return .unknown(type.rawValue)
  }

  /// Notes references that lead nowhere, or to the item they stand under or one around it.
  private func checkReferences(in root: ContentItem, _ reader: ItemReader) {
    root.references { place, target in
      if !ContentItem.isAllowed(target, from: place, in: root) {
        reader.note(.danglingReference, .referencedContentItemIdentifier)
      }
    }
  }
}

extension ValueType {
  /// Whether an item of this type says nothing without a concept name (PS3.3 §C.17.3.2.2).
  var needsConceptName: Bool {
    switch self {
    case .text, .numeric, .code, .date, .time, .dateTime, .uidReference, .personName, .table: true
    default: false
    }
  }
}

extension ContentItem {
  /// Every item by reference: its own place and the one it names; the root is `[1]`.
  func references(at place: [Int] = [1], _ body: ([Int], [Int]) -> Void) {
    if case .reference(let target) = value { body(place, target) }
    for (index, child) in children.enumerated() { child.references(at: place + [index + 1], body) }
  }

  /// Whether a target is in the tree and no ancestor of the item that refers to it (PS3.3 §C.17.3.2.5).
  static func isAllowed(_ target: [Int], from place: [Int], in root: ContentItem) -> Bool {
    guard target.first == 1, let found = root.descendant(at: target.dropFirst()) else { return false }
    if case .reference = found.value { return false }
    return !place.starts(with: target)
  }
}
