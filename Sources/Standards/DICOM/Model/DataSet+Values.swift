extension DataSet {
  /// Specific Character Set (0008,0005), or the one inherited, or the default repertoire.
  public var characterSet: SpecificCharacterSet {
    guard let element = self[.specificCharacterSet], let bytes = element.bytes, !bytes.isEmpty else {
      return inheritedCharacterSet ?? .default
    }
    return SpecificCharacterSet(value: bytes)
  }

  /// The first value as text, padding removed; nil when the element is absent, empty or no text or number.
  public func string(_ tag: Tag) -> String? {
    string(tag, inheriting: nil)
  }

  /// The first value as text, with the character set of the data set around this item.
  public func string(_ tag: Tag, inheriting outer: SpecificCharacterSet?) -> String? {
    guard let element = self[tag], let bytes = element.bytes, !bytes.isEmpty else { return nil }
    let vr = element.interpretedVR
    let text =
      vr.isText
      ? characterSet(of: bytes, vr, inheriting: outer).firstValue(bytes, vr)
      : strings(tag, inheriting: outer).first
    guard let text, !text.isEmpty else { return nil }
    return text
  }

  /// The character set a value is decoded by; it is not looked up for values it makes no difference to.
  private func characterSet(
    of bytes: [UInt8], _ vr: VR, inheriting outer: SpecificCharacterSet?
  ) -> SpecificCharacterSet {
    if !vr.isCharsetDependent || bytes.isPlainASCII { return .default }
    return contains(.specificCharacterSet) ? characterSet : outer ?? characterSet
  }

  /// All values as text, padding removed; empty values between delimiters stay empty.
  public func strings(_ tag: Tag) -> [String] {
    strings(tag, inheriting: nil)
  }

  /// All values as text, with the character set of the data set around this item.
  public func strings(_ tag: Tag, inheriting outer: SpecificCharacterSet?) -> [String] {
    guard let element = self[tag], let bytes = element.bytes, !bytes.isEmpty else { return [] }
    let vr = element.interpretedVR
    if vr.isText { return characterSet(of: bytes, vr, inheriting: outer).values(bytes, vr) }
    switch vr {
    case .at:
      return BinaryNumbers.tags(bytes).map(\.hex)
    case .fl, .fd:
      return BinaryNumbers.doubles(bytes, vr).map { "\($0)" }
    case .un:
      return SpecificCharacterSet.default.values(bytes, .lo)
    default:
      return BinaryNumbers.integers(bytes, vr).map(String.init)
    }
  }

  /// The first value of a PN.
  public func personName(_ tag: Tag) -> PersonName? {
    string(tag).map(PersonName.init(dicom:))
  }

  /// The first value as an integer: binary integers, IS, and DS or floats without a fraction.
  public func int(_ tag: Tag) -> Int? {
    ints(tag).first
  }

  /// All values as integers; values that are none are left out.
  public func ints(_ tag: Tag) -> [Int] {
    guard let element = self[tag], let bytes = element.bytes else { return [] }
    let vr = element.interpretedVR
    switch vr {
    case .fl, .fd:
      return BinaryNumbers.doubles(bytes, vr).compactMap { Int(exactly: $0) }
    case .at:
      return BinaryNumbers.tags(bytes).map { Int($0.rawValue) }
    case _ where vr.isText:
      return SpecificCharacterSet.default.values(bytes, vr).compactMap(DataSet.integer)
    default:
      return BinaryNumbers.integers(bytes, vr).compactMap { Int(exactly: $0) }
    }
  }

  /// The first value as a number: binary numbers, DS and IS.
  public func double(_ tag: Tag) -> Double? {
    doubles(tag).first
  }

  /// All values as numbers; values that are none are left out.
  public func doubles(_ tag: Tag) -> [Double] {
    guard let element = self[tag], let bytes = element.bytes else { return [] }
    let vr = element.interpretedVR
    switch vr {
    case .fl, .fd, .of, .od:
      return BinaryNumbers.doubles(bytes, vr)
    case _ where vr.isText:
      return SpecificCharacterSet.default.values(bytes, vr).compactMap { Double($0) }
    default:
      return BinaryNumbers.integers(bytes, vr).map { Double($0) }
    }
  }

  /// The tags of an AT.
  public func tags(_ tag: Tag) -> [Tag] {
    self[tag]?.bytes.map(BinaryNumbers.tags) ?? []
  }

  /// The items of a sequence, inheriting this data set's character set; empty when absent or no sequence.
  ///
  /// A sequence that travelled as UN (PS3.5 §6.2.2) is read here.
  public func items(_ tag: Tag) -> [DataSet] {
    guard let element = self[tag] else { return [] }
    var items: [DataSet]
    switch element.value {
    case .sequence(let held):
      items = held
    case .bytes(let bytes) where element.vr == .un && element.interpretedVR == .sq:
      items = DataSet.itemsOfUnknown(bytes) ?? []
    default:
      return []
    }
    let outer = characterSet
    if outer != .default {
      for index in items.indices { items[index].inheritedCharacterSet = outer }
    }
    return items
  }

  /// The first value of a UI.
  public func uid(_ tag: Tag) -> UID? {
    string(tag).map(UID.init(rawValue:))
  }

  /// All values of a UI.
  public func uids(_ tag: Tag) -> [UID] {
    strings(tag).map(UID.init(rawValue:))
  }

  private static func integer(_ text: String) -> Int? {
    if let value = Int(text) { return value }
    return Double(text).flatMap { Int(exactly: $0) }
  }
}

/// Values of the binary VRs, little endian.
enum BinaryNumbers {
  static func tags(_ bytes: [UInt8]) -> [Tag] {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / 4).map { index in
        Tag(
          UInt16(littleEndian: buffer.loadUnaligned(fromByteOffset: index * 4, as: UInt16.self)),
          UInt16(littleEndian: buffer.loadUnaligned(fromByteOffset: index * 4 + 2, as: UInt16.self)))
      }
    }
  }

  static func doubles(_ bytes: [UInt8], _ vr: VR) -> [Double] {
    bytes.withUnsafeBytes { buffer in
      switch vr {
      case .fl, .of:
        (0..<buffer.count / 4).map { index in
          let bits = UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
          return Double(Float(bitPattern: bits))
        }
      default:
        (0..<buffer.count / 8).map { index in
          Double(bitPattern: UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
        }
      }
    }
  }

  /// Values of SS, US, SL, UL, SV, UV and of the word streams OB, OW, OL, OV.
  static func integers(_ bytes: [UInt8], _ vr: VR) -> [Int128] {
    switch vr {
    case .ss: load(bytes, as: Int16.self)
    case .us, .ow: load(bytes, as: UInt16.self)
    case .sl: load(bytes, as: Int32.self)
    case .ul, .ol: load(bytes, as: UInt32.self)
    case .sv: load(bytes, as: Int64.self)
    case .uv, .ov: load(bytes, as: UInt64.self)
    case .ob: bytes.map { Int128($0) }
    default: []
    }
  }

  private static func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], as type: Number.Type
  ) -> [Int128] {
    let width = MemoryLayout<Number>.size
    return bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / width).map { index in
        Int128(Number(littleEndian: buffer.loadUnaligned(fromByteOffset: index * width, as: Number.self)))
      }
    }
  }
}
