import ArchiveCore
import Testing
import Workflow

/// What every store of the workflow does, whatever keeps it.
@Suite("A workflow store")
struct StoreContractTests {
  @Test("takes changes all or none", arguments: StoreKind.allCases)
  func allOrNone(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      try await store.commit([.saveDestination(Specimen.destination("pacs"))])
      let behind = JournalPosition(epoch: 1, partition: 0, sequence: 9)
      await #expect(throws: WorkflowConflict.self) {
        try await store.commit([
          .enqueue([try Specimen.request(1)], to: "pacs", because: Specimen.cause, at: clock.now),
          .advance("routing", from: behind, to: behind),
        ])
      }
      #expect(try await store.queue(of: "pacs")?.waiting == 0)
      #expect(try await store.nextBatch(for: "pacs", at: clock.now, limit: 10) == nil)
    }
  }

  @Test("moves a position only from where it is", arguments: StoreKind.allCases)
  func positions(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      try await examined.arrive(1, .association)
      try await examined.arrive(2, .importing)
      let start = try await examined.store.position(of: "routing")
      let entries = try await examined.store.journal(after: start, limit: 10)
      #expect(entries.map(\.isClinical) == [true, false])
      #expect(entries.map(\.sourceName) == ["CT1", "CT1"])
      let end = try #require(entries.last?.position)
      try await examined.store.commit([.advance("routing", from: start, to: end)])
      #expect(try await examined.store.position(of: "routing") == end)
      await #expect(throws: WorkflowConflict.self) {
        try await examined.store.commit([.advance("routing", from: start, to: end)])
      }
      #expect(
        try await examined.store.history(before: nil, limit: 10).map(\.position) == entries.map(\.position).reversed())
      #expect(try await examined.store.history(before: end, limit: 10).map(\.position) == [entries[0].position])
      #expect(try await examined.reopen().position(of: "routing") == end)
    }
  }

  @Test("knows the epoch that new entries belong to", arguments: StoreKind.allCases)
  func epochs(kind: StoreKind) async throws {
    try await kind.examine { examined, _ in
      try await examined.arrive(1, .association)
      let before = try await examined.store.epoch()
      try await examined.beginEpoch()
      #expect(try await examined.store.epoch() == before + 1)
      try await examined.arrive(2, .association)
      let entries = try await examined.store.journal(after: .start, limit: 10)
      #expect(entries.map(\.position.epoch) == [before, before + 1])
    }
  }

  @Test("keeps completions under a version and says them in the journal once a site", arguments: StoreKind.allCases)
  func completions(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      var completion = StudyCompletion(try Specimen.study(1))
      completion.arrive(at: clock.now, from: "CT1", of: .main, isClinical: true, quiet: .seconds(60))
      completion.arrive(at: clock.now, from: "CT2", of: SiteID("north"), isClinical: true, quiet: .seconds(60))
      try await store.commit([.completion(completion, announcing: nil)])
      await #expect(throws: WorkflowConflict.self) {
        try await store.commit([.completion(completion, announcing: nil)])
      }
      var kept = try #require(await store.completion(of: completion.study))
      completion.version = 1
      #expect(kept == completion)
      let deadline = clock.now.adding(.seconds(60))
      #expect(try await store.nextCompletionDeadline() == deadline)
      #expect(try await store.completions(dueBy: clock.now, limit: 10) == [])
      #expect(try await store.completions(dueBy: deadline, limit: 10) == [kept])
      kept.complete(at: deadline, instances: 12)
      try await store.commit([.completion(kept, announcing: .system("completion"))])
      let again = try #require(await examined.reopen().completion(of: completion.study))
      kept.version = 2
      #expect(again == kept)
    }
  }

  @Test("says completions in the journal once a site", arguments: StoreKind.allCases)
  func announcements(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      var completion = StudyCompletion(try Specimen.study(1))
      completion.arrive(at: clock.now, from: "admin", of: .main, isClinical: false, quiet: .seconds(60))
      completion.arrive(at: clock.now, from: "admin", of: SiteID("north"), isClinical: false, quiet: .seconds(60))
      completion.complete(at: clock.now, instances: 12)
      try await store.commit([.completion(completion, announcing: .system("completion"))])
      let entries = try await store.journal(after: .start, limit: 10)
      let event = JournalEvent.studyCompleted(completion.study, revision: 1, instances: 12)
      #expect(entries.map(\.event) == [event, event])
      #expect(entries.map(\.site.value) == ["main", "north"])
      #expect(entries.map(\.isClinical) == [false, false])
      #expect(entries.map(\.principal) == ["system:completion", "system:completion"])
      #expect(try await store.nextCompletionDeadline() == nil)
      try await store.commit([.forgetCompletion(completion.study)])
      #expect(try await store.completion(of: completion.study) == nil)
    }
  }

  @Test("keeps rules under their versions", arguments: StoreKind.allCases)
  func rules(kind: StoreKind) async throws {
    try await kind.examine { examined, _ in
      let store = examined.store
      var rule = RoutingRule(
        id: "a", name: "CT at night",
        when: RuleConditions(
          sources: ["CT1"], sites: ["north"], modalities: ["CT"],
          attributes: [AttributeCondition(attribute: "BodyPartExamined", matches: "CHEST*")],
          time: TimeWindow(from: "20:00", to: "06:00"), weekdays: [.sunday]),
        to: ["pacs"], sites: ["north"])
      try await store.commit([.saveRule(rule), .saveRule(RoutingRule(id: "b", name: "All", to: ["pacs"]))])
      #expect(try await store.rules().map(\.name) == ["All", "CT at night"])
      #expect(try await store.rules().last == rule)
      await #expect(throws: WorkflowConflict.self) { try await store.commit([.saveRule(rule)]) }
      rule.version = 2
      rule.enabled = false
      try await store.commit([.saveRule(rule), .removeRule("b")])
      #expect(try await examined.reopen().rules() == [rule])
    }
  }

  @Test("keeps destinations and their secrets", arguments: StoreKind.allCases)
  func destinations(kind: StoreKind) async throws {
    try await kind.examine { examined, _ in
      let records = [
        DestinationRecord(name: "a", address: .dimse(aeTitle: "PACS", host: "pacs", port: 104)),
        DestinationRecord(name: "b", address: .node(aeTitle: "ORTHANC")),
        DestinationRecord(name: "c", address: .dicomweb(url: "https://pacs/dicom-web"), token: BearerToken("s3cret")),
      ]
      try await examined.store.commit(records.map { .saveDestination($0) })
      let kept = try await examined.reopen().destinations()
      #expect(kept == records)
      #expect(!"\(kept)".contains("s3cret"))
    }
  }

  @Test(
    "queues an instance once for each destination, in order, and never again once it was sent",
    arguments: StoreKind.allCases)
  func enqueue(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      try await store.commit([
        .saveDestination(Specimen.destination("a")), .saveDestination(Specimen.destination("b")),
        .enqueue(
          [try Specimen.request(11), try Specimen.request(12)], to: "a", because: Specimen.cause, at: clock.now),
        .enqueue(
          [try Specimen.request(12), try Specimen.request(10)], to: "a", because: Specimen.other, at: clock.now),
        .enqueue([try Specimen.request(12)], to: "b", because: Specimen.other, at: clock.now),
        .enqueue([try Specimen.request(12)], to: "nowhere", because: Specimen.other, at: clock.now),
      ])
      let batch = try #require(await store.nextBatch(for: "a", at: clock.now, limit: 10))
      #expect(batch.items.map(\.instance) == [try Specimen.instance(11), try Specimen.instance(12)])
      #expect(batch.cause == Specimen.cause)
      #expect(try await store.queues().map(\.waiting) == [3, 1])
      try await store.commit([
        .settle("a", batch.items.map { Settlement($0.id, .sent(remark: nil)) }, at: clock.now, until: nil)
      ])
      let next = try #require(await store.nextBatch(for: "a", at: clock.now, limit: 10))
      #expect(next.items.map(\.instance) == [try Specimen.instance(10)])
      #expect(next.cause == Specimen.other)
      try await store.commit([
        .enqueue([try Specimen.request(11)], to: "a", because: Specimen.other, at: clock.now)
      ])
      let status = try #require(await store.queue(of: "a"))
      #expect(status.waiting == 1 && status.sent == 2 && status.setAside == 0)
      #expect(status.oldest == clock.now)
      #expect(
        try await store.items(of: "a", in: .sent, after: 0, limit: 1).map(\.instance) == [try Specimen.instance(11)])
      #expect(
        try await store.items(of: "a", in: .sent, after: batch.items[0].id, limit: 9).map(\.instance)
          == [try Specimen.instance(12)])
    }
  }

  @Test("lets a study wait that failed, and gives the next meanwhile", arguments: StoreKind.allCases)
  func waiting(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      try await store.commit([
        .saveDestination(Specimen.destination("a")),
        .enqueue(try [1, 2, 11].map(Specimen.request), to: "a", because: Specimen.cause, at: clock.now),
      ])
      let first = try #require(await store.nextBatch(for: "a", at: clock.now, limit: 1)?.items.first)
      #expect(first.instance == (try Specimen.instance(1)))
      let until = clock.now.adding(.seconds(5))
      try await store.commit([
        .settle("a", [Settlement(first.id, .again(reason: "busy", failures: 1))], at: clock.now, until: until)
      ])
      #expect(
        try await store.nextBatch(for: "a", at: clock.now, limit: 9)?.items.map(\.instance) == [
          try Specimen.instance(11)
        ])
      let later = try #require(await store.nextBatch(for: "a", at: until, limit: 9))
      #expect(later.items.map(\.instance) == [try Specimen.instance(1), try Specimen.instance(2)])
      #expect(later.items.map(\.attempts) == [1, 0])
      #expect(later.items.map(\.reason) == ["busy", nil])
      let due = try #require(await store.nextDue(for: "a"))
      #expect(due <= clock.now)
    }
  }

  @Test("sets aside, retries, pauses, postpones and empties", arguments: StoreKind.allCases)
  func actions(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      try await store.commit([
        .saveDestination(Specimen.destination("a")),
        .enqueue(try [1, 2, 11].map(Specimen.request), to: "a", because: Specimen.cause, at: clock.now),
      ])
      let items = try await store.items(of: "a", in: .waiting, after: 0, limit: 10)
      let postponement = Postponement(failures: 3, until: clock.now.adding(.seconds(9)), reason: "cannot be reached")
      try await store.commit([
        .settle("a", [Settlement(items[0].id, .setAside(reason: "no"))], at: clock.now, until: nil),
        .settle("a", [Settlement(items[2].id, .gone)], at: clock.now, until: nil),
        .pause("a", true), .postpone("a", postponement),
      ])
      var status = try #require(await store.queue(of: "a"))
      #expect(status.waiting == 1 && status.setAside == 1 && status.isPaused)
      #expect(status.postponement == postponement)
      #expect(try await store.items(of: "a", in: .setAside, after: 0, limit: 10).map(\.reason) == ["no"])
      try await store.commit([.retry("a", at: clock.now), .pause("a", false), .postpone("a", nil)])
      status = try #require(await store.queue(of: "a"))
      #expect(status.waiting == 2 && status.setAside == 0 && !status.isPaused && status.postponement == nil)
      let batch = try #require(await store.nextBatch(for: "a", at: clock.now, limit: 10))
      #expect(batch.items.map(\.instance) == [try Specimen.instance(1), try Specimen.instance(2)])
      try await store.commit([.withdraw([Specimen.record(1)])])
      #expect(try await store.queue(of: "a")?.waiting == 1)
      try await store.commit([.empty("a")])
      #expect(try await store.queue(of: "a")?.waiting == 0)
      #expect(try await store.nextBatch(for: "a", at: clock.now, limit: 10) == nil)
      #expect(try await store.nextDue(for: "a") == nil)
      try await store.commit([.removeDestination("a")])
      #expect(try await store.queues() == [])
    }
  }

  @Test("audits what is sent as an export of the study, because of the rule", arguments: StoreKind.allCases)
  func audit(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      let note = AuditRecord(
        at: clock.now, action: .administer, principal: "person:admin", object: "a", count: 1, detail: "made")
      try await store.commit([
        .saveDestination(Specimen.destination("a")), .audit(note),
        .enqueue([try Specimen.request(1)], to: "a", because: Specimen.other, at: clock.now),
      ])
      let item = try #require(await store.nextBatch(for: "a", at: clock.now, limit: 1)?.items.first)
      let sent = WorkflowChange.settle("a", [Settlement(item.id, .sent(remark: nil))], at: clock.now, until: nil)
      try await store.commit([sent])
      try await store.commit([sent])
      let records = try await examined.audited()
      #expect(records.first == note)
      let exports = records.filter { $0.action == .export }
      #expect(exports.map(\.object) == [try Specimen.study(1).value])
      #expect(exports.map(\.principal) == ["system:rule r2 v3"])
      #expect(exports.map(\.detail) == ["to a"])
    }
  }
}
