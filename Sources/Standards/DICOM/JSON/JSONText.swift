/// A JSON text (RFC 8259), numbers as they were written.
indirect enum JSONText: Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONText])
  case object([(name: String, value: JSONText)])

  /// Deepest nesting of arrays and objects: three for each level of sequences.
  static let nestingDepth = 128

  static func parse(_ bytes: [UInt8]) throws(DICOMError) -> JSONText {
    try bytes.withUnsafeBufferPointer { (buffer) throws(DICOMError) -> JSONText in
      var scanner = JSONScanner(bytes: UnsafeRawBufferPointer(buffer))
      return try scanner.document()
    }
  }

  /// A JSON number as a DS or IS writes it: whole numbers as such, and no longer than a DS may be.
  static func number(_ text: String, _ vr: VR) -> String {
    if vr == .is {
      return Int(text).map(String.init) ?? Double(text).flatMap { Int(exactly: $0) }.map(String.init) ?? text
    }
    guard text.utf8.count > DecimalString.maximumLength, let number = Double(text), number.isFinite else { return text }
    return DecimalString.text(number)
  }

  /// Whether bytes are a number by the grammar of RFC 8259 §6.
  static func isNumber(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var position = 0
    func digits() -> Int {
      let start = position
      while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 { position &+= 1 }
      return position &- start
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position = 1 }
    let first = position < bytes.count ? bytes[position] : 0
    let whole = digits()
    guard whole == 1 || (whole > 1 && first != 0x30) else { return false }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position &+= 1
      guard digits() > 0 else { return false }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position &+= 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position &+= 1
      }
      guard digits() > 0 else { return false }
    }
    return position == bytes.count
  }
}

/// Reads a JSON text from bytes in UTF-8.
private struct JSONScanner {
  let bytes: UnsafeRawBufferPointer
  var position = 0

  init(bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func document() throws(DICOMError) -> JSONText {
    let text = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw error("text after the end") }
    return text
  }

  private mutating func value(depth: Int) throws(DICOMError) -> JSONText {
    guard depth < JSONText.nestingDepth else { throw error("nested deeper than \(JSONText.nestingDepth)") }
    skipSpace()
    guard position < bytes.count else { throw error("the text ends early") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(DICOMError) -> JSONText {
    var members: [(name: String, value: JSONText)] = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw error("a name expected") }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("a colon expected") }
      members.append((name, try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw error("a comma or brace expected") }
    }
  }

  private mutating func array(depth: Int) throws(DICOMError) -> JSONText {
    var values: [JSONText] = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(values) }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(values) }
      guard take(UInt8(ascii: ",")) else { throw error("a comma or bracket expected") }
    }
  }

  private mutating func number() throws(DICOMError) -> JSONText {
    let start = position
    while position < bytes.count, isNumberByte(bytes[position]) { position += 1 }
    let text = bytes.part(start, position)
    guard JSONText.isNumber(text) else { throw error("a value expected") }
    return .number(String(decoding: text, as: UTF8.self))
  }

  private func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: true
    default: false
    }
  }

  private mutating func literal(_ text: String, _ value: JSONText) throws(DICOMError) -> JSONText {
    let end = position + text.utf8.count
    guard end <= bytes.count, bytes.part(position, end).elementsEqual(text.utf8) else {
      throw error("a value expected")
    }
    position = end
    return value
  }

  private mutating func string() throws(DICOMError) -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x5C { position += 1 }
    if position < bytes.count, bytes[position] == 0x22 {
      defer { position += 1 }
      return String(decoding: bytes.part(start, position), as: UTF8.self)
    }
    var output = Array(bytes.part(start, position))
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == 0x22 { return String(decoding: output, as: UTF8.self) }
      if byte == 0x5C { try appendEscape(to: &output) } else { output.append(byte) }
    }
    throw error("a string without end")
  }

  private mutating func appendEscape(to output: inout [UInt8]) throws(DICOMError) {
    guard position < bytes.count else { throw error("a string without end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: output.append(byte)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      output.append(contentsOf: UTF8.encode(try escapedScalar()) ?? UTF8.encodedReplacementCharacter)
    default: throw error("an unknown escape")
    }
  }

  /// The scalar of `\uXXXX`, of two for a surrogate pair; U+FFFD for half a pair.
  private mutating func escapedScalar() throws(DICOMError) -> Unicode.Scalar {
    let first = try hex()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let mark = position
    if first < 0xDC00, take(0x5C), take(UInt8(ascii: "u")) {
      let second = try hex()
      if second >= 0xDC00, second <= 0xDFFF,
        let scalar = Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
      {
        return scalar
      }
    }
    position = mark
    return "\u{FFFD}"
  }

  private mutating func hex() throws(DICOMError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("a string without end") }
    var value: UInt32 = 0
    for byte in bytes.part(position, position + 4) {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
      default: throw error("an escape of four digits expected")
      }
    }
    position += 4
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func error(_ detail: String) -> DICOMError {
    DICOMError(.malformedJSON, offset: UInt64(clamping: position), detail: detail)
  }
}
