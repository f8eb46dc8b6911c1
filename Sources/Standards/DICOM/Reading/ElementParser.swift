/// The grammar of a data set (PS3.5 §7) as a push parser: bytes in, data set out.
///
/// Nothing but the bytes of one unfinished element header or held value is kept between pieces, so the result does
/// not depend on how the stream was cut. Values that are not held are skipped by count.
struct ElementParser: Sendable {
  enum Scope: Sendable {
    case dataSet
    /// Group 0002: stops before the first element of another group.
    case fileMeta
  }

  /// Longest Extended Offset Table value held, in bytes; sixteen million bytes locate two million frames.
  static let offsetTableLength = 16 * 1024 * 1024
  static let undefinedLength = UInt32.max

  let limits: HeaderReader.Limits
  let scope: Scope
  var level: Level
  var outer: [Level] = []
  /// Offset of the next byte to be parsed.
  var position: UInt64
  var findings: [Finding] = []
  /// Whether the end of the scope was reached: the rest belongs to somebody else.
  var isStopped = false

  private var carry: [UInt8] = []
  private var needed = 0
  var skip: UInt64 = 0
  private var remainingElements: Int
  private var remainingInlineBytes: Int
  private var fileMetaEnd: UInt64?
  var mayGuess: Bool
  private var isBigEndianPixelData: Bool

  /// Without `encoding` the first element decides.
  init(
    encoding: Encoding?, position: UInt64, scope: Scope = .dataSet, limits: HeaderReader.Limits,
    isBigEndianPixelData: Bool = false
  ) {
    self.limits = limits
    self.scope = scope
    self.position = position
    self.isBigEndianPixelData = isBigEndianPixelData
    level = Level(kind: .dataSet, encoding: encoding ?? .implicitLittleEndian, end: .max)
    level.elements.reserveCapacity(scope == .dataSet ? 128 : 12)
    mayGuess = encoding == nil
    remainingElements = limits.elements
    remainingInlineBytes = limits.totalInlineBytes
  }

  /// A parser for the items of a sequence that travelled as UN, without delimiters after the last one.
  init(itemsIn encoding: Encoding, length: UInt64, limits: HeaderReader.Limits) {
    self.init(encoding: encoding, position: 0, limits: limits)
    outer.append(level)
    level = Level(kind: .sequence, encoding: encoding, end: length)
  }

  /// The encoding of the outermost data set, as far as it is known.
  var rootEncoding: Encoding { (outer.first ?? level).encoding }

  /// Bytes that were taken but belong to what follows the scope.
  mutating func takeUnparsed() -> [UInt8] {
    defer { carry = [] }
    return carry
  }

