import ArchiveCore
import EmbeddedStore
import TestKit
import Testing
import Workflow

@Suite("Study completion")
struct CompletionSubscriberTests {
  @Test("waits until the source has been quiet, and says so once")
  func quiet() async throws {
    let ward = try await Ward()
    let object = SmallObject(study: 1)
    try await ward.store([object, SmallObject(study: 1, instance: 2)])
    #expect(try await ward.completion.work() == .seconds(60))
    var state = try await ward.completion.state(of: try object.studyUID, as: Ward.admin)
    #expect(state.state == .receiving && state.revision == 0 && state.instances == 2)
    ward.clock.advance(.seconds(59))
    #expect(try await ward.completion.work() == .seconds(1))
    ward.clock.advance(.seconds(1))
    try await ward.settle()
    state = try await ward.completion.state(of: try object.studyUID, as: Ward.admin)
    #expect(state.state == .complete && state.revision == 1 && state.completedAt == ward.clock.now)
    ward.clock.advance(.seconds(3600))
    try await ward.settle()
    #expect(try await completions(ward) == ["1/2"])
  }

  @Test("has a quiet period for each source")
  func sources() async throws {
    let ward = try await Ward()
    try await ward.store([SmallObject(study: 1)], from: Ward.source("FAST"))
    #expect(try await ward.completion.work() == .seconds(5))
    try await ward.store([SmallObject(study: 1, instance: 2)], from: Ward.source("SLOW"))
    #expect(try await ward.completion.work() == .seconds(60))
  }

  @Test("says a higher revision when a late instance arrives, and nothing for one that is sent again")
  func late() async throws {
    let ward = try await Ward()
    let object = SmallObject(study: 1)
    try await ward.store([object])
    try await ward.settle()
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    try await ward.store([object])
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    #expect(try await completions(ward) == ["1/1"])
    try await ward.store([SmallObject(study: 1, instance: 2)])
    try await ward.settle()
    #expect(try await ward.completion.state(of: try object.studyUID, as: Ward.admin).state == .receiving)
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    #expect(try await completions(ward) == ["1/1", "2/2"])
  }

  @Test("believes an explicit signal, once")
  func signal() async throws {
    let ward = try await Ward()
    let object = SmallObject(study: 1)
    try await ward.store([object])
    let state = try await ward.completion.signal(try object.studyUID, as: Ward.admin)
    #expect(state.state == .complete && state.revision == 1 && state.instances == 1)
    #expect(try await ward.completion.signal(try object.studyUID, as: Ward.admin).revision == 1)
    ward.clock.advance(.seconds(600))
    try await ward.settle()
    #expect(try await completions(ward) == ["1/1"])
    let entries = try await ward.store.journal(after: .start, limit: 10)
    #expect(entries.last?.principal == "person:admin")
  }

  @Test(
    "is shown and signalled only by those who may know of the study",
    arguments: [
      (Principal.Sites.only([SiteID("main")]), Role.technologist, true),
      (.only([SiteID("other")]), .technologist, false),
      (.all, .auditor, false),
    ])
  func access(sites: Principal.Sites, role: Role, mayPass: Bool) async throws {
    let ward = try await Ward()
    let object = SmallObject(study: 1)
    try await ward.store([object])
    let principal = Principal(kind: .person, name: "p", roles: [role], sites: sites)
    if mayPass {
      _ = try await ward.completion.state(of: try object.studyUID, as: principal)
      _ = try await ward.completion.signal(try object.studyUID, as: principal)
    } else {
      await #expect(throws: ArchiveError.self) {
        try await ward.completion.state(of: try object.studyUID, as: principal)
      }
      await #expect(throws: ArchiveError.self) {
        try await ward.completion.signal(try object.studyUID, as: principal)
      }
    }
  }

  @Test("drops a study that is deleted, and begins anew when it comes again")
  func deleted() async throws {
    let ward = try await Ward()
    let object = SmallObject(study: 1)
    try await ward.store([object])
    try await ward.settle()
    _ = try await ward.archive.archive.delete(.study(try object.studyUID), as: Ward.admin, reason: "test")
    ward.clock.advance(.seconds(600))
    try await ward.settle()
    #expect(try await completions(ward) == [])
    #expect(try await ward.store.completion(of: try object.studyUID) == nil)
    try await ward.store([object])
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    #expect(try await completions(ward) == ["1/1"])
  }

  @Test("survives a restart with its deadline")
  func restart() async throws {
    let folder = try TemporaryFolder()
    let object = SmallObject(study: 1)
    do {
      let before = try await Ward(at: folder.path)
      try await before.store([object])
      try await before.settle()
      try await before.archive.catalog.close()
    }
    let after = try await Ward(at: folder.path)
    try await after.settle()
    #expect(try await completions(after) == [])
    after.clock.advance(.seconds(60))
    try await after.settle()
    #expect(try await completions(after) == ["1/1"])
  }

  @Test("is woken neither by a rebuild nor by what lies before a restore")
  func rebuild() async throws {
    let ward = try await Ward()
    try await ward.store([SmallObject(study: 1)])
    try await ward.settle()
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    _ = try await ward.archive.catalog.withRebuild { rebuilding in
      let replay = Archive(
        Archive.Parts(
          blobs: ward.archive.blobs, catalog: rebuilding, documents: ward.archive.documents, audit: ward.archive.audit,
          environment: ward.clock.environment))
      return try await replay.replayEverything()
    }
    ward.clock.advance(.seconds(600))
    try await ward.settle()
    #expect(try await completions(ward) == ["1/1"])
    try await ward.store([SmallObject(study: 2)])
    try await ward.archive.catalog.beginEpoch()
    ward.clock.advance(.seconds(600))
    try await ward.settle()
    ward.clock.advance(.seconds(600))
    try await ward.settle()
    #expect(try await completions(ward) == ["1/1"])
  }

  /// "revision/instances" of each completion in the journal.
  private func completions(_ ward: Ward) async throws -> [String] {
    try await ward.store.journal(after: .start, limit: 1000).compactMap { entry in
      guard case .studyCompleted(_, let revision, let instances) = entry.event else { return nil }
      return "\(revision)/\(instances)"
    }
  }
}
