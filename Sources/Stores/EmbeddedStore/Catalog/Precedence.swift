import ArchiveCore
import Foundation

/// Which of several records speaks first: the one that was received first, of two at once the one with the lower id. A
/// rebuild reads records in this order, so whoever asks it says what a rebuild would say.
///
/// In the tables it is a text of bytes that sorts alike.
struct Precedence: Comparable, Sendable {
  var receivedAt: Int64
  var record: RecordID

  init(_ attributes: RecordAttributes) {
    receivedAt = attributes.receivedAt.nanoseconds
    record = attributes.id
  }

  init(receivedAt: Int64, record: RecordID) {
    self.receivedAt = receivedAt
    self.record = record
  }

  /// - Throws: `Damage` when the bytes are not of a precedence.
  init(_ data: Data) throws {
    guard data.count == Self.length else { throw Damage.column(0) }
    let moment = data.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    receivedAt = Int64(bitPattern: moment ^ Self.sign)
    record = RecordID(bits: data.dropFirst(8).reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
  }

  /// Eight bytes of the moment and sixteen of the id, the most significant first, moments before 1970 below the others.
  var data: Data {
    var data = Data(capacity: Self.length)
    withUnsafeBytes(of: (UInt64(bitPattern: receivedAt) ^ Self.sign).bigEndian) { data.append(contentsOf: $0) }
    withUnsafeBytes(of: record.bits.bigEndian) { data.append(contentsOf: $0) }
    return data
  }

  static func < (left: Precedence, right: Precedence) -> Bool {
    (left.receivedAt, left.record.bits) < (right.receivedAt, right.record.bits)
  }

  private static let length = 24
  private static let sign: UInt64 = 1 << 63
}
