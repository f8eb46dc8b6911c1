import Foundation

/// A UID at half its length: two characters of "0123456789." a byte, the last byte filled up.
enum PackedUID {
  private static let dot: UInt8 = 10
  private static let filler: UInt8 = 15

  /// `nil` for a text with other characters.
  static func pack(_ text: String) -> Data? {
    var bytes = Data(capacity: 32)
    var high: UInt8?
    for character in text.utf8 {
      let code: UInt8
      switch character {
      case 0x30...0x39: code = character - 0x30
      case 0x2E: code = dot
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | code)
        high = nil
      } else {
        high = code
      }
    }
    if let high { bytes.append(high << 4 | filler) }
    return bytes
  }

  static func unpack(_ bytes: Data) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      for code in [byte >> 4, byte & 15] where code <= dot { text.append(code == dot ? 0x2E : 0x30 + code) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
