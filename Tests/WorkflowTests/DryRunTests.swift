import ArchiveCore
import EmbeddedStore
import TestKit
import Testing
import Workflow

@Suite("A dry run")
struct DryRunTests {
  static let rules: [RoutingRule] = [
    RoutingRule(name: "all", trigger: .onArrival, to: ["a"]),
    RoutingRule(name: "all at the end", to: ["a"]),
    RoutingRule(name: "CT", when: RuleConditions(modalities: ["CT"]), trigger: .onArrival, to: ["a"]),
    RoutingRule(name: "CT at the end", when: RuleConditions(modalities: ["CT"]), to: ["a"]),
    RoutingRule(name: "one source", when: RuleConditions(sources: ["MR1"]), to: ["a"]),
    RoutingRule(name: "north with imports", when: RuleConditions(sites: ["north"]), to: ["a"], includeImports: true),
    RoutingRule(
      name: "an attribute",
      when: RuleConditions(attributes: [AttributeCondition(attribute: "AccessionNumber", matches: "A?")]), to: ["a"]),
    RoutingRule(
      name: "an attribute of instances",
      when: RuleConditions(attributes: [AttributeCondition(attribute: "InstanceNumber", matches: "2")]),
      trigger: .onArrival, to: ["a"]),
    RoutingRule(
      name: "by the clock", when: RuleConditions(time: TimeWindow(from: "08:53", to: "08:55")), to: ["a"]),
  ]

  @Test("says what then really happens", arguments: rules)
  func equals(rule: RoutingRule) async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    let began = ward.clock.now
    // The rule is at work while everything comes in; afterwards the dry run is asked about the same.
    try await ward.rule(rule)
    for number in 1...12 {
      var objects = (1...(number % 3 + 1)).map { SmallObject(study: number, instance: $0) }
      for index in objects.indices { objects[index].modality = number.isMultiple(of: 2) ? "CT" : "MR" }
      try await ward.store(
        objects,
        from: Ward.source(
          number.isMultiple(of: 3) ? "MR1" : "CT1", site: number > 8 ? "north" : "main",
          number.isMultiple(of: 5) ? .importing : .association))
      try await ward.settle()
      ward.clock.advance(.seconds(20))
      try await ward.settle()
    }
    _ = try await ward.archive.archive.delete(.study(try SmallObject(study: 4).studyUID), as: Ward.admin, reason: "x")
    ward.clock.advance(.seconds(100))
    try await ward.settle()
    try await ward.settle()
    let really = try await ward.store.items(of: "a", in: .waiting, after: 0, limit: 1000)
    let outcome = try await ward.forwarding.dryRun(rule, since: began, limit: 100, as: Ward.admin)
    #expect(Set(outcome.studies.map(\.study)) == Set(really.map(\.study)))
    #expect(outcome.studies.reduce(0) { $0 + $1.instances } == really.count)
    #expect(!really.isEmpty, "a rule that moves nothing proves nothing")
    #expect(outcome.examined == 11)
    #expect(!outcome.isPartial)
  }

  @Test("changes nothing")
  func noEffect() async throws {
    let ward = try await Ward()
    try await ward.destination("a")
    try await ward.store([SmallObject(study: 1)])
    try await ward.settle()
    let end = try await ward.archive.catalog.journalEnd()
    let outcome = try await ward.forwarding.dryRun(
      RoutingRule(name: "all", to: ["a"]), since: Instant(nanoseconds: 0), limit: 10, as: Ward.admin)
    #expect(outcome.studies.map(\.instances) == [1])
    #expect(try await ward.waiting("a").isEmpty)
    #expect(try await ward.store.rules().isEmpty)
    #expect(try await ward.archive.catalog.journalEnd() == end)
  }

  @Test("looks at so many studies and says when there are more")
  func bound() async throws {
    let ward = try await Ward()
    for number in 1...5 { try await ward.store([SmallObject(study: number)]) }
    let rule = RoutingRule(name: "all", trigger: .onArrival, to: ["a"])
    let some = try await ward.forwarding.dryRun(rule, since: Instant(nanoseconds: 0), limit: 3, as: Ward.admin)
    #expect(some.examined == 3 && some.isPartial)
    #expect(some.studies.map(\.study.value) == [5, 4, 3].map { SmallObject(study: $0).study })
    let later = ward.clock.now.adding(.seconds(1))
    #expect(try await ward.forwarding.dryRun(rule, since: later, limit: 3, as: Ward.admin).examined == 0)
  }
}
