import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Workflow

@testable import Doors

@Suite("The live feed")
struct FeedTests {
  static func entries(seed: UInt64) throws -> [JournalEntry] {
    var random = SmallRandom(state: seed)
    return try (1...60).map { number in
      let study = try #require(StudyUID("1.2.\(random.next() % 4)"))
      let series = try #require(SeriesUID("1.2.3"))
      let instance = try #require(InstanceUID("1.2.3.\(number)"))
      let facts = InstanceFacts(
        study: study, series: series, instance: instance, record: RecordID(bits: 1), site: SiteID("north"),
        modality: random.next() % 2 == 0 ? "CT" : "SR", bytes: 1, seriesEdge: false, studyEdge: random.next() % 5 == 0)
      let event: JournalEvent =
        switch random.next() % 6 {
        case 0: .instanceDeleted(facts)
        case 1: .studyCompleted(study, revision: Int(random.next() % 3), instances: 4)
        case 2: .studyCorrected(study, revision: Int(random.next() % 3))
        case 3: .instanceResent(facts)
        default: .instanceStored(facts)
        }
      return JournalEntry(
        position: JournalPosition(epoch: 1, partition: 0, sequence: Int64(number)), at: Instant(nanoseconds: 0),
        principal: "node:CT1", site: SiteID(random.next() % 2 == 0 ? "north" : "south"), delivery: nil,
        channel: .association, event: event)
    }
  }

  @Test("loses nothing for whoever comes back after any event", arguments: 1...30 as ClosedRange<UInt64>)
  func resume(seed: UInt64) throws {
    let entries = try Self.entries(seed: seed)
    let events = FeedFold.events(of: entries, after: .start)
    #expect(!events.isEmpty)
    #expect(Self.sums(events) == Self.sums(entries.flatMap { FeedFold.events(of: [$0], after: .start) }))
    var last = JournalPosition.start
    for cut in events.indices {
      let position = try #require(events[cut].position)
      #expect(position >= last)
      last = position
      // What was seen, and what is told of everything behind the id: together all of it.
      let rest = FeedFold.events(of: entries.filter { $0.position > position }, after: position)
      let seen = Self.sums(Array(events[...cut]))
      let told = Self.sums(rest)
      for (what, count) in Self.sums(events) {
        #expect(max(seen[what] ?? 0, told[what] ?? 0) > 0 && (seen[what] ?? 0) + (told[what] ?? 0) >= count)
      }
    }
    #expect(events.count < entries.count)
  }

  /// How many instances, or how often, each thing was told.
  private static func sums(_ events: [FeedEvent]) -> [String: Int] {
    var sums: [String: Int] = [:]
    for event in events {
      let name = "\(event.kind) \(event.body.study ?? "") \(event.body.site ?? "") \(event.body.revision ?? 0)"
      if event.kind == .instanceStored {
        sums[name, default: 0] += event.body.instances ?? 0
      } else {
        sums[name] = 1
      }
    }
    return sums
  }

  @Test("says identifiers and counts and nothing else")
  func fields() throws {
    let entries = try Self.entries(seed: 7)
    let allowed: Set<String> = [
      "at", "study", "site", "sites", "instances", "modalities", "isNew", "revision", "destination", "paused",
      "waiting", "setAside", "sent", "failures", "reason",
    ]
    for event in FeedFold.events(of: entries, after: .start) {
      let text = try EventFeed.text(event)
      let lines = text.split(separator: "\n").map(String.init)
      #expect(lines.count == 3 && lines[0].hasPrefix("id: ") && lines[1] == "event: \(event.kind.rawValue)")
      let data = try JSONSerialization.jsonObject(with: Data(lines[2].dropFirst(6).utf8)) as? [String: Any]
      #expect(Set(try #require(data).keys).isSubset(of: allowed))
      #expect(text.hasSuffix("\n\n"))
    }
  }

