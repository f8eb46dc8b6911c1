/// An application entity title: up to 16 characters of the default repertoire, without backslash or control
/// characters, leading and trailing spaces not significant (PS3.8 §9.3.2, PS3.5 §6.2 AE).
public struct AETitle: Hashable, Sendable, CustomStringConvertible {
  /// The longest title, in characters.
  public static let maximumLength = 16

  /// The title without padding.
  public let rawValue: String

  /// A title as a peer sent it; anything may stand in it, `isValid` tells.
  init(unchecked text: String) {
    rawValue = text
  }

  /// `nil` unless the text is a title the standard allows.
  public init?(_ text: String) {
    let trimmed = AETitle.trimming(Array(text.utf8))
    rawValue = String(decoding: trimmed, as: UTF8.self)
    guard isValid else { return nil }
  }

  /// Whether the standard allows this title.
  public var isValid: Bool {
    let bytes = rawValue.utf8
    return !bytes.isEmpty && bytes.count <= AETitle.maximumLength
      && bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
  }

  public var description: String { rawValue }

  /// Padded with spaces to the 16 bytes of the A-ASSOCIATE fields.
  var paddedBytes: [UInt8] {
    var bytes = Array(rawValue.utf8.prefix(AETitle.maximumLength))
    bytes.append(contentsOf: repeatElement(0x20, count: AETitle.maximumLength - bytes.count))
    return bytes
  }

  /// Some peers pad with NUL although the standard says space.
  static func trimming(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    var slice = bytes[...]
    while let last = slice.last, last == 0x20 || last == 0 { slice.removeLast() }
    while slice.first == 0x20 { slice.removeFirst() }
    return slice
  }
}

extension AETitle: ExpressibleByStringLiteral {
  /// A literal is the programmer's: one that is not a title is a mistake in the program.
  public init(stringLiteral value: String) {
    self.init(unchecked: value)
    precondition(isValid, "not an application entity title")
  }
}
