import DICOM
public import NIOCore

extension LedgerEntry {
  /// Version, decision, principal kind, one zero byte; when; principal's name; reason; how many records, their ids; then
  /// what the decision needs beside them.
  private static let encodingVersion: UInt8 = 1

  /// The payload of the entry's record in a ledger container.
  ///
  /// - Throws: `ArchiveError` `.limitExceeded` when the principal's name, the reason or the corrected values are too long.
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
    if case .correct(let id, let study, let action) = decision {
      bytes.writeLittle(id.bits)
      try bytes.writeText(study.value, limit: RecordFormat.maximumTextLength)
      try bytes.write(action)
    }
    if case .profile(let profile, let holds) = decision {
      let encoded = try profile.encoded()
      bytes.writeLittle(UInt8(holds ? 1 : 0))
      bytes.writeLittle(UInt32(encoded.count))
      bytes.writeBytes(encoded)
    }
    return bytes
  }

  /// `nil` when the bytes are no entry of a version that we know.
  public init?(_ encoded: ByteBuffer) {
    var bytes = encoded
    guard bytes.readLittle(UInt8.self) == LedgerEntry.encodingVersion,
      let code = bytes.readLittle(UInt8.self),
      let principalKind = bytes.readLittle(UInt8.self).flatMap(Principal.Kind.init(code:)),
      bytes.readLittle(UInt8.self) != nil, let at = bytes.readLittle(Int64.self),
      let principalName = bytes.readText(), let reason = bytes.readText(),
      let count = bytes.readLittle(UInt32.self), bytes.readableBytes >= Int(count) * 16
    else { return nil }
    var records: [RecordID] = []
    records.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let bits = bytes.readLittle(UInt128.self) else { return nil }
      records.append(RecordID(bits: bits))
    }
    guard let decision = bytes.readDecision(code), bytes.readableBytes == 0 else { return nil }
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
    case .correct: 3
    case .profile: 4
    }
  }
}

extension ByteBuffer {
  /// 1 and the values as a data set in explicit VR little endian, or 2 and the correction that is undone.
  fileprivate mutating func write(_ action: Correction.Action) throws(ArchiveError) {
    switch action {
    case .set(let values):
      guard let encoded = try? DataSetWriter.encode(values, in: .explicitVRLittleEndian),
        let length = UInt32(exactly: encoded.count), encoded.count <= RecordFormat.maximumCorrectionLength
      else { throw ArchiveError(.limitExceeded, "a correction of too many bytes") }
      writeLittle(UInt8(1))
      writeLittle(length)
      writeBytes(encoded)
    case .undo(let id):
      writeLittle(UInt8(2))
      writeLittle(id.bits)
    }
  }

  fileprivate mutating func readDecision(_ code: UInt8) -> LedgerEntry.Decision? {
    switch code {
    case 1: return .delete
    case 2: return .quarantine
    case 3:
      guard let id = readLittle(UInt128.self), let study = readText().flatMap({ StudyUID($0) }),
        let action = readAction()
      else { return nil }
      return .correct(CorrectionID(bits: id), study, action)
    case 4:
      guard let holds = readLittle(UInt8.self), let length = readLittle(UInt32.self).flatMap({ Int(exactly: $0) }),
        let profile = readBytes(length: length).flatMap(SourceProfile.init(encoded:))
      else { return nil }
      return .profile(profile, holds: holds == 1)
    default: return nil
    }
  }

  private mutating func readAction() -> Correction.Action? {
    switch readLittle(UInt8.self) {
    case 1:
      guard let length = readLittle(UInt32.self).flatMap({ Int(exactly: $0) }), let encoded = readBytes(length: length),
        let values = try? Part10.readDataSet(encoded, in: .explicitVRLittleEndian)
      else { return nil }
      return .set(values.withoutPadding)
    case 2:
      return readLittle(UInt128.self).map { .undo(CorrectionID(bits: $0)) }
    default:
      return nil
    }
  }
}
