/// The repertoires a data set's text is encoded in (PS3.3 §C.12.1.1.2, PS3.5 §6.1).
public struct SpecificCharacterSet: Hashable, Sendable {
  /// Repertoires of the defined terms, in order; the first is active at the beginning of each value.
  var repertoires: [Repertoire]

  init(repertoires: [Repertoire]) {
    self.repertoires = repertoires
  }
}

/// One defined term of Specific Character Set.
enum Repertoire: UInt8, Hashable, Sendable {
  case ascii, utf8
}

extension SpecificCharacterSet {
  /// ISO-IR 6, what holds when Specific Character Set is absent.
  public static let `default` = SpecificCharacterSet(repertoires: [])
  public static let utf8 = SpecificCharacterSet(repertoires: [.utf8])

  /// Reads the value field of Specific Character Set (0008,0005).
  public init(value: [UInt8]) {
    self = .default
  }

  /// The defined terms, as they are written to Specific Character Set.
  public var terms: [String] { [] }

  /// Decodes a whole value field, delimiters included; malformed bytes become U+FFFD.
  public func decode(_ bytes: [UInt8], _ vr: VR) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// Decodes a value field into its values, padding removed; malformed bytes become U+FFFD.
  public func values(_ bytes: [UInt8], _ vr: VR) -> [String] {
    [decode(bytes, vr)]
  }

  /// Encodes a whole value field; nil when a character is outside every repertoire.
  public func encode(_ text: String, _ vr: VR) -> [UInt8]? {
    Array(text.utf8)
  }
}
