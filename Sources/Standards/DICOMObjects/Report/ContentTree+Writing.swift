import DICOM

/// Writes a tree of content items strictly, by the rules of its SOP class (PS3.3 §A.35).
struct ContentTreeWriter {
  let rules: ContentConstraints
  let root: ContentItem

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard case .container = root.value else {
      throw writer.error(.invalidValue, .valueType, "the root is a CONTAINER (PS3.3 §C.17.3)")
    }
    guard root.name != nil else {
      throw writer.error(.missingAttribute, .conceptNameCodeSequence, "the root says the title of the document")
    }
    var count = 0
    try writeContent(of: root, at: [1], &count, to: &writer)
  }

  private func writeContent(
    of item: ContentItem, at place: [Int], _ count: inout Int, to writer: inout ItemWriter
  ) throws(ObjectError) {
    count += 1
    guard count <= ContentTreeLimits.items, place.count <= ContentTreeLimits.depth else {
      throw writer.error(
        .limitExceeded, .contentSequence,
        "at most \(ContentTreeLimits.items) content items in \(ContentTreeLimits.depth) levels")
    }
    if case .reference(let target) = item.value {
      guard ContentItem.isAllowed(target, from: place, in: root) else {
        throw writer.error(
          .danglingReference, .referencedContentItemIdentifier, "an item of this tree that is not around this one")
      }
      guard item.name == nil, item.children.isEmpty else {
        throw writer.error(.contradiction, .referencedContentItemIdentifier, "a reference has no content of its own")
      }
      try writer.put(.referencedContentItemIdentifier, .ul, ints: target)
      return
    }
    guard let type = item.value.type else {
      throw writer.error(.invalidValue, .valueType, "a value type of PS3.3 §C.17.3.2.1")
    }
    try writer.put(.valueType, text: type.rawValue)
    guard item.name != nil || !type.needsConceptName else {
      throw writer.error(.missingAttribute, .conceptNameCodeSequence, "\(type.rawValue) has a concept name")
    }
    try writer.put(.conceptNameCodeSequence, ifAny: item.name)
    try writer.put(.contentTemplateSequence, ifAny: item.template)
    try writer.put(.observationDateTime, ifAny: item.observationDateTime)
    try writer.put(.observationUID, ifAny: item.observationUID)
    try write(item.value, to: &writer)
    guard !item.children.isEmpty else { return }
    var children: [ItemWriter] = []
    for (position, child) in item.children.enumerated() {
      var below = writer.writer(for: .contentSequence, position)
      try check(child, under: type, &below)
      try below.put(.relationshipType, text: child.relationship.rawValue)
      try writeContent(of: child, at: place + [position + 1], &count, to: &below)
      children.append(below)
    }
    writer.put(.contentSequence, written: children)
  }

  /// The relationships a SOP class allows.
  private func check(_ child: ContentItem, under source: ValueType, _ writer: inout ItemWriter) throws(ObjectError) {
    var target = child.value.type
    if case .reference(let identifier) = child.value {
      guard rules.allowsReferences else {
        throw writer.error(.invalidValue, .referencedContentItemIdentifier, "no items by reference in this SOP class")
      }
      target = root.descendant(at: identifier.dropFirst())?.value.type
    }
    guard let target else { return }
    guard rules.allows(source, child.relationship, target) else {
      throw writer.error(
        .invalidValue, .relationshipType,
        "\(source.rawValue) \(child.relationship.rawValue) \(target.rawValue) in this SOP class (PS3.3 §A.35)")
    }
  }

  private func write(_ value: ContentValue, to writer: inout ItemWriter) throws(ObjectError) {
    switch value {
    case .text(let text): try writer.put(.textValue, text: text)
    case .numeric(let numeric): try numeric.write(to: &writer)
    case .code(let code): try writer.put(.conceptCodeSequence, item: code)
    case .date(let date): try writer.put(.date, text: date)
    case .time(let time): try writer.put(.time, text: time)
    case .dateTime(let dateTime): try writer.put(.dateTime, text: dateTime)
    case .uidReference(let uid): try writer.put(.uid, uid: uid)
    case .personName(let name): try writer.put(.personName, text: name.dicom)
    case .composite(let reference): try writer.put(.referencedSOPSequence, item: reference)
    case .image(let reference): try writer.put(.referencedSOPSequence, item: reference)
    case .waveform(let reference): try writer.put(.referencedSOPSequence, item: reference)
    case .spatialCoordinates(let coordinates): try coordinates.write(to: &writer)
    case .spatialCoordinates3D(let coordinates): try coordinates.write(to: &writer)
    case .temporalCoordinates(let coordinates): try coordinates.write(to: &writer)
    case .container(let continuity): try writer.put(.continuityOfContent, text: continuity.rawValue)
    case .table(let table): try table.write(to: &writer)
    case .reference, .unknown: break
    }
  }
}
