import DICOM

/// Builds a data set or item strictly: a value that its VR does not allow is an error with the path, never cut or altered.
struct ItemWriter {
  private(set) var dataSet = DataSet()
  let steps: [TagPath.Step]

  init(steps: [TagPath.Step] = []) {
    self.steps = steps
  }

  func error(_ code: ObjectError.Code, _ tag: Tag, _ rule: String) -> ObjectError {
    ObjectError(code, path: TagPath(tag, in: steps), rule)
  }

  /// The data set with one character set for all its items (PS3.3 §C.12.1.1.2).
  func finished() -> DataSet {
    var result = dataSet
    if result.declaresCharacterSet { result.transcodeToUTF8() }
    return result
  }

  // MARK: - Text

  /// Text values, present even when there are none (type 2).
  mutating func put(_ tag: Tag, texts: [String], _ vr: VR? = nil) throws(ObjectError) {
    let vr = vr ?? DataDictionary.vr(tag) ?? .lo
    for text in texts {
      if let rule = vr.objection(to: text) { throw error(.invalidValue, tag, rule) }
    }
    dataSet.set(tag, vr, strings: texts)
  }

  /// A value that must be there (type 1).
  mutating func put(_ tag: Tag, text: String, _ vr: VR? = nil) throws(ObjectError) {
    guard !text.isEmpty else { throw error(.missingAttribute, tag, "not empty") }
    try put(tag, texts: [text], vr)
  }

  /// A value that may be empty (type 2).
  mutating func put(_ tag: Tag, orEmpty text: String) throws(ObjectError) {
    try put(tag, texts: text.isEmpty ? [] : [text])
  }

  /// A value that may be absent (type 3).
  mutating func put(_ tag: Tag, ifAny text: String?) throws(ObjectError) {
    if let text, !text.isEmpty { try put(tag, text: text) }
  }

  mutating func put(_ tag: Tag, ifAny texts: [String]) throws(ObjectError) {
    if !texts.isEmpty { try put(tag, texts: texts) }
  }

  mutating func put(_ tag: Tag, uid: UID) throws(ObjectError) {
    guard uid.isValid else { throw error(.invalidValue, tag, "a unique identifier (PS3.5 §9.1)") }
    dataSet.set(tag, uid)
  }

  mutating func put(_ tag: Tag, ifAny uid: UID?) throws(ObjectError) {
    if let uid { try put(tag, uid: uid) }
  }

  mutating func put(_ tag: Tag, name: PersonName) throws(ObjectError) {
    try put(tag, orEmpty: name.dicom)
  }

  // MARK: - Numbers

  mutating func put(_ tag: Tag, _ vr: VR, ints: [Int]) throws(ObjectError) {
    if let range = vr.integerRange, let wrong = ints.first(where: { !range.contains($0) }) {
      throw error(.invalidValue, tag, wrong < range.lowerBound ? "at least \(range.lowerBound)" : "too large for \(vr)")
    }
    dataSet.set(tag, vr, ints: ints)
  }

  mutating func put(_ tag: Tag, _ vr: VR, _ int: Int) throws(ObjectError) { try put(tag, vr, ints: [int]) }

  mutating func put(_ tag: Tag, _ vr: VR, ifAny int: Int?) throws(ObjectError) {
    if let int { try put(tag, vr, ints: [int]) }
  }

  mutating func put(_ tag: Tag, _ vr: VR, doubles: [Double]) throws(ObjectError) {
    guard doubles.allSatisfy(\.isFinite) else { throw error(.invalidValue, tag, "finite numbers") }
    dataSet.set(tag, vr, doubles: doubles)
  }

  mutating func put(_ tag: Tag, _ vr: VR, ifAny doubles: [Double]?) throws(ObjectError) {
    if let doubles { try put(tag, vr, doubles: doubles) }
  }

  mutating func put(_ tag: Tag, tags: [Tag]) { dataSet.set(tag, tags: tags) }

  mutating func put(_ tag: Tag, _ vr: VR, bytes: [UInt8]) { dataSet.set(tag, vr, bytes: bytes) }

  // MARK: - Sequences

  /// An empty sequence (type 2).
  mutating func putNoItems(_ tag: Tag) { dataSet.set(tag, items: []) }

