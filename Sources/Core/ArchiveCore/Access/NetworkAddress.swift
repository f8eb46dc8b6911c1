#if canImport(Glibc)
  import Glibc
#endif

/// An address of the network layer, compared as the number it is: an IPv4 address inside IPv6 (RFC 4291 §2.5.5.2) is that
/// IPv4 address, and every address of the loopback network is the machine itself.
public struct NetworkAddress: Hashable, Sendable {
  /// Sixteen bytes as one number, IPv4 addresses mapped.
  private let bits: UInt128

  private static let mapped = UInt128(0xFFFF) << 32
  private static let loopback = NetworkAddress(bits: mapped | 0x7F00_0001)

  private init(bits: UInt128) { self.bits = bits }

  /// Reads an IPv4 or IPv6 address as text, an interface's name behind `%` left out; `nil` for anything else, such as a
  /// host's name.
  public init?(_ text: String) {
    let text = String(text.prefix { $0 != "%" })
    var four = in_addr()
    var six = in6_addr()
    let bits: UInt128
    if inet_pton(AF_INET, text, &four) == 1 {
      bits = Self.mapped | UInt128(UInt32(bigEndian: four.s_addr))
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bits = withUnsafeBytes(of: &six) { $0.reduce(0) { $0 << 8 | UInt128($1) } }
    } else {
      return nil
    }
    let isLoopback = bits == 1 || (bits >> 32 == 0xFFFF && bits >> 24 & 0xFF == 0x7F)
    self = isLoopback ? .loopback : NetworkAddress(bits: bits)
  }
}
