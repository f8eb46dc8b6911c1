/// The repertoires a data set's text is encoded in (PS3.3 §C.12.1.1.2, PS3.5 §6.1).
public struct SpecificCharacterSet: Hashable, Sendable {
  /// Repertoires of the defined terms, in order; the first is active at the beginning of each value. Empty when the
  /// attribute is absent.
  let repertoires: [Repertoire]

  /// ISO-IR 6, what holds when Specific Character Set is absent.
  public static let `default` = SpecificCharacterSet(repertoires: [])
  public static let utf8 = SpecificCharacterSet(repertoires: [.utf8])
  public static let latin1 = SpecificCharacterSet(repertoires: [.latin1])

  private init(repertoires: [Repertoire]) {
    self.repertoires = repertoires
  }

  /// Reads defined terms such as `ISO_IR 100`; unknown ones are taken for the default repertoire.
  public init(terms: [String]) {
    let repertoires = terms.prefix(SpecificCharacterSet.maximumTerms).map { Repertoire(term: $0) ?? .ascii }
    self.init(repertoires: repertoires == [.ascii] ? [] : repertoires)
  }

  /// Reads the value field of Specific Character Set (0008,0005).
  public init(value: [UInt8]) {
    self.init(terms: SpecificCharacterSet.default.values(value, .cs))
  }

  /// Terms taken into account.
  static let maximumTerms = 16

  /// The defined terms, as they are written to Specific Character Set.
  public var terms: [String] {
    repertoires.enumerated().map { index, repertoire in
      index == 0 && repertoire == .ascii ? "" : repertoire.term(extended: repertoires.count > 1)
    }
  }

  /// Decodes a whole value field, delimiters and padding included; malformed bytes become U+FFFD.
  public func decode(_ bytes: [UInt8], _ vr: VR) -> String {
    String(decoding: utf8(bytes, vr), as: UTF8.self)
  }

  /// Decodes a value field into its values, padding removed; malformed bytes become U+FFFD.
  public func values(_ bytes: [UInt8], _ vr: VR) -> [String] {
    var texts: [String] = []
    utf8(bytes, vr).withUnsafeBytes { text in
      TextValues.forEach(in: text, vr) { texts.append(String(decoding: $0, as: UTF8.self)) }
    }
    return texts
  }

  /// Decodes the first value, padding removed.
  func firstValue(_ bytes: [UInt8], _ vr: VR) -> String {
    utf8(bytes, vr).withUnsafeBytes { text in
      String(decoding: TextValues.first(in: text, vr), as: UTF8.self)
    }
  }

  /// The value field in UTF-8.
  func utf8(_ bytes: [UInt8], _ vr: VR) -> [UInt8] {
    if bytes.isPlainASCII { return bytes }
    guard let first = repertoires.first, vr.isCharsetDependent else { return undeclared(bytes, vr) }
    switch first {
    case .utf8: return bytes.repairedUTF8
    case .gb18030, .gbk: return Iconv.utf8(bytes, from: first.codec)
    default: return CodeExtensions.utf8(bytes, vr, repertoires)
    }
  }

  /// Without a declaration, bytes above 7F are UTF-8 if they are valid as such and ISO 8859-1 if not: writers that
  /// forget to declare mean one of the two.
  private func undeclared(_ bytes: [UInt8], _ vr: VR) -> [UInt8] {
    if !bytes.contains(0x1B), bytes.isValidUTF8 { return bytes }
    return CodeExtensions.utf8(bytes, vr, [.latin1])
  }

  /// Encodes a whole value field, delimiters included; nil when a character is outside every repertoire.
  public func encode(_ text: String, _ vr: VR) -> [UInt8]? {
    let bytes = Array(text.utf8)
    if bytes.isPlainASCII { return bytes }
    guard let first = repertoires.first, vr.isCharsetDependent else { return nil }
    switch first {
    case .utf8: return bytes
    case .gb18030, .gbk: return Iconv.encoded(bytes, to: first.codec)
    default: return CodeExtensions.encoded(text, vr, repertoires)
    }
  }
}

extension [UInt8] {
  /// Bytes below 80 without ESC: the same in every repertoire.
  var isPlainASCII: Bool {
    withUnsafeBytes { buffer in
      var upper: UInt8 = 0
      var escapes = false
      for byte in buffer {
        upper |= byte
        escapes = escapes || byte == 0x1B
      }
      return upper < 0x80 && !escapes
    }
  }

  var isValidUTF8: Bool {
    String(validating: self, as: UTF8.self) != nil
  }

  /// Valid UTF-8, with U+FFFD in place of malformed sequences.
  var repairedUTF8: [UInt8] {
    isValidUTF8 ? self : Array(String(decoding: self, as: UTF8.self).utf8)
  }
}

/// Division of a text value field into values (PS3.5 §6.4) and removal of padding (PS3.5 §6.2).
enum TextValues {
  /// Calls `body` with each value, in bytes.
  @inline(__always)
  static func forEach(in text: UnsafeRawBufferPointer, _ vr: VR, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard vr.isMultiValued else {
      body(trimmed(text, 0, text.count, vr))
      return
    }
    var start = 0
    for position in 0..<text.count where text[position] == 0x5C {
      body(trimmed(text, start, position, vr))
      start = position &+ 1
    }
    body(trimmed(text, start, text.count, vr))
  }

  static func first(in text: UnsafeRawBufferPointer, _ vr: VR) -> UnsafeRawBufferPointer {
    let end = vr.isMultiValued ? text.firstIndex(of: 0x5C) ?? text.count : text.count
    return trimmed(text, 0, end, vr)
  }

  /// Trailing spaces and NULs go; leading spaces too, except where they are significant.
  @inline(__always)
  private static func trimmed(
    _ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int, _ vr: VR
  ) -> UnsafeRawBufferPointer {
    var start = start
    var end = end
    while end > start, text[end &- 1] == 0x20 || text[end &- 1] == 0x00 { end &-= 1 }
    switch vr {
    case .lt, .st, .ut, .uc: break
    default: while start < end, text[start] == 0x20 { start &+= 1 }
    }
    return text.part(start, end)
  }
}