  mutating func put(_ tag: Tag, items values: [some ItemWritable]) throws(ObjectError) {
    var items: [DataSet] = []
    for (position, value) in values.enumerated() {
      var writer = writer(for: tag, position)
      try value.write(to: &writer)
      items.append(writer.dataSet)
    }
    dataSet.set(tag, items: items)
  }

  mutating func put(_ tag: Tag, item value: some ItemWritable) throws(ObjectError) {
    try put(tag, items: [value])
  }

  mutating func put<Item: ItemWritable>(_ tag: Tag, ifAny value: Item?) throws(ObjectError) {
    if let value { try put(tag, items: [value]) }
  }

  mutating func put(_ tag: Tag, ifAny values: [some ItemWritable]) throws(ObjectError) {
    if !values.isEmpty { try put(tag, items: values) }
  }

  /// A writer for an item of a sequence; `put(_:written:)` takes it back.
  func writer(for tag: Tag, _ position: Int = 0) -> ItemWriter {
    ItemWriter(steps: steps + [TagPath.Step(sequence: tag, item: position)])
  }

  /// A sequence of one item, left out when nothing is put into it.
  mutating func put(
    macro tag: Tag, _ body: (inout ItemWriter) throws(ObjectError) -> Void
  ) throws(ObjectError) {
    var item = writer(for: tag)
    try body(&item)
    if !item.dataSet.isEmpty { put(tag, written: [item]) }
  }

  mutating func put(_ tag: Tag, written items: [ItemWriter]) { dataSet.set(tag, items: items.map(\.dataSet)) }

  /// Adds everything another writer has.
  mutating func merge(_ other: DataSet) {
    for element in other { dataSet.set(element) }
  }
}

extension DataSet {
  /// Whether this data set or an item of it declares a character set.
  var declaresCharacterSet: Bool {
    contains { element in
      if element.tag == .specificCharacterSet { return true }
      guard case .sequence(let items) = element.value else { return false }
      return items.contains { $0.declaresCharacterSet }
    }
  }
}

extension VR {
  /// The rule of PS3.5 §6.2 that a single text value breaks; nil when it breaks none.
  fileprivate func objection(to text: String) -> String? {
    if isMultiValued, text.utf8.contains(0x5C) { return "no backslash within a value of \(self)" }
    if let most = maximumCharacters, text.unicodeScalars.count > most { return "at most \(most) characters" }
    let bytes = text.utf8
    switch self {
    case .cs:
      let isAllowed = bytes.allSatisfy {
        (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 32 || $0 == 95
      }
      return isAllowed ? nil : "capital letters, digits, space and underscore"
    case .da:
      return bytes.count == 8 && bytes.allSatisfy(\.isDigit) ? nil : "a date YYYYMMDD"
    case .tm:
      let isTime = bytes.count >= 2 && bytes.allSatisfy { $0.isDigit || $0 == 0x2E }
      return isTime ? nil : "a time HHMMSS.FFFFFF"
    case .dt:
      let isTime = bytes.count >= 4 && bytes.allSatisfy { $0.isDigit || $0 == 0x2E || $0 == 0x2B || $0 == 0x2D }
      return isTime ? nil : "a date and time YYYYMMDDHHMMSS.FFFFFF&ZZXX"
    case .ds:
      return Double(text).map(\.isFinite) == true ? nil : "a decimal string"
    case .is:
      return Int32(text) == nil ? "an integer string" : nil
    case .ui:
      return UID(rawValue: text).isValid ? nil : "a unique identifier (PS3.5 §9.1)"
    case .st, .lt, .ut:
      return bytes.contains { $0 < 0x20 && !(0x09...0x0D).contains($0) } ? "no control characters" : nil
    default:
      return bytes.contains { $0 < 0x20 } ? "no control characters" : nil
    }
  }

  private var maximumCharacters: Int? {
    switch self {
    case .ae, .cs, .ds, .sh: 16
    case .tm: 14
    case .dt: 26
    case .is: 12
    case .lo, .ui: 64
    case .pn: 64 * 3 + 2
    case .st: 1024
    case .lt: 10240
    default: nil
    }
  }

  fileprivate var integerRange: ClosedRange<Int>? {
    switch self {
    case .us: 0...Int(UInt16.max)
    case .ss: Int(Int16.min)...Int(Int16.max)
    case .ul: 0...Int(UInt32.max)
    case .sl, .is: Int(Int32.min)...Int(Int32.max)
    default: nil
    }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
