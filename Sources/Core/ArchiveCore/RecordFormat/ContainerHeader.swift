public import NIOCore

/// The first bytes of a container: what it is, for whom it was opened, and the salt of its records.
public struct ContainerHeader: Hashable, Sendable {
  public enum Kind: UInt8, Sendable { case delivery = 1, pack = 2, ledger = 3 }

  /// Bytes in a file.
  public static let length: UInt64 = 80
  static let magic: UInt64 = 0x0A52_5443_4F53_4989  // "\x89ISOCTR\n"

  public var kind: Kind
  public var container: ContainerID
  /// Zero bits when there is none.
  public var delivery: DeliveryID
  public var salt: UInt128
  public var madeAt: Instant

  public init(kind: Kind, container: ContainerID, delivery: DeliveryID, salt: UInt128, madeAt: Instant) {
    self.kind = kind
    self.container = container
    self.delivery = delivery
    self.salt = salt
    self.madeAt = madeAt
  }

  public func encoded() -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.reserveCapacity(Int(ContainerHeader.length))
    bytes.writeLittle(ContainerHeader.magic)
    bytes.writeLittle(RecordFormat.version)
    bytes.writeLittle(kind.rawValue)
    bytes.writeRepeatingByte(0, count: 5)
    bytes.writeLittle(container.bits)
    bytes.writeLittle(delivery.bits)
    bytes.writeLittle(salt)
    bytes.writeLittle(madeAt.nanoseconds)
    bytes.writeLittle(UInt32(0))
    bytes.writeLittle(RecordFormat.checksum(bytes))
    return bytes
  }

  /// `nil` when the bytes are no container header of a version that we know.
  public init?(_ encoded: ByteBuffer) {
    let checked = Int(ContainerHeader.length) - 4
    var bytes = encoded
    guard let covered = bytes.getSlice(at: bytes.readerIndex, length: checked),
      bytes.readLittle(UInt64.self) == ContainerHeader.magic,
      bytes.readLittle(UInt16.self) == RecordFormat.version,
      let kind = bytes.readLittle(UInt8.self).flatMap(Kind.init(rawValue:)),
      bytes.readSlice(length: 5) != nil,
      let container = bytes.readLittle(UInt128.self),
      let delivery = bytes.readLittle(UInt128.self),
      let salt = bytes.readLittle(UInt128.self),
      let madeAt = bytes.readLittle(Int64.self),
      bytes.readLittle(UInt32.self) != nil,
      bytes.readLittle(UInt32.self) == RecordFormat.checksum(covered)
    else { return nil }
    self.init(
      kind: kind, container: ContainerID(bits: container), delivery: DeliveryID(bits: delivery), salt: salt,
      madeAt: Instant(nanoseconds: madeAt))
  }
}
