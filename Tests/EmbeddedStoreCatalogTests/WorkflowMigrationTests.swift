import ArchiveCore
import Foundation
import GRDB
import Testing
import Workflow

@testable import EmbeddedStore

@Suite("An archive that learns of the workflow")
struct WorkflowMigrationTests {
  @Test("does not act upon what came in before")
  func positions() async throws {
    let clock = TestClock()
    let home = try await Home(clock: clock)
    for number in 1...5 { try await home.catalog.store(Arrival().with { $0.instance = "1.2.8.\(number)" }) }
    let end = try await home.catalog.journalEnd()
    try await home.catalog.close()
    // As a program before this one left it.
    let queue = try DatabaseQueue(path: home.file)
    try await queue.write { db in
      for table in [
        "completion", "routing_rule", "destination", "forward_cause", "forward_study", "forward_item",
      ] { try db.execute(sql: "DROP TABLE \(table)") }
      try db.execute(sql: "DELETE FROM subscriber; DELETE FROM grdb_migrations WHERE identifier = 'workflow 1'")
    }
    try queue.close()

    let again = try await Home(directory: home.directory, clock: clock)
    let store = EmbeddedWorkflowStore(sharing: again.catalog)
    for name in [CompletionSubscriber.name, RoutingSubscriber.name] {
      #expect(try await store.position(of: name) == end)
    }
    try await again.catalog.store(Arrival().with { $0.instance = "1.2.9" })
    let position = try await store.position(of: RoutingSubscriber.name)
    #expect(try await store.journal(after: position, limit: 10).count == 1)
    try await again.remove()
  }
}
