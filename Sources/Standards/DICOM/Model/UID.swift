/// A unique identifier (PS3.5 §9).
///
/// `init(rawValue:)` keeps what it is given, less padding: archives meet identifiers that break the rules and must
/// still tell them apart. `init(validating:)` accepts only what PS3.5 §9.1 allows.
public struct UID: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// Longest identifier in characters (PS3.5 §9.1).
  public static let maximumLength = 64

  public let rawValue: String

  /// Keeps the text, trailing NULs and surrounding spaces removed.
  public init(rawValue: String) {
    guard let first = rawValue.utf8.first, let last = rawValue.utf8.last,
      UID.isPadding(first) || UID.isPadding(last)
    else {
      self.rawValue = rawValue
      return
    }
    var text = rawValue[...]
    while let last = text.utf8.last, UID.isPadding(last) { text = text.dropLast() }
    while let first = text.utf8.first, UID.isPadding(first) { text = text.dropFirst() }
    self.rawValue = String(text)
  }

  public init(_ text: String) {
    self.init(rawValue: text)
  }

  public init(stringLiteral value: String) {
    self.init(rawValue: value)
  }

  /// Accepts components of digits without leading zeros, separated by dots, at most 64 characters (PS3.5 §9.1).
  public init?(validating text: String) {
    self.init(rawValue: text)
    guard isValid else { return nil }
  }

  /// A new identifier below 2.25, made from 122 random bits (PS3.5 §B.2).
  public static func random() -> UID {
    var generator = SystemRandomNumberGenerator()
    var value = UInt128(generator.next()) << 64 | UInt128(generator.next())
    value = value & ~(UInt128(0xF) << 76) | UInt128(4) << 76
    value = value & ~(UInt128(3) << 62) | UInt128(2) << 62
    return UID(rawValue: "2.25.\(value)")
  }

  /// Whether the identifier obeys PS3.5 §9.1.
  public var isValid: Bool {
    var componentLength = 0
    var startsWithZero = false
    var count = 0
    for byte in rawValue.utf8 {
      count += 1
      guard count <= UID.maximumLength else { return false }
      if byte == UInt8(ascii: ".") {
        guard componentLength > 0 else { return false }
        componentLength = 0
      } else {
        guard byte >= 0x30, byte <= 0x39 else { return false }
        if componentLength == 0 { startsWithZero = byte == 0x30 } else if startsWithZero { return false }
        componentLength += 1
      }
    }
    return componentLength > 0
  }

  public var description: String { rawValue }

  public static func < (left: UID, right: UID) -> Bool {
    left.rawValue < right.rawValue
  }

  private static func isPadding(_ byte: UInt8) -> Bool {
    byte == 0x00 || byte == 0x20
  }
}
