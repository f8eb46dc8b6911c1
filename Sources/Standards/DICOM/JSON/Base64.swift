/// Base 64 (RFC 4648 §4), the form of InlineBinary.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static let values: [UInt8] = (0...255).map { byte in
    alphabet.firstIndex(of: UInt8(byte)).map { UInt8($0) } ?? 0xFF
  }

  static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
    output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
    alphabet.withUnsafeBufferPointer { alphabet in
      bytes.withUnsafeBytes { bytes in
        var position = 0
        while position &+ 3 <= bytes.count {
          let group = UInt32(bytes[position]) << 16 | UInt32(bytes[position &+ 1]) << 8 | UInt32(bytes[position &+ 2])
          output.append(alphabet[Int(group >> 18)])
          output.append(alphabet[Int(group >> 12 & 0x3F)])
          output.append(alphabet[Int(group >> 6 & 0x3F)])
          output.append(alphabet[Int(group & 0x3F)])
          position &+= 3
        }
        let rest = bytes.count &- position
        guard rest > 0 else { return }
        let group = UInt32(bytes[position]) << 16 | (rest > 1 ? UInt32(bytes[position &+ 1]) << 8 : 0)
        output.append(alphabet[Int(group >> 18)])
        output.append(alphabet[Int(group >> 12 & 0x3F)])
        output.append(rest > 1 ? alphabet[Int(group >> 6 & 0x3F)] : UInt8(ascii: "="))
        output.append(UInt8(ascii: "="))
      }
    }
  }

  /// The bytes; nil when the text is no base 64. White space is passed over.
  static func decoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    var group: UInt32 = 0
    var count = 0
    var isPadded = false
    for byte in text where byte != 0x0A && byte != 0x0D && byte != 0x20 {
      if byte == UInt8(ascii: "=") {
        isPadded = true
        continue
      }
      let value = values[Int(byte)]
      guard value != 0xFF, !isPadded else { return nil }
      group = group << 6 | UInt32(value)
      count += 1
      if count == 4 {
        output.append(UInt8(truncatingIfNeeded: group >> 16))
        output.append(UInt8(truncatingIfNeeded: group >> 8))
        output.append(UInt8(truncatingIfNeeded: group))
        (group, count) = (0, 0)
      }
    }
    switch count {
    case 0: break
    case 2: output.append(UInt8(truncatingIfNeeded: group >> 4))
    case 3:
      output.append(UInt8(truncatingIfNeeded: group >> 10))
      output.append(UInt8(truncatingIfNeeded: group >> 2))
    default: return nil
    }
    return output
  }
}
