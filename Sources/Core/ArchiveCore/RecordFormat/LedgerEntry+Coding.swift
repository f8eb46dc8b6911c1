public import NIOCore

extension LedgerEntry {
  /// Version, decision, principal kind, one zero byte; when; principal's name; reason; how many records, their ids.
  private static let encodingVersion: UInt8 = 1

  /// The payload of the entry's record in a ledger container.
  ///
  /// - Throws: `ArchiveError` `.limitExceeded` when the principal's name or the reason is too long.
  public func encoded() throws(ArchiveError) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.reserveCapacity(64 + records.count * 16)
    bytes.writeLittle(LedgerEntry.encodingVersion)
    bytes.writeLittle(decision.code)
    bytes.writeLittle(principalKind.code)
    bytes.writeLittle(UInt8(0))
    bytes.writeLittle(at.nanoseconds)
    try bytes.writeText(principalName, limit: RecordFormat.maximumTextLength)
    try bytes.writeText(reason, limit: RecordFormat.maximumReasonLength)
    guard let count = UInt32(exactly: records.count) else {
      throw ArchiveError(.limitExceeded, "a decision about \(records.count) records")
    }
    bytes.writeLittle(count)
    for record in records { bytes.writeLittle(record.bits) }
    return bytes
  }

  /// `nil` when the bytes are no entry of a version that we know.
  public init?(_ encoded: ByteBuffer) {
    var bytes = encoded
    guard bytes.readLittle(UInt8.self) == LedgerEntry.encodingVersion,
      let decision = bytes.readLittle(UInt8.self).flatMap(Decision.init(code:)),
      let principalKind = bytes.readLittle(UInt8.self).flatMap(Principal.Kind.init(code:)),
      bytes.readLittle(UInt8.self) != nil, let at = bytes.readLittle(Int64.self),
      let principalName = bytes.readText(), let reason = bytes.readText(),
      let count = bytes.readLittle(UInt32.self), bytes.readableBytes == Int(count) * 16
    else { return nil }
    var records: [RecordID] = []
    records.reserveCapacity(Int(count))
    while let bits = bytes.readLittle(UInt128.self) { records.append(RecordID(bits: bits)) }
    self.init(
      decision: decision, records: records, at: Instant(nanoseconds: at), principalKind: principalKind,
      principalName: principalName, reason: reason)
  }
}

extension LedgerEntry.Decision {
  /// What stands for it in a file. Numbers are never used again for something else.
  fileprivate var code: UInt8 {
    switch self {
    case .delete: 1
    case .quarantine: 2
    }
  }

  fileprivate init?(code: UInt8) {
    switch code {
    case 1: self = .delete
    case 2: self = .quarantine
    default: return nil
    }
  }
}
