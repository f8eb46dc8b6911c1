extension DataSet {
  /// Sets text values.
  ///
  /// Text outside the data set's repertoire moves the whole data set to UTF-8 (`ISO_IR 192`), so nothing is lost.
  public mutating func set(_ tag: Tag, _ vr: VR, strings: [String]) {
    let joined = strings.joined(separator: "\\")
    if !vr.isCharsetDependent || joined.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x1B }) {
      set(DataElement(tag: tag, vr: vr, value: .bytes(Array(joined.utf8))))
    } else if let bytes = characterSet.encode(joined, vr) {
      set(DataElement(tag: tag, vr: vr, value: .bytes(bytes)))
    } else {
      transcodeToUTF8()
      set(DataElement(tag: tag, vr: vr, value: .bytes(Array(joined.utf8))))
    }
  }

  public mutating func set(_ tag: Tag, _ vr: VR, _ strings: String...) {
    set(tag, vr, strings: strings)
  }

  /// Sets text values by the dictionary's VR; LO for private tags, UN is never written here.
  public mutating func set(_ tag: Tag, _ strings: String...) {
    set(tag, DataDictionary.vr(tag) ?? .lo, strings: strings)
  }

  // A literal is text, which the other `set` gives the VR of the attribute; a UID is one by its type.
  @_disfavoredOverload
  public mutating func set(_ tag: Tag, _ uid: UID) {
    set(tag, .ui, strings: [uid.rawValue])
  }

  public mutating func set(_ tag: Tag, _ name: PersonName) {
    set(tag, .pn, strings: [name.dicom])
  }

  /// Sets integers in the form of the VR: IS or DS text, or a binary integer; values out of range are left out.
  public mutating func set(_ tag: Tag, _ vr: VR, ints: [Int]) {
    if vr.isText {
      set(tag, vr, strings: ints.map(String.init))
      return
    }
    var bytes: [UInt8] = []
    for value in ints {
      switch vr {
      case .us, .ow: UInt16(exactly: value).map { bytes.append(littleEndian: $0) }
      case .ss: Int16(exactly: value).map { bytes.append(littleEndian: $0) }
      case .ul, .ol: UInt32(exactly: value).map { bytes.append(littleEndian: $0) }
      case .sl: Int32(exactly: value).map { bytes.append(littleEndian: $0) }
      case .uv, .ov: UInt64(exactly: value).map { bytes.append(littleEndian: $0) }
      case .sv: bytes.append(littleEndian: Int64(value))
      case .fl, .of: bytes.append(littleEndian: Float(value).bitPattern)
      case .fd, .od: bytes.append(littleEndian: Double(value).bitPattern)
      case .at:
        if let raw = UInt32(exactly: value) { bytes.append(contentsOf: Tag(rawValue: raw).attributeTagBytes) }
      default: UInt8(exactly: value).map { bytes.append($0) }
      }
    }
    set(DataElement(tag: tag, vr: vr, value: .bytes(bytes)))
  }

  public mutating func set(_ tag: Tag, _ vr: VR, _ ints: Int...) {
    set(tag, vr, ints: ints)
  }

  /// Sets numbers in the form of the VR: DS text of at most 16 characters, or binary floating point.
  public mutating func set(_ tag: Tag, _ vr: VR, doubles: [Double]) {
    switch vr {
    case .fl, .of:
      set(tag, vr, bytes: doubles.reduce(into: []) { $0.append(littleEndian: Float($1).bitPattern) })
    case .fd, .od:
      set(tag, vr, bytes: doubles.reduce(into: []) { $0.append(littleEndian: $1.bitPattern) })
    case _ where vr.isText:
      set(tag, vr, strings: doubles.map(DecimalString.text))
    default:
      set(tag, vr, ints: doubles.compactMap { Int(exactly: $0.rounded()) })
    }
  }

  public mutating func set(_ tag: Tag, _ vr: VR, bytes: [UInt8]) {
    set(DataElement(tag: tag, vr: vr, value: .bytes(bytes)))
  }

  public mutating func set(_ tag: Tag, items: [DataSet]) {
    set(DataElement(tag: tag, vr: .sq, value: .sequence(items)))
  }

  /// Sets the tags of an AT.
  public mutating func set(_ tag: Tag, tags: [Tag]) {
    set(tag, .at, bytes: tags.flatMap(\.attributeTagBytes))
  }
}

extension Tag {
  /// The value field of an AT: group, then element, each little endian.
  var attributeTagBytes: [UInt8] {
    [
      UInt8(truncatingIfNeeded: group), UInt8(truncatingIfNeeded: group >> 8),
      UInt8(truncatingIfNeeded: element), UInt8(truncatingIfNeeded: element >> 8),
    ]
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}

/// The text of a DS (PS3.5 §6.2).
enum DecimalString {
  static let maximumLength = 16

  /// The shortest text that fits sixteen characters, with as many digits as possible.
  static func text(_ value: Double) -> String {
    if let whole = Int(exactly: value), abs(whole) < 1_000_000_000_000_000 { return String(whole) }
    let exact = "\(value)"
    guard exact.utf8.count > maximumLength, value.isFinite else { return exact }
    let (mantissa, exponent) = split(exact)
    let kept = mantissa.prefix(maximumLength - exponent.utf8.count)
    return String(kept.last == "." ? kept.dropLast() : kept) + exponent
  }

  private static func split(_ text: String) -> (Substring, Substring) {
    guard let mark = text.firstIndex(of: "e") else { return (text[...], "") }
    return (text[..<mark], text[mark...])
  }
}
