import Glibc

/// The address that guesses are counted by: an IPv4 address, or the first 64 bits of an IPv6 one, because whoever has one
/// of those usually has all of its network (RFC 6177).
enum GuessingAddress {
  static let lengthLimit = 64

  static func of(_ address: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, address, &bytes) == 1 else { return String(address.prefix(lengthLimit)) }
    // An IPv4 address inside IPv6 (RFC 4291 §2.5.5.2).
    if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      return bytes.suffix(4).map(String.init).joined(separator: ".")
    }
    let groups = stride(from: 0, to: 8, by: 2).map { index in
      String(UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]), radix: 16)
    }
    return groups.joined(separator: ":") + "::/64"
  }
}
