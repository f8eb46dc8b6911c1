import DICOM

/// Compares values that were left in their files, piece by piece.
struct BulkComparison {
  let first: InspectedFile
  let second: InspectedFile

  /// Bytes compared at a time.
  private static let pieceLength = 1024 * 1024

  func isEqual(_ one: Value, _ another: Value) -> Bool {
    switch (one, another) {
    case (.pixels(.encapsulated(_, let fragments)), .pixels(.encapsulated(_, let others))):
      fragments.count == others.count && zip(fragments, others).allSatisfy(isEqual)
    case (.bytes(let bytes), .bytes(let others)): bytes == others
    case (.bytes(let bytes), _): reference(another).map { isEqual(bytes, $0, in: second) } ?? false
    case (_, .bytes(let bytes)): reference(one).map { isEqual(bytes, $0, in: first) } ?? false
    default:
      switch (reference(one), reference(another)) {
      case (let left?, let right?): isEqual(left, right)
      default: false
      }
    }
  }

  private func reference(_ value: Value) -> BulkReference? {
    switch value {
    case .bulk(let reference), .pixels(.native(let reference)): reference
    default: nil
    }
  }

  private func isEqual(_ bytes: [UInt8], _ reference: BulkReference, in file: InspectedFile) -> Bool {
    guard UInt64(bytes.count) == reference.length, !reference.bigEndian, !file.header.transferSyntax.isDeflated else {
      return false
    }
    for start in stride(from: 0, to: bytes.count, by: Self.pieceLength) {
      let end = min(bytes.count, start + Self.pieceLength)
      guard file.bytes(at: reference.offset &+ UInt64(start), count: end - start)[...] == bytes[start..<end] else {
        return false
      }
    }
    return true
  }

  /// Values in the two byte orders are never the same bytes, and count as different.
  private func isEqual(_ left: BulkReference, _ right: BulkReference) -> Bool {
    // References of a deflated data set point into what it inflates to, not into the file.
    guard left.length == right.length, left.bigEndian == right.bigEndian,
      !first.header.transferSyntax.isDeflated, !second.header.transferSyntax.isDeflated
    else { return false }
    var done: UInt64 = 0
    while done < left.length {
      let count = Int(clamping: min(UInt64(Self.pieceLength), left.length - done))
      let one = first.bytes(at: left.offset &+ done, count: count)
      guard one.count == count, one == second.bytes(at: right.offset &+ done, count: count) else { return false }
      done += UInt64(count)
    }
    return true
  }
}
