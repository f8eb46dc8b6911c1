import GRDB

/// A piece of a statement with what stands for its question marks.
struct SQLPart: Sendable {
  var sql: String
  var arguments: StatementArguments

  init(_ sql: String, _ arguments: StatementArguments = StatementArguments()) {
    self.sql = sql
    self.arguments = arguments
  }

  static func joined(_ parts: [SQLPart], by separator: String) -> SQLPart {
    SQLPart(
      parts.map(\.sql).joined(separator: separator), parts.reduce(into: StatementArguments()) { $0 += $1.arguments })
  }

  /// Texts of a column that begin with a prefix, as a range that an index can serve.
  static func prefix(_ prefix: String, of column: String) -> SQLPart {
    // Nothing that is written down comes after the last scalar there is.
    SQLPart("\(column) >= ? AND \(column) < ?", [prefix, prefix + "\u{10FFFF}"])
  }
}
