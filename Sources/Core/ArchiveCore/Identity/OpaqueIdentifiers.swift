/// A 128-bit number that names a thing of ours for ever: made once, kept through copies, rebuilds and restores.
public protocol OpaqueIdentifier: Hashable, Sendable, CustomStringConvertible {
  var bits: UInt128 { get }
  init(bits: UInt128)
}

extension OpaqueIdentifier {
  /// Thirty-two lower-case hexadecimal digits.
  public var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }

  /// Reads what `description` writes.
  public init?(_ text: String) {
    guard text.utf8.count == 32, let bits = UInt128(text, radix: 16) else { return nil }
    self.init(bits: bits)
  }
}

/// One record: one arrived object, whole and unchanged, wherever its bytes have been moved to.
public struct RecordID: OpaqueIdentifier {
  public let bits: UInt128
  public init(bits: UInt128) { self.bits = bits }
}

/// One delivery: an association, a STOW request or an import; the unit that has a beginning and an end.
public struct DeliveryID: OpaqueIdentifier {
  public let bits: UInt128
  public init(bits: UInt128) { self.bits = bits }
}

/// One file (or object) that holds records: a delivery's or a pack.
public struct ContainerID: OpaqueIdentifier {
  public let bits: UInt128
  public init(bits: UInt128) { self.bits = bits }
}
