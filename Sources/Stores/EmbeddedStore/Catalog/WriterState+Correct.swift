import ArchiveCore
import Foundation
import GRDB

/// Corrections: rows say what is believed; what was stated stays with the statements.
extension WriterState {
  mutating func correct(_ correction: Correction, _ mode: CommitMode, _ db: Database) throws -> ChangeOutcome {
    guard try CorrectionTable.insert(correction, db) else { return .alreadySo(nil) }
    try flushTally(db)
    places.removeAll(keepingCapacity: true)
    let uid = correction.study.value
    guard let study = try db.number("SELECT id FROM study WHERE archive = 1 AND uid = ?", [uid]) else {
      return .applied
    }
    try restate(study: study, db)
    try db.run("UPDATE study SET revision = revision + 1 WHERE id = ?", [study])
    if mode.isRecorded { try note(correction, of: study, mode, db) }
    return .applied
  }

  private mutating func note(
    _ correction: Correction, of study: Int64, _ mode: CommitMode, _ db: Database
  ) throws {
    let uid = correction.study.value
    let revision = try db.number("SELECT revision FROM study WHERE id = ?", [study]) ?? 1
    let place = try journalSeries(uid, "", "", db)
    try noteForSites(
      of: study,
      by: { site in
        Circumstances(
          principalKind: correction.principalKind, principalName: correction.principalName, site: site, delivery: nil,
          channel: nil)
      }, db
    ) { sequence, context in
      JournalTable.Line(
        sequence: sequence, at: mode.now, context: context, kind: .corrected, series: place, instance: Data(),
        record: Data(), bytes: revision, edges: 0)
    }
    audit.note(
      .correct, by: "\(correction.principalKind):\(correction.principalName)", object: uid, detail: correction.reason)
  }
}
