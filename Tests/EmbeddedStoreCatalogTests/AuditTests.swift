import ArchiveCore
import DICOM
import GRDB
import Testing

@testable import EmbeddedStore

@Suite("The audit")
struct AuditTests {
  @Test("has a delivery's instances of a study in one row a second, with nothing lost")
  func coalescesStores() async throws {
    try await atHome { home in
      for number in 0..<20 { try await home.catalog.store(Arrival().with { $0.instance = "1.2.\(number)" }) }
      home.clock.advance(seconds: 2)
      for number in 20..<30 { try await home.catalog.store(Arrival().with { $0.instance = "1.2.\(number)" }) }
      let rows = try await EmbeddedAuditTrail(sharing: home.catalog).records(limit: 100)
      #expect(rows.map(\.action) == [.store, .store, .store])
      #expect(rows.map(\.count).reduce(0, +) == 30)
      #expect(rows.last?.count == 1)
      #expect(rows.allSatisfy { $0.object == "1.2.3" && $0.principal == "node:SCANNER" })
    }
  }

  @Test("has reads by principal, object and minute")
  func coalescesReads() async throws {
    try await atHome { home in
      let trail = EmbeddedAuditTrail(sharing: home.catalog)
      for _ in 0..<10 { try await trail.noteRead(.retrieve, by: admin, object: "1.2.3", count: 3) }
      try await trail.noteRead(.retrieve, by: admin, object: "1.2.4", count: 1)
      home.clock.advance(seconds: 60)
      try await trail.noteRead(.retrieve, by: admin, object: "1.2.3", count: 5)
      try await trail.flush()
      let rows = try await trail.records(limit: 10).sorted { ($0.object, $0.at) < ($1.object, $1.at) }
      #expect(rows.map(\.count) == [30, 5, 1])
      #expect(try await trail.verify().isEmpty)
    }
  }

  @Test("answers by person, action, object and time, and goes on behind an entry")
  func questions() async throws {
    try await atHome { home in
      let trail = EmbeddedAuditTrail(sharing: home.catalog)
      for number in 0..<30 {
        try await trail.write(
          AuditRecord(
            at: Instant(nanoseconds: Int64(number) * 1_000_000_000), action: number % 3 == 0 ? .retrieve : .search,
            principal: "person:\(number % 2 == 0 ? "even" : "odd")", object: "1.2.\(number)", count: 1, detail: ""))
      }
      let all = try await trail.entries(AuditQuestion(), limit: 100)
      #expect(try await trail.records(limit: 100) == all.map(\.record))
      let questions = [
        AuditQuestion(action: .retrieve), AuditQuestion(principal: "odd"), AuditQuestion(object: "1.2.2"),
        AuditQuestion(from: Instant(nanoseconds: 5_000_000_000), until: Instant(nanoseconds: 9_000_000_000)),
        AuditQuestion(before: all[10].id), AuditQuestion(action: .search, principal: "even", object: "2"),
      ]
      for question in questions {
        #expect(try await trail.entries(question, limit: 100) == all.filter(question.matches))
        var paged: [AuditEntry] = []
        var next = question
        while true {
          let page = try await trail.entries(next, limit: 4)
          paged += page
          guard let last = page.last else { break }
          next.before = last.id
        }
        #expect(paged == all.filter(question.matches))
      }
    }
  }

  @Test("refuses reads while it cannot be written, and takes them again afterwards")
  func refuses() async throws {
    try await atHome { home in
      let trail = EmbeddedAuditTrail(sharing: home.catalog)
      try await trail.noteRead(.search, by: admin, object: "study", count: 1)
      try await limit(home, pages: 1)
      // What fits into free pages still goes in; more than a page does not.
      for number in 0..<400 { try? await trail.noteRead(.search, by: admin, object: "1.2.\(number)", count: 1) }
      await #expect(throws: ArchiveError.self) { try await trail.flush() }
      let refusal = await #expect(throws: ArchiveError.self) {
        try await trail.noteRead(.search, by: admin, object: "study", count: 1)
      }
      #expect(refusal?.code == .unavailable)
      try await limit(home, pages: 1_000_000)
      try await trail.flush()
      try await trail.noteRead(.search, by: admin, object: "study", count: 1)
      #expect(try await trail.records(limit: 1000).map(\.count).reduce(0, +) == 402)
      #expect(try await trail.verify().isEmpty)
    }
  }

  @Test("cannot be edited or cut by ordinary statements")
  func isAppendOnly() async throws {
    try await atHome { home in
      try await home.catalog.store(Arrival())
      for sql in [
        "UPDATE audit SET count = 9", "DELETE FROM audit", "DELETE FROM journal", "UPDATE journal SET at = 1",
      ] {
        await #expect(throws: DatabaseError.self) {
          try await home.catalog.database.pool.writeWithoutTransaction { try $0.execute(sql: sql) }
        }
      }
    }
  }

  @Test(
    "shows by its chain what was done to the file behind its back",
    arguments: [
      "UPDATE audit SET detail = 'x' WHERE sequence = 3",
      "UPDATE audit SET at = at + 1 WHERE sequence = 3",
      "UPDATE audit SET hash = zeroblob(32) WHERE sequence = 3",
      "UPDATE audit SET action = 'nonsense' WHERE sequence = 3",
      "DELETE FROM audit WHERE sequence = 3",
      "DELETE FROM audit WHERE sequence = 1",
      "DELETE FROM audit WHERE sequence = 6",
      "DELETE FROM audit",
      """
      UPDATE audit SET sequence = -3 WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE sequence = 4;
      UPDATE audit SET sequence = 4 WHERE sequence = -3
      """,
      """
      DELETE FROM audit WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE sequence = 4;
      UPDATE audit SET sequence = 4 WHERE sequence = 5; UPDATE audit SET sequence = 5 WHERE sequence = 6
      """,
      "UPDATE audit SET writer = 'other' WHERE sequence = 6",
    ])
  func findsTampering(_ sql: String) async throws {
    try await atHome { home in
      let trail = EmbeddedAuditTrail(sharing: home.catalog)
      for number in 0..<6 {
        try await trail.write(
          AuditRecord(
            at: home.clock.now, action: .signIn, principal: "person:admin", object: "session \(number)", count: 1,
            detail: ""))
      }
      #expect(try await trail.verify().isEmpty)
      try await home.catalog.database.pool.writeWithoutTransaction { db in
        try db.execute(sql: "DROP TRIGGER audit_is_never_edited; DROP TRIGGER audit_is_never_cut")
        try db.execute(sql: sql)
      }
      #expect(try await !trail.verify().isEmpty)
    }
  }

  @Test("goes on in the same chain when the catalog is opened again")
  func survivesReopening() async throws {
    let first = try await Home()
    try await first.catalog.store(Arrival())
    try await first.catalog.close()
    let second = try await Home(directory: first.directory, clock: first.clock)
    try await second.catalog.store(Arrival().with { $0.instance = "1.7" })
    let trail = EmbeddedAuditTrail(sharing: second.catalog)
    #expect(try await trail.records(limit: 10).count == 2)
    #expect(try await trail.verify().isEmpty)
    try await second.remove()
  }

  private func limit(_ home: Home, pages: Int) async throws {
    try await home.catalog.database.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
  }
}
