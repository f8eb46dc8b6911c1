import ArchiveCore
import GRDB
import Synchronization

/// The gathering of audit rows.
extension EmbeddedDatabase {
  /// Writes everything gathered, on stable storage when this returns.
  func flushAudit() async throws {
    let gathered = reads.take()
    do {
      try await write { db, state in
        for (key, read) in gathered.sorted(by: { $0.value.first < $1.value.first }) {
          try state.audit.append(
            AuditRecord(
              at: read.first, action: key.action, principal: key.principal, object: key.object, count: read.count,
              detail: ""), db)
        }
        try state.audit.flush(db, at: self.environment.now(), everything: true)
      }
      reads.written()
    } catch {
      reads.giveBack(gathered)
      throw error
    }
  }

  /// Makes sure that what is gathered is written within a second.
  func flushAuditSoon() {
    ticker.withLock { task in
      guard task == nil else { return }
      task = Task {
        try? await self.environment.sleep(.seconds(1))
        self.ticker.withLock { $0 = nil }
        // A failure is remembered by `reads`, refuses the next read, and is tried again after that.
        try? await self.flushAudit()
        if !Task.isCancelled, !self.reads.isEmpty || self.isOwingAudit { self.flushAuditSoon() }
      }
    }
  }
}
