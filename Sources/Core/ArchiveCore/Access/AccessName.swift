/// What a name in the access tables may look like. Names go into journal, audit and logs, so they are plain.
public enum AccessName {
  public static let lengthLimit = 64
  public static let siteLengthLimit = 64

  /// Whether an account, token or site may be called this: 1 to 64 of ASCII letters, digits and `. _ - @`.
  public static func isAcceptable(_ name: String) -> Bool {
    (1...lengthLimit).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
          UInt8(ascii: "@"):
          true
        default: false
        }
      }
  }
}
