public import ArchiveCore
import DICOM
import Foundation
import GRDB

/// Corrections as rows.
enum CorrectionTable {
  /// - Returns: whether it is a new one.
  static func insert(_ correction: Correction, _ db: Database) throws -> Bool {
    var undoes: Data?
    var attributes: Data?
    switch correction.action {
    case .set(let values): attributes = AttributeCodec.encode(values)
    case .undo(let id): undoes = id.data
    }
    try db.run(
      """
      INSERT INTO correction (correction, study, at, principal_kind, principal, reason, undoes, attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [
        correction.id.data, correction.study.value, correction.at.nanoseconds, "\(correction.principalKind)",
        correction.principalName, correction.reason, undoes, attributes,
      ])
    return db.changesCount == 1
  }

  /// Every correction of a study in order of time.
  static func history(of study: String, _ db: Database) throws -> [Correction] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT correction, study, at, principal_kind, principal, reason, undoes, attributes FROM correction
          WHERE study = ? ORDER BY at, correction
          """), arguments: [study])
    return try rows.map { row in
      guard let kind = kinds[row[3]] else { throw Damage.column(3) }
      let attributes: Data? = row[7]
      let action: Correction.Action =
        if let attributes { .set(DataSet(AttributeCodec.decode(attributes)).withoutPadding) } else {
          .undo(try row.identifier(6))
        }
      return Correction(
        id: try row.identifier(0), study: try row.study(1), action: action, at: Instant(nanoseconds: row[2]),
        principalKind: kind, principalName: row[4], reason: row[5])
    }
  }

  private static let kinds: [String: Principal.Kind] = {
    let all: [Principal.Kind] = [.person, .node, .token, .system]
    return Dictionary(uniqueKeysWithValues: all.map { ("\($0)", $0) })
  }()
}

extension Belief {
  /// The belief of a study's row.
  init?(_ values: Data?, since: Int64?) {
    guard let values, let since else { return nil }
    self.init(values: DataSet(AttributeCodec.decode(values)).withoutPadding, since: Instant(nanoseconds: since))
  }
}

extension EmbeddedCatalog {
  public func corrections(of study: StudyUID) async throws -> [Correction] {
    try await database.read { db in try CorrectionTable.history(of: study.value, db) }
  }
}
