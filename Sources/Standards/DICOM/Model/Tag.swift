/// The tag of a data element: group and element number (PS3.5 §7.1). Every keyword of PS3.6 is a static member.
public struct Tag: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Group in the upper, element in the lower sixteen bits.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  @inlinable
  public init(_ group: UInt16, _ element: UInt16) {
    rawValue = UInt32(group) << 16 | UInt32(element)
  }

  /// Reads `00100010`, `(0010,0010)` or a keyword of the dictionary such as `PatientName`.
  public init?(_ text: String) {
    if let hexadecimal = Tag.hexadecimal(text) {
      self.init(rawValue: hexadecimal)
    } else if let tag = DataDictionary.tag(keyword: text) {
      self = tag
    } else {
      return nil
    }
  }

  @inlinable public var group: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
  @inlinable public var element: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

  /// An odd group number (PS3.5 §7.8).
  @inlinable public var isPrivate: Bool { rawValue & 0x0001_0000 != 0 }

  /// A private creator element, (gggg,0010-00FF) of an odd group (PS3.5 §7.8.1).
  public var isPrivateCreator: Bool { isPrivate && element >= 0x10 && element <= 0xFF }

  /// A group length, (gggg,0000) (PS3.5 §7.2).
  @inlinable public var isGroupLength: Bool { rawValue & 0xFFFF == 0 }

  /// Pixel Data, Float Pixel Data or Double Float Pixel Data (PS3.5 §8).
  @inlinable public var isPixelData: Bool { rawValue >= 0x7FE0_0008 && rawValue <= 0x7FE0_0010 }

  /// Eight upper-case hexadecimal digits, as in DICOM JSON (PS3.18 §F.2.2).
  public var hex: String {
    String(unsafeUninitializedCapacity: 8) { buffer in
      for position in 0..<8 {
        let digit = UInt8(truncatingIfNeeded: rawValue >> UInt32(28 - 4 * position)) & 0xF
        buffer[position] = digit < 10 ? digit &+ 0x30 : digit &+ 0x37
      }
      return 8
    }
  }

  public var description: String {
    let digits = hex
    return "(\(digits.prefix(4)),\(digits.suffix(4)))"
  }

  /// The keyword of PS3.6, if this is a standard attribute.
  public var keyword: String? { DataDictionary.entry(self)?.keyword }

  @inlinable
  public static func < (left: Tag, right: Tag) -> Bool {
    left.rawValue < right.rawValue
  }

  private static func hexadecimal(_ text: String) -> UInt32? {
    var value: UInt32 = 0
    var digits = 0
    let bytes = text.utf8
    let bracketed = bytes.count == 11 && bytes.first == UInt8(ascii: "(") && bytes.last == UInt8(ascii: ")")
    guard bytes.count == 8 || bracketed else { return nil }
    for byte in bytes {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte &- 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte &- 0x37)
      case 0x61...0x66: value = value << 4 | UInt32(byte &- 0x57)
      case 0x28 where bracketed, 0x29 where bracketed, 0x2C where bracketed: continue
      default: return nil
      }
      digits += 1
    }
    return digits == 8 ? value : nil
  }
}
