/// Sequences, items and the fragments of encapsulated values (PS3.5 §7.5, §A.4).
extension ElementParser {
  mutating func openUndefined(_ tag: Tag, _ vr: VR, _ header: Int) throws(DICOMError) {
    try count(tag)
    let isFragments = tag.isPixelData || vr == .ob || vr == .ow
    if isFragments {
      try open(.fragments, tag, vr == .un ? .ob : vr, end: .max, encoding: level.encoding)
    } else if vr == .un, level.encoding.isExplicit {
      // UN of undefined length holds items in implicit VR little endian (PS3.5 §6.2.2, Note 4).
      try open(.sequence, tag, .sq, end: .max, encoding: .implicitLittleEndian)
      level.isUnknown = true
    } else {
      if vr != .sq, vr != .un { note(.undefinedLengthValue, tag) }
      try open(.sequence, tag, .sq, end: .max, encoding: level.encoding)
    }
  }

  mutating func open(
    _ kind: Level.Kind, _ tag: Tag, _ vr: VR, end: UInt64, encoding: Encoding
  ) throws(DICOMError) {
    // A sequence and its item are two levels here, one in the standard.
    guard outer.count < limits.nestingDepth &* 2 else {
      throw error(.nestingTooDeep, tag, detail: "sequences nested deeper than \(limits.nestingDepth)")
    }
    var opened = Level(kind: kind, encoding: encoding, end: end)
    opened.tag = tag
    opened.vr = vr
    opened.isSigned = level.isSigned
    outer.append(level)
    level = opened
  }

  /// Parses an item header or the delimiter of a sequence.
  mutating func item(_ bytes: UnsafeRawBufferPointer, _ start: Int) throws(DICOMError) -> Int {
    let isBigEndian = level.encoding.isBigEndian
    let tag = Tag(
      bytes.number(at: start, isBigEndian, as: UInt16.self), bytes.number(at: start &+ 2, isBigEndian, as: UInt16.self))
    let length = bytes.number(at: start &+ 4, isBigEndian, as: UInt32.self)
    switch tag {
    case .item:
      try count(level.tag)
      let isUndefined = length == ElementParser.undefinedLength
      let end = isUndefined ? UInt64.max : position &+ 8 &+ UInt64(length)
      if !isUndefined, end > level.end { note(.lengthMismatch, level.tag) }
      try open(.item, level.tag, .sq, end: end, encoding: level.encoding)
    case .sequenceDelimitationItem:
      if level.end != .max { note(.strayDelimiter, level.tag) }
      if length != 0 { note(.delimiterWithLength, level.tag) }
      closeLevel()
    case .itemDelimitationItem:
      note(.strayDelimiter, level.tag)
    default:
      throw error(.malformed, level.tag, detail: "found \(tag) where an item was expected")
    }
    return 8
  }

  /// A delimiter among the elements of a data set or item.
  mutating func delimiter(_ tag: Tag, _ length: UInt32) throws(DICOMError) -> Int {
    if length != 0, tag != .item { note(.delimiterWithLength, level.tag) }
    switch (tag, level.kind) {
    case (.itemDelimitationItem, .item):
      if level.end != .max { note(.strayDelimiter, level.tag) }
      closeLevel()
    case (.sequenceDelimitationItem, .item):
      note(.strayDelimiter, level.tag)
      closeLevel()
      closeLevel()
    case (.itemDelimitationItem, _), (.sequenceDelimitationItem, _):
      note(.strayDelimiter, nil)
    default:
      throw error(.malformed, tag, detail: "an item outside a sequence")
    }
    return 8
  }

  /// Parses an item of an encapsulated value (PS3.5 §A.4).
  mutating func fragment(_ bytes: UnsafeRawBufferPointer, _ start: Int) throws(DICOMError) -> Int {
    let isBigEndian = level.encoding.isBigEndian
    let tag = Tag(
      bytes.number(at: start, isBigEndian, as: UInt16.self), bytes.number(at: start &+ 2, isBigEndian, as: UInt16.self))
    let length = bytes.number(at: start &+ 4, isBigEndian, as: UInt32.self)
    if tag == .sequenceDelimitationItem {
      if length != 0 { note(.delimiterWithLength, level.tag) }
      closeLevel()
      return 8
    }
    guard tag == .item, length != ElementParser.undefinedLength else {
      throw error(.malformed, level.tag, detail: "found \(tag) where a fragment was expected")
    }
    let size = Int(length)
    let peeked = Swift.min(size, CodeStream.markerLength)
    guard has(8 &+ peeked, bytes, start) else { return 0 }
    let marker = bytes.part(start &+ 8, start &+ 8 &+ peeked)
    let beginsCodeStream = CodeStream.begins(marker)
    if level.offsetTable == nil {
      if size == 0 || (size % 4 == 0 && !beginsCodeStream) {
        guard size / 4 <= limits.elements else {
          throw error(.tooManyElements, level.tag, detail: "a Basic Offset Table of \(size) bytes")
        }
        guard has(8 &+ size, bytes, start) else { return 0 }
        let table = bytes.part(start &+ 8, start &+ 8 &+ size)
        level.offsetTable = (0..<size / 4).map { UInt64(table.number(at: $0 &* 4, isBigEndian, as: UInt32.self)) }
        return 8 &+ size
      }
      note(.missingBasicOffsetTable, level.tag)
      level.offsetTable = []
    }
    try count(level.tag)
    if beginsCodeStream { level.marked.append(level.fragments.count) }
    level.fragments.append(BulkReference(offset: position &+ 8, length: UInt64(length)))
    skip = UInt64(length)
    return 8
  }

  /// Closes what ends at or before the position.
  mutating func closeEndedLevels() {
    while position >= level.end, !outer.isEmpty {
      if position > level.end { note(.lengthMismatch, level.tag) }
      closeLevel()
    }
  }

  mutating func closeLevel() {
    guard let parent = outer.popLast() else { return }
    var closed = level
    level = parent
    switch closed.kind {
    case .dataSet:
      break
    case .item:
      if closed.groupEnd != 0, closed.groupEnd != position {
        note(.wrongGroupLength, Tag(closed.countedGroup, 0))
      }
      level.items.append(ElementParser.dataSet(of: &closed))
    case .sequence:
      if closed.end == .max { level.undefinedSequences.append(closed.tag) }
      if closed.isUnknown { level.unknownSequences.append(closed.tag) }
      append(closed.tag, closed.vr, .sequence(closed.items))
    case .fragments:
      level.encapsulated.append(closed.tag)
      let table = closed.offsetTable ?? []
      append(
        closed.tag, closed.vr,
        .pixels(.encapsulated(basicOffsetTable: completed(table, closed), fragments: closed.fragments)))
    }
  }

  /// An empty Basic Offset Table, completed from the fragments that begin a code stream when there are exactly as
  /// many as frames.
  private mutating func completed(_ table: [UInt64], _ closed: Level) -> [UInt64] {
    guard table.isEmpty, outer.isEmpty, let first = closed.fragments.first, closed.marked.first == 0,
      closed.marked.count < closed.fragments.count,
      let frames = DataSet(ascending: level.elements).numberOfFrames, frames > 1, frames == closed.marked.count
    else { return table }
    note(.frameOffsetsFromMarkers, closed.tag)
    return closed.marked.map { closed.fragments[$0].offset &- first.offset }
  }
}
