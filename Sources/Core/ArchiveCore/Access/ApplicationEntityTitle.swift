/// An application entity title as it is compared (PS3.5 §6.2, AE): without leading and trailing spaces, which say
/// nothing; case counts.
public enum ApplicationEntityTitle {
  public static let lengthLimit = 16

  /// `nil` when nothing is left, it is longer than 16 characters, or it has a backslash or anything but printable ASCII.
  public static func normalized(_ text: some StringProtocol) -> String? {
    var bytes = Array(text.utf8.prefix(lengthLimit * 4))
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    bytes = Array(bytes.drop { $0 == UInt8(ascii: " ") })
    guard (1...lengthLimit).contains(bytes.count), text.utf8.count <= lengthLimit * 4,
      bytes.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