  /// Parses a piece; returns how many of its bytes were taken, less than all only when the parser has stopped.
  mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) -> Int {
    var start = 0
    while start < bytes.count, !isStopped {
      if carry.isEmpty {
        start &+= try parse(bytes.part(start, bytes.count))
        if !isStopped, start < bytes.count {
          carry.append(contentsOf: bytes.part(start, bytes.count))
          start = bytes.count
        }
        return start
      }
      let taken = Swift.min(Swift.max(needed &- carry.count, 1), bytes.count &- start)
      carry.append(contentsOf: bytes.part(start, start &+ taken))
      start &+= taken
      guard carry.count >= needed else { continue }
      var held: [UInt8] = []
      Swift.swap(&held, &carry)
      let used = try held.withUnsafeBufferPointer { (buffer) throws(DICOMError) -> Int in
        try parse(UnsafeRawBufferPointer(buffer))
      }
      if used < held.count { held.removeFirst(used) } else { held.removeAll(keepingCapacity: true) }
      Swift.swap(&held, &carry)
    }
    return start
  }

  /// Skips without seeing the bytes.
  mutating func passOver(atMost limit: UInt64) -> UInt64 {
    let count = Swift.min(skip, limit)
    skip &-= count
    position &+= count
    return count
  }

  /// Ends the stream and returns the outermost data set.
  mutating func finish(acceptingTruncation: Bool = false) throws(DICOMError) -> DataSet {
    closeEndedLevels()
    if outer.isEmpty, level.groupEnd != 0 { endGroup() }
    if !outer.isEmpty || skip > 0 || !carry.isEmpty, !isStopped {
      if outer.isEmpty, skip == 0, carry.allSatisfy({ $0 == 0 }) {
        note(.trailingBytes, nil)
      } else if acceptingTruncation {
        note(.truncatedStream, nil)
        while !outer.isEmpty { closeLevel() }
      } else {
        throw error(.truncated, detail: "the stream ends inside an element or an open sequence")
      }
    }
    return takeDataSet()
  }

  // MARK: - The loop

  /// Parses as many elements as the bytes hold; returns how many bytes they took.
  private mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) -> Int {
    var start = 0
    needed = 0
    while true {
      if skip > 0 {
        let step = Swift.min(skip, UInt64(bytes.count &- start))
        skip &-= step
        start &+= Int(step)
        position &+= step
        if skip > 0 { return start }
      }
      if position >= level.end { closeEndedLevels() }
      if scope == .fileMeta, isAtEndOfFileMeta {
        isStopped = true
        return start
      }
      let available = bytes.count &- start
      guard available >= 8 else {
        needed = 8
        return start
      }
      let taken =
        switch level.kind {
        case .dataSet, .item: try element(bytes, start)
        case .sequence: try item(bytes, start)
        case .fragments: try fragment(bytes, start)
        }
      if taken == 0 { return start }
      start &+= taken
      position &+= UInt64(taken)
    }
  }

  /// Whether the bytes of a whole element are there; otherwise says how many are needed.
  @inline(__always)
  mutating func has(_ count: Int, _ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    if bytes.count &- start >= count { return true }
    needed = count
    return false
  }

  // MARK: - Elements

  /// Parses one element of a data set or item; returns the bytes taken, 0 when more are needed or at a stop.
  private mutating func element(_ bytes: UnsafeRawBufferPointer, _ start: Int) throws(DICOMError) -> Int {
    if !level.isChecked { checkEncoding(bytes.part(start, bytes.count)) }
    let isBigEndian = level.encoding.isBigEndian
    let group = bytes.number(at: start, isBigEndian, as: UInt16.self)
    let tag = Tag(group, bytes.number(at: start &+ 2, isBigEndian, as: UInt16.self))
    if scope == .fileMeta, group != 0x0002, outer.isEmpty {
      isStopped = true
      return 0
    }
    if level.groupEnd != 0, group != level.countedGroup { endGroup() }
    if group == 0xFFFE {
      return try delimiter(tag, bytes.number(at: start &+ 4, isBigEndian, as: UInt32.self))
    }
    if tag.rawValue == 0, outer.isEmpty, !level.elements.isEmpty, isZero(bytes, start) {
      note(.trailingBytes, nil)
      // What was open ends here, wherever the stream happens to be cut.
      if level.groupEnd != 0 { endGroup() }
      skip = .max
      isStopped = true
      return 8
    }

    let vr: VR
    let length: UInt32
    var header = 8
    if level.encoding.isExplicit {
      let code = UInt16(bytes[start &+ 4]) << 8 | UInt16(bytes[start &+ 5])
      if let known = VR(rawValue: code) {
        vr = known
        if known.usesLongLength {
          guard has(12, bytes, start) else { return 0 }
          if bytes[start &+ 6] | bytes[start &+ 7] != 0 { note(.reservedBytesSet, tag) }
          length = bytes.number(at: start &+ 8, isBigEndian, as: UInt32.self)
          header = 12
        } else {
          length = UInt32(bytes.number(at: start &+ 6, isBigEndian, as: UInt16.self))
        }
      } else {
        guard !isLongUnknown(bytes, start) || has(12, bytes, start) else { return 0 }
        (vr, length, header) = unknownVR(tag, bytes, start)
      }
    } else {
      vr = impliedVR(tag)
      length = bytes.number(at: start &+ 4, isBigEndian, as: UInt32.self)
    }

    if length == ElementParser.undefinedLength {
      try openUndefined(tag, vr, header)
      return header
    }
    let valueStart = position &+ UInt64(header)
    if valueStart &+ UInt64(length) > level.end { note(.lengthMismatch, tag) }
    if vr == .sq {
      try count(tag)
      try open(.sequence, tag, vr, end: valueStart &+ UInt64(length), encoding: level.encoding)
      return header
    }
    if tag.isPixelData, outer.isEmpty {
      try count(tag)
      let isSwapped = (isBigEndian || isBigEndianPixelData) && vr.byteOrderUnit > 1
      append(tag, vr, .pixels(.native(BulkReference(offset: valueStart, length: UInt64(length), bigEndian: isSwapped))))
      skip = UInt64(length)
      return header
    }
    let size = Int(length)
    if size > inlineLimit(tag, vr) || size > remainingInlineBytes {
      try count(tag)
      let isSwapped = isBigEndian && vr.byteOrderUnit > 1
      append(tag, vr, .bulk(BulkReference(offset: valueStart, length: UInt64(length), bigEndian: isSwapped)))
      skip = UInt64(length)
      return header
    }
    let total = header &+ size
    guard has(total, bytes, start) else { return 0 }
    try count(tag)
    if size & 1 == 1 { note(.oddLength, tag) }
    var value = [UInt8](bytes.part(start &+ header, start &+ total))
    if isBigEndian { ByteOrder.swap(&value, unit: vr.byteOrderUnit) }
    remainingInlineBytes &-= size
    if tag == .pixelRepresentation { level.isSigned = value.first == 1 }
    if scope == .fileMeta, tag == .fileMetaInformationGroupLength, value.count == 4 {
      let groupLength = value.withUnsafeBytes { $0.number(at: 0, false, as: UInt32.self) }
      fileMetaEnd = position &+ UInt64(total) &+ UInt64(groupLength)
    }
    append(tag, vr, .bytes(value))
    if tag.isGroupLength, scope == .dataSet, value.count == 4 {
      let groupLength = value.withUnsafeBytes { $0.number(at: 0, false, as: UInt32.self) }
      level.groupEnd = position &+ UInt64(total) &+ UInt64(groupLength)
      level.countedGroup = group
    }
    return total
  }

  /// Compares where a group ends with what its group length said.
  mutating func endGroup() {
    if level.groupEnd != position { note(.wrongGroupLength, Tag(level.countedGroup, 0)) }
    level.groupEnd = 0
  }

  private func isZero(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self) == 0
  }

  @inline(__always)
  private func inlineLimit(_ tag: Tag, _ vr: VR) -> Int {
    if vr.isText { return limits.inlineTextLength }
    if tag == .extendedOffsetTable || tag == .extendedOffsetTableLengths { return ElementParser.offsetTableLength }
    return limits.inlineValueLength
  }

  @inline(__always)
  mutating func append(_ tag: Tag, _ vr: VR, _ value: Value) {
    if let last = level.elements.last?.tag, last >= tag {
      note(last == tag ? .duplicateElement : .elementsOutOfOrder, tag)
      level.isAscending = false
    }
    level.elements.append(DataElement(tag: tag, vr: vr, value: value))
  }

  mutating func count(_ tag: Tag) throws(DICOMError) {
    remainingElements &-= 1
    guard remainingElements >= 0 else {
      throw error(.tooManyElements, tag, detail: "more than \(limits.elements) elements, items and fragments")
    }
  }

  /// The VR of an element in implicit VR (PS3.5 §A.1).
  private func impliedVR(_ tag: Tag) -> VR {
    guard let vr = DataDictionary.vr(tag) else { return .un }
    return vr == .us && level.isSigned && DataDictionary.dependsOnPixelRepresentation(tag) ? .ss : vr
  }

  /// An element in explicit VR whose VR is none of PS3.5 §6.2.
  ///
  /// Two capital letters are a VR of a later edition, with a 32-bit length when the reserved bytes are zero (PS3.5
  /// §7.1.2, Note). Anything else is an element that lacks its VR, or has blanks or marks in its place.
  private mutating func unknownVR(
    _ tag: Tag, _ bytes: UnsafeRawBufferPointer, _ start: Int
  ) -> (VR, UInt32, Int) {
    let isBigEndian = level.encoding.isBigEndian
    let (first, second) = (bytes[start &+ 4], bytes[start &+ 5])
    let isPrintable = first >= 0x20 && first < 0x7F && second >= 0x20 && second < 0x7F
    let vr = impliedVR(tag)
    guard isPrintable else {
      note(.implicitElementInExplicit, tag)
      return (vr, bytes.number(at: start &+ 4, isBigEndian, as: UInt32.self), 8)
    }
    note(.unknownVR, tag)
    if isLongUnknown(bytes, start) {
      return (vr, bytes.number(at: start &+ 8, isBigEndian, as: UInt32.self), 12)
    }
    return (vr, UInt32(bytes.number(at: start &+ 6, isBigEndian, as: UInt16.self)), 8)
  }

  private func isLongUnknown(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    bytes[start &+ 6] == 0 && bytes[start &+ 7] == 0 && Encoding.isLetter(bytes[start &+ 4])
      && Encoding.isLetter(bytes[start &+ 5])
  }

  /// Compares the encoding with the first element of a data set or item.
  private mutating func checkEncoding(_ bytes: UnsafeRawBufferPointer) {
    level.isChecked = true
    if level.kind == .dataSet, scope == .dataSet {
      guard let guess = Encoding.guess(bytes) else { return }
      if !mayGuess {
        if guess.isExplicit != level.encoding.isExplicit {
          note(guess.isExplicit ? .explicitDataSetInImplicit : .implicitDataSetInExplicit, nil)
        }
        if guess.isBigEndian != level.encoding.isBigEndian { note(.wrongByteOrder, nil) }
      }
      level.encoding = guess
    } else if level.encoding.isExplicit {
      let group = bytes.number(at: 0, level.encoding.isBigEndian, as: UInt16.self)
      if group != 0xFFFE, !Encoding.isLetter(bytes[4]), !Encoding.isLetter(bytes[5]),
        !(isBlank(bytes[4]) && isBlank(bytes[5]))
      {
        note(scope == .fileMeta ? .implicitFileMeta : .implicitItemInExplicit, nil)
        level.encoding.isExplicit = false
      }
    } else if rootEncoding.isExplicit, scope == .dataSet {
      // Some writers keep explicit VR within UN of undefined length.
      let tag = Tag(bytes.number(at: 0, false, as: UInt16.self), bytes.number(at: 2, false, as: UInt16.self))
      guard let vr = VR(code: (bytes[4], bytes[5])), DataDictionary.vr(tag) == vr else { return }
      note(.explicitItemInUnknown, tag)
      level.encoding.isExplicit = true
    }
  }

  /// Blanks and question marks stand in for a VR that a writer did not know.
  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "?") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ")
  }

  // MARK: - Ends and notes

  mutating func takeDataSet() -> DataSet {
    ElementParser.dataSet(of: &level)
  }

  static func dataSet(of level: inout Level) -> DataSet {
    var elements: [DataElement] = []
    Swift.swap(&elements, &level.elements)
    var dataSet = level.isAscending ? DataSet(ascending: elements) : DataSet(unordered: elements)
    dataSet.form = EncodedForm.of(level)
    return dataSet
  }

  /// Group 0002 ends with its length when what follows is deflated; otherwise with its last element.
  private var isAtEndOfFileMeta: Bool {
    guard let fileMetaEnd, position == fileMetaEnd else { return false }
    guard let syntax = DataSet(ascending: level.elements).uid(.transferSyntaxUID) else { return false }
    return TransferSyntax(uid: syntax).isDeflated
  }

  /// Whether group 0002 ended where its length said; nil without a length.
  var isFileMetaLengthRight: Bool? { fileMetaEnd.map { $0 == position } }

  mutating func note(_ leniency: Leniency, _ tag: Tag?) {
    guard !findings.contains(where: { $0.leniency == leniency }) else { return }
    findings.append(Finding(leniency: leniency, tag: tag, offset: position))
  }

  func error(_ code: DICOMError.Code, _ tag: Tag? = nil, detail: String) -> DICOMError {
    var steps: [TagPath.Step] = []
    for open in outer + [level] where open.kind == .sequence {
      steps.append(TagPath.Step(sequence: open.tag, item: open.items.count))
    }
    return DICOMError(code, path: tag.map { TagPath($0, in: steps) }, offset: position, detail: detail)
  }
}
