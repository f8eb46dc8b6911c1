import ArchiveCore
import Foundation
import GRDB

/// Our values as columns, and back.
extension OpaqueIdentifier {
  /// Sixteen bytes, most significant first.
  var data: Data {
    withUnsafeBytes(of: bits.bigEndian) { Data($0) }
  }

  init?(data: Data) {
    guard data.count == 16 else { return nil }
    self.init(bits: data.reduce(0) { $0 << 8 | UInt128($1) })
  }
}

extension Row {
  /// An identifier that this store wrote; anything else is damage.
  func identifier<ID: OpaqueIdentifier>(_ index: Int) throws -> ID {
    guard let data: Data = self[index], let id = ID(data: data) else { throw Damage.column(index) }
    return id
  }

  func bytes(_ index: Int) -> [UInt8] {
    let data: Data? = self[index]
    return data.map(Array.init) ?? []
  }

  func uint64(_ index: Int) throws -> UInt64 {
    let value: Int64 = self[index]
    guard let number = UInt64(exactly: value) else { throw Damage.column(index) }
    return number
  }

  func digest(_ index: Int) throws -> Digest {
    guard let digest = Digest(bytes(index)) else { throw Damage.column(index) }
    return digest
  }

  func study(_ index: Int) throws -> StudyUID {
    guard let uid = StudyUID(self[index]) else { throw Damage.column(index) }
    return uid
  }

  func series(_ index: Int) throws -> SeriesUID {
    guard let uid = SeriesUID(self[index]) else { throw Damage.column(index) }
    return uid
  }

  func packedInstance(_ index: Int) throws -> InstanceUID {
    guard let uid = InstanceUID(PackedUID.unpack(self[index])) else { throw Damage.column(index) }
    return uid
  }
}

/// A row that this store cannot have written.
enum Damage {
  static func column(_ index: Int) -> ArchiveError {
    ArchiveError(.damaged, "a catalog row holds what cannot be there (column \(index)); rebuild the catalog")
  }
}

extension UInt64 {
  /// As SQLite keeps it; sizes and offsets never come near the bound.
  var column: Int64 { Int64(clamping: self) }
}

extension Database {
  /// Runs a prepared, remembered statement.
  func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
    let statement = try cachedStatement(sql: sql)
    try statement.execute(arguments: arguments)
  }

  /// The first row of a prepared, remembered statement.
  func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
    try Row.fetchOne(try cachedStatement(sql: sql), arguments: arguments)
  }

  func number(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Int64? {
    try Int64.fetchOne(try cachedStatement(sql: sql), arguments: arguments)
  }
}