  @Test(
    "is narrowed to the caller's sites",
    arguments: [(Principal.Sites.all, true), (.only([SiteID("north")]), true), (.only([SiteID("south")]), false)])
  func narrowed(sites: Principal.Sites, sees: Bool) async throws {
    let house = House()
    let text = try await read(house, as: Principal(kind: .token, name: "t", roles: [.radiologist], sites: sites))
    #expect(text.hasPrefix(": isocenter\nretry: 2000\n\n"))
    #expect(text.contains("event: instance-stored") == sees)
    #expect(text.contains("id: 1-0-1\n") == sees)
    #expect(text.contains("1.2.3") == sees)
  }

  @Test("speaks of queues to administrators of all sites only", arguments: [true, false])
  func queues(isAdministrator: Bool) async throws {
    let house = House()
    try await house.store.commit([
      .saveDestination(DestinationRecord(name: "pacs", address: .node(aeTitle: "PACS")))
    ])
    let principal = Principal(
      kind: .token, name: "t", roles: [isAdministrator ? .administrator : .radiologist], sites: .all)
    let text = try await read(house, as: principal) { try await house.store.commit([.pause("pacs", true)]) }
    #expect(text.contains("event: queue-changed") == isAdministrator)
    #expect(text.contains("\"paused\":true") == isAdministrator)
  }

  @Test("goes on behind what a reader has seen, and refuses what is no position")
  func position() async throws {
    let house = House()
    let fields = try await house.token([.radiologist])
    try await house.test { client in
      let bad = try await client.execute(uri: "/api/v1/events?after=x", method: .head, headers: fields)
      #expect(bad.status == .badRequest)
      let good = try await client.execute(uri: "/api/v1/events?after=1-0-1", method: .head, headers: fields)
      #expect(good.status == .ok)
      #expect(good.headers[.contentType] == "text/event-stream")
    }
    let principal = Principal(kind: .token, name: "t", roles: [.radiologist], sites: .all)
    let after = JournalPosition(epoch: 1, partition: 0, sequence: 1)
    #expect(try await !read(house, as: principal, after: after).contains("event:"))
  }

  @Test("is bounded for each principal and for all")
  func bounds() {
    let open = OpenFeeds()
    for _ in 0..<EventFeed.maximumFeedsEach { #expect(open.begin("a")) }
    #expect(!open.begin("a"))
    #expect(open.hasRoom(for: "b"))
    open.end("a")
    #expect(open.begin("a"))
    for number in EventFeed.maximumFeedsEach..<EventFeed.maximumFeeds { #expect(open.begin("n\(number)")) }
    #expect(!open.hasRoom(for: "another"))
  }

  @Test("cuts off a reader that does not take its bytes")
  func slow() async throws {
    let house = House()
    let closed = Flag()
    let feed = EventFeed(
      archive: house.archive, forwarding: house.workflow.forwarding, bell: house.store.bell,
      environment: house.world.environment)
    // On this clock every sleep is over at once, and has taken its time.
    var writer: any ResponseBodyWriter = StuckWriter(closed: closed)
    let principal = Principal(kind: .token, name: "t", roles: [.radiologist], sites: .all)
    await #expect(throws: CancellationError.self) {
      try await feed.run(after: .start, as: principal, closeConnection: { closed.raise() }, to: &writer)
    }
    #expect(closed.isRaised)
  }

  /// Heartbeats come at once, and nobody is too slow.
  private static func patient(_ environment: ArchiveCore.Environment) -> ArchiveCore.Environment {
    var patient = environment
    patient.sleep = { duration in
      if duration == EventFeed.slowest / 2 { return try await Task.sleep(for: .seconds(3600)) }
      await Task.yield()
    }
    return patient
  }

  /// What a feed writes until it has written a few times; the world's clock moves whenever somebody sleeps.
  private func read(
    _ house: House, as principal: Principal, after: JournalPosition = .start,
    between: @escaping @Sendable () async throws -> Void = {}
  ) async throws -> String {
    let feed = EventFeed(
      archive: house.archive, forwarding: house.workflow.forwarding, bell: house.store.bell,
      environment: Self.patient(house.world.environment))
    let collected = CollectingWriter(between: between)
    var writer: any ResponseBodyWriter = collected
    do {
      try await feed.run(after: after, as: principal, closeConnection: {}, to: &writer)
    } catch is CollectingWriter.Enough {}
    return collected.text
  }
}
