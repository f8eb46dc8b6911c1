/// Reads XML 1.0 in UTF-8, event by event: the part of it that a Native DICOM Model can use.
///
/// A document type declaration is refused, and with it every entity but the five predefined: nothing expands, nothing is
/// fetched. Comments and processing instructions are passed over; namespace prefixes are cut off names.
struct XMLScanner {
  enum Event: Equatable {
    case start(name: String, attributes: [String: String])
    case end
    case text(String)
  }

  /// Deepest nesting of elements: two for each level of sequences.
  static let nestingDepth = 140
  /// Longest name, in bytes.
  static let nameLength = 128
  /// Most attributes of an element.
  static let attributeCount = 16

  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var open: [String] = []
  private var isEmptyElement = false
  private var hasRoot = false

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next event; nil behind the end of the root element.
  mutating func next() throws(DICOMError) -> Event? {
    if isEmptyElement {
      isEmptyElement = false
      open.removeLast()
      return .end
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        let text = try text()
        if !open.isEmpty { return .text(text) }
        guard text.utf8.allSatisfy(XMLScanner.isSpace) else { throw error("text outside the root element") }
        continue
      }
      if has("<?") {
        try declaration()
      } else if has("<!--") {
        try skip(past: "-->", "a comment")
      } else if has("<![CDATA["), !open.isEmpty {
        return .text(try characterData())
      } else if has("<!") {
        throw error("a document type declaration, which is refused")
      } else if has("</") {
        return try endTag()
      } else {
        return try startTag()
      }
    }
    guard open.isEmpty, hasRoot else { throw error("the document ends early") }
    return nil
  }

  // MARK: - Tags

  private mutating func startTag() throws(DICOMError) -> Event {
    guard !open.isEmpty || !hasRoot else { throw error("a second root element") }
    guard open.count < XMLScanner.nestingDepth else {
      throw DICOMError(
        .nestingTooDeep, offset: UInt64(clamping: position),
        detail: "elements nested deeper than \(XMLScanner.nestingDepth)")
    }
    hasRoot = true
    position += 1
    let name = try name()
    var attributes: [String: String] = [:]
    while true {
      let hadSpace = skipSpace()
      if take("/>") {
        isEmptyElement = true
        break
      }
      if take(">") { break }
      guard hadSpace, attributes.count < XMLScanner.attributeCount else { throw error("an attribute expected") }
      let attribute = try self.name()
      _ = skipSpace()
      guard take("=") else { throw error("an equals sign expected") }
      _ = skipSpace()
      guard attributes.updateValue(try quoted(), forKey: attribute) == nil else { throw error("an attribute twice") }
    }
    open.append(name)
    return .start(name: String(name.split(separator: ":").last ?? ""), attributes: attributes)
  }

  private mutating func endTag() throws(DICOMError) -> Event {
    position += 2
    let name = try name()
    _ = skipSpace()
    guard take(">"), open.popLast() == name else { throw error("an end tag that ends nothing") }
    return .end
  }

  private mutating func name() throws(DICOMError) -> String {
    let start = position
    while position < bytes.count, XMLScanner.isName(bytes[position]) { position += 1 }
    guard position > start, position - start <= XMLScanner.nameLength, !XMLScanner.isNoNameStart(bytes[start]) else {
      throw error("a name expected")
    }
    return try string(Array(bytes[start..<position]))
  }

  private mutating func quoted() throws(DICOMError) -> String {
    guard position < bytes.count, bytes[position] == 0x22 || bytes[position] == 0x27 else {
      throw error("a quoted value expected")
    }
    let quote = bytes[position]
    position += 1
    var value: [UInt8] = []
    while position < bytes.count, bytes[position] != quote {
      switch bytes[position] {
      case UInt8(ascii: "<"): throw error("a tag inside a value")
      case UInt8(ascii: "&"): try appendReference(to: &value)
      case let byte:
        value.append(byte == 0x09 || byte == 0x0A || byte == 0x0D ? 0x20 : byte)
        position += 1
      }
    }
    guard position < bytes.count else { throw error("a value without end") }
    position += 1
    return try string(value)
  }

  // MARK: - Text

  private mutating func text() throws(DICOMError) -> String {
    var text: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
      if bytes[position] == UInt8(ascii: "&") { try appendReference(to: &text) } else { appendByte(to: &text) }
    }
    return try string(text)
  }

  private mutating func characterData() throws(DICOMError) -> String {
    position += 9
    var text: [UInt8] = []
    while position < bytes.count, !has("]]>") { appendByte(to: &text) }
    guard take("]]>") else { throw error("character data without end") }
    return try string(text)
  }

  /// Line ends of every kind are LF (XML 1.0 §2.11).
  private mutating func appendByte(to text: inout [UInt8]) {
    if bytes[position] == 0x0D {
      text.append(0x0A)
      position += position + 1 < bytes.count && bytes[position + 1] == 0x0A ? 2 : 1
    } else {
      text.append(bytes[position])
      position += 1
    }
  }

  private mutating func appendReference(to text: inout [UInt8]) throws(DICOMError) {
    let start = position + 1
    var end = start
    // The longest is &#x10FFFF;
    while end < bytes.count, end - start < 10, bytes[end] != UInt8(ascii: ";") { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: ";") else { throw error("a reference without end") }
    let name = String(decoding: bytes[start..<end], as: UTF8.self)
    position = end + 1
    switch name {
    case "lt": text.append(UInt8(ascii: "<"))
    case "gt": text.append(UInt8(ascii: ">"))
    case "amp": text.append(UInt8(ascii: "&"))
    case "quot": text.append(UInt8(ascii: "\""))
    case "apos": text.append(UInt8(ascii: "'"))
    default:
      let value =
        name.hasPrefix("#x")
        ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
      guard let scalar = value.flatMap(Unicode.Scalar.init), scalar.isXMLCharacter else {
        throw error("an entity that is not predefined, or no character")
      }
      text.append(contentsOf: String(scalar).utf8)
    }
  }

  private func string(_ bytes: [UInt8]) throws(DICOMError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw error("text that is not UTF-8") }
    guard text.unicodeScalars.allSatisfy(\.isXMLCharacter) else { throw error("a character that XML does not have") }
    return text
  }

  // MARK: - What is passed over

  private mutating func declaration() throws(DICOMError) {
    let start = position
    try skip(past: "?>", "a processing instruction")
    let text = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
    guard text.hasPrefix("<?xml "), let encoding = text.firstRange(of: "encoding") else { return }
    guard text[encoding.upperBound...].contains("utf-8") || text[encoding.upperBound...].contains("us-ascii") else {
      throw error("an encoding other than UTF-8")
    }
  }

  private mutating func skip(past end: StaticString, _ what: String) throws(DICOMError) {
    while position < bytes.count {
      if take(end) { return }
      position += 1
    }
    throw error("\(what) without end")
  }

  private mutating func skipSpace() -> Bool {
    let start = position
    while position < bytes.count, XMLScanner.isSpace(bytes[position]) { position += 1 }
    return position > start
  }

  private func has(_ token: StaticString) -> Bool {
    let wanted = UnsafeRawBufferPointer(start: token.utf8Start, count: token.utf8CodeUnitCount)
    guard bytes.count - position >= wanted.count else { return false }
    for offset in 0..<wanted.count where bytes[position + offset] != wanted[offset] { return false }
    return true
  }

  private mutating func take(_ token: StaticString) -> Bool {
    guard has(token) else { return false }
    position += token.utf8CodeUnitCount
    return true
  }

  func error(_ detail: String) -> DICOMError {
    DICOMError(.malformedXML, offset: UInt64(clamping: position), detail: detail)
  }

  // MARK: - Bytes

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39, 0x80...0xFF: true
    case UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }

  private static func isNoNameStart(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }
}

extension Unicode.Scalar {
  /// Whether XML 1.0 has the character (§2.2): no control characters but tab and line ends.
  var isXMLCharacter: Bool {
    switch value {
    case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }
}
