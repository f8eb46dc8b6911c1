import ArchiveCore
import EmbeddedStore
import TestKit
import Testing
import Workflow

@Suite("A queue", .timeLimit(.minutes(2)))
struct QueueTests {
  /// Objects of a study, numbered in the order they are stored.
  static func objects(_ study: Int, _ count: Int) -> [SmallObject] {
    (1...count).map { SmallObject(study: study, instance: $0) }
  }

  @Test("gives a destination that was dead for an hour everything in order, and delays nobody else")
  func deadForAnHour() async throws {
    let ward = try await Ward()
    for name in ["dead", "alive"] { try await ward.destination(name) }
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["dead", "alive"]))
    ward.receivers.set("dead", .dead)
    try await ward.sending {
      var expected: [String] = []
      for round in 1...4 {
        let objects = Self.objects(round, 25)
        expected += objects.map(\.instance)
        try await ward.store(objects)
        try await ward.settle()
        // However dead the other is.
        try await ward.pass { ward.receivers.got("alive") == expected }
        let quarter = ward.clock.now.adding(.seconds(900))
        try await ward.pass(.seconds(5)) { ward.clock.now >= quarter }
      }
      #expect(ward.receivers.got("dead").isEmpty)
      #expect(ward.receivers.attempts("dead") < 30, "a dead destination is not hammered")
      let status = try #require(await ward.store.queue(of: "dead"))
      #expect(status.waiting == 100 && status.postponement?.reason == "cannot be reached")
      ward.receivers.set("dead", .good)
      try await ward.pass(.seconds(5)) { try await ward.store.queue(of: "dead")?.sent == 100 }
      #expect(ward.receivers.got("dead") == expected)
      #expect(try await ward.store.queue(of: "dead")?.postponement == nil)
    }
  }

  @Test("keeps the order of a study in which something must be tried again, and goes on with others")
  func order() async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["a"]))
    let (first, second) = (Self.objects(1, 6), Self.objects(2, 2))
    ward.receivers.set("a", .answers([first[2].instance: (.deferred(reason: "busy"), 3)]))
    try await ward.store(first + second)
    try await ward.settle()
    try await ward.sending {
      try await ward.pass { try await ward.store.queue(of: "a")?.sent == 8 }
    }
    let got = ward.receivers.got("a")
    #expect(got.filter { uid in first.contains { $0.instance == uid } } == first.map(\.instance))
    #expect(got.prefix(4) == (first.prefix(2) + second).map(\.instance)[...])
  }

  @Test(
    "sets aside what is not wanted or keeps failing, goes on, and tries it again when told",
    arguments: [
      (SendResult.refused(reason: "C-STORE status failure A900"), 1),
      (.deferred(reason: "C-STORE status failure A700"), 8),
    ])
  func setAside(result: SendResult, attempts: Int) async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["a"]))
    let objects = Self.objects(1, 3)
    ward.receivers.set("a", .answers([objects[0].instance: (result, attempts)]))
    try await ward.store(objects)
    try await ward.settle()
    try await ward.sending {
      try await ward.pass { try await ward.store.queue(of: "a")?.sent == 2 }
      let aside = try await ward.store.items(of: "a", in: .setAside, after: 0, limit: 10)
      #expect(aside.map(\.instance.value) == [objects[0].instance])
      #expect(aside.map(\.attempts) == [attempts])
      let status = try await ward.forwarding.carryOut(.retry, on: "a", as: Ward.admin)
      #expect(status.setAside == 0 && status.waiting == 1)
      try await ward.pass { try await ward.store.queue(of: "a")?.sent == 3 }
    }
    #expect(ward.receivers.got("a") == [1, 2, 0].map { objects[$0].instance })
  }

  @Test("sets an instance aside at which the connection breaks each time, and not the whole destination")
  func poison() async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["a"]))
    let objects = Self.objects(1, 3)
    ward.receivers.set("a", .breaks(at: objects[1].instance))
    try await ward.store(objects)
    try await ward.settle()
    try await ward.sending {
      try await ward.pass(.seconds(5)) { try await ward.store.queue(of: "a")?.sent == 2 }
    }
    #expect(ward.receivers.got("a") == [objects[0].instance, objects[2].instance])
    #expect(try await ward.store.queue(of: "a")?.setAside == 1)
  }

  @Test("sends nothing while it is paused, and forgets what it is told to forget")
  func pauseAndEmpty() async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["a"]))
    _ = try await ward.forwarding.carryOut(.pause, on: "a", as: Ward.admin)
    try await ward.store(Self.objects(1, 2))
    try await ward.settle()
    try await ward.sending {
      let later = ward.clock.now.adding(.seconds(600))
      try await ward.pass(.seconds(5)) { ward.clock.now >= later }
      #expect(ward.receivers.got("a").isEmpty)
      #expect(try await ward.forwarding.carryOut(.empty, on: "a", as: Ward.admin).waiting == 0)
      _ = try await ward.forwarding.carryOut(.resume, on: "a", as: Ward.admin)
      try await ward.store(Self.objects(2, 1))
      try await ward.settle()
      try await ward.pass { try await ward.store.queue(of: "a")?.sent == 1 }
    }
    #expect(ward.receivers.got("a") == [Self.objects(2, 1)[0].instance])
  }

  @Test("sends of a completed study what it has not sent, and of a late instance that alone")
  func completion() async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    try await ward.rule(RoutingRule(name: "all", to: ["a"]))
    try await ward.store(Self.objects(1, 3))
    try await ward.settle()
    #expect(try await ward.waiting("a").isEmpty)
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    #expect(try await ward.waiting("a") == Self.objects(1, 3).map(\.instance))
    try await ward.sending { try await ward.pass { try await ward.store.queue(of: "a")?.sent == 3 } }
    try await ward.store([SmallObject(study: 1, instance: 9)])
    try await ward.settle()
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    #expect(try await ward.waiting("a") == [SmallObject(study: 1, instance: 9).instance])
  }

  @Test("leaves imports alone unless the rule says so", arguments: [false, true], RoutingRule.Trigger.allCases)
  func imports(included: Bool, trigger: RoutingRule.Trigger) async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    try await ward.rule(RoutingRule(name: "all", trigger: trigger, to: ["a"], includeImports: included))
    for (number, channel) in [Source.Channel.importing, .demo, .association, .stow].enumerated() {
      try await ward.store([SmallObject(study: number + 1)], from: Ward.source(channel.rawValue, channel))
    }
    try await ward.settle()
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    let wanted = (included ? [1, 2, 3, 4] : [3, 4]).map { SmallObject(study: $0).instance }
    #expect(Set(try await ward.waiting("a")) == Set(wanted))
  }

  @Test("holds nothing any more of what is deleted", arguments: [true, false])
  func deleted(beforeSending: Bool) async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["a"]))
    try await ward.store(Self.objects(1, 2) + Self.objects(2, 1))
    try await ward.settle()
    _ = try await ward.archive.archive.delete(
      .study(try SmallObject(study: 1).studyUID), as: Ward.admin, reason: "test")
    // Whether or not the queue has heard of it yet.
    if beforeSending { try await ward.settle() }
    try await ward.sending { try await ward.pass { try await ward.store.queue(of: "a")?.waiting == 0 } }
    #expect(ward.receivers.got("a") == [SmallObject(study: 2).instance])
    #expect(try await ward.store.queue(of: "a")?.sent == 1)
  }

  @Test("moves only studies of the sites that the rule answers for")
  func sites() async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    let north = Principal(
      kind: .person, name: "n", roles: [.administrator], sites: .only([SiteID("north")]))
    let rule = try await ward.forwarding.addRule(
      RoutingRule(name: "all", trigger: .onArrival, to: ["a"], sites: ["north", "south"]), as: north)
    #expect(rule.sites == ["north"])
    try await ward.store([SmallObject(study: 1)], from: Ward.source(site: "north"))
    try await ward.store([SmallObject(study: 2)], from: Ward.source(site: "south"))
    try await ward.settle()
    #expect(try await ward.waiting("a") == [SmallObject(study: 1).instance])
    let south = Principal(
      kind: .person, name: "s", roles: [.administrator], sites: .only([SiteID("south")]))
    #expect(try await ward.forwarding.rules(as: south).isEmpty)
    await #expect(throws: ArchiveError.self) { try await ward.forwarding.removeRule(rule.id, as: south) }
    await #expect(throws: ArchiveError.self) { try await ward.forwarding.queues(as: south) }
    let exports = try await sendAll(ward).filter { $0.action == .export }
    #expect(exports.map(\.object) == [SmallObject(study: 1).study])
    #expect(exports.map(\.principal) == ["system:rule \(rule.id) v1"])
  }

  private func sendAll(_ ward: Ward) async throws -> [AuditRecord] {
    try await ward.sending { try await ward.pass { try await ward.store.queue(of: "a")?.waiting == 0 } }
    return try await ward.archive.audit.records(limit: 1000)
  }

  @Test("sends again after a restart only what has no recorded success")
  func restart() async throws {
    let folder = try TemporaryFolder()
    let receivers = Receivers()
    let objects = Self.objects(1, 8)
    do {
      let before = try await Ward(at: folder.path, receivers: receivers)
      try await before.destination("a")
      try await before.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["a"]))
      receivers.set("a", .breaks(at: objects[5].instance))
      try await before.store(objects)
      try await before.settle()
      try await before.sending { try await before.pass { try await before.store.queue(of: "a")?.sent == 5 } }
      try await before.archive.audit.flush()
      try await before.archive.catalog.close()
    }
    receivers.set("a", .good)
    let after = try await Ward(at: folder.path, receivers: receivers)
    try await after.settle()
    try await after.sending { try await after.pass { try await after.store.queue(of: "a")?.sent == 8 } }
    #expect(receivers.got("a") == objects.map(\.instance))
  }
}

@Suite("Waiting after failures")
struct BackoffTests {
  @Test("doubles up to a bound, and chance takes off at most a half")
  func delays() {
    let backoff = Backoff(first: .seconds(5), longest: .seconds(600))
    #expect(
      (1...9).map { backoff.delay(after: $0, chance: 0) / .seconds(1) } == [5, 10, 20, 40, 80, 160, 320, 600, 600])
    for failures in [-1, 0, 1, 5, 64, 1_000_000, .max] {
      for chance in [-1.0, 0, 0.3, 1, 7] {
        let delay = backoff.delay(after: failures, chance: chance)
        #expect(delay >= .seconds(2.5) && delay <= .seconds(600))
      }
    }
  }
}
