import ArchiveCore
import DICOM
import Foundation
import Testing
import Workflow

struct RuleCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var when = RuleConditions()
  var trigger = RoutingRule.Trigger.onCompletion
  var includeImports = false
  var sites: [String]?
  var applies: Bool
  /// 2025-10-09T08:53:20Z, a Thursday; in Berlin it is 10:53, in Tokyo 17:53.
  var facts: @Sendable (inout StudyFacts) -> Void = { _ in }
}

@Suite("A routing rule")
struct RuleTests {
  static func dataSet(_ description: String, bodyPart: String) -> DataSet {
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 192")
    set.set(.studyDescription, .lo, description)
    set.set(.studyDate, .da, "20251009")
    set.set(.bodyPartExamined, .cs, bodyPart)
    return set
  }

  static let facts: @Sendable () throws -> StudyFacts = {
    StudyFacts(
      study: try Specimen.study(1), trigger: .onCompletion, at: Instant(nanoseconds: 1_760_000_000_000_000_000),
      sources: ["CT1", "WS2"], sites: [SiteID("berlin")], modalities: ["CT", "SR"], isImport: false,
      dataSets: [dataSet("Thorax", bodyPart: "CHEST"), dataSet("Thorax", bodyPart: "ABDOMEN")])
  }

  @Test(
    "applies when all of its conditions hold",
    arguments: [
      RuleCase(testDescription: "without conditions", applies: true),
      RuleCase(testDescription: "on arrival only", trigger: .onArrival, applies: false),
      RuleCase(testDescription: "one of the sources", when: RuleConditions(sources: ["MR1", "WS2"]), applies: true),
      RuleCase(testDescription: "none of the sources", when: RuleConditions(sources: ["MR1"]), applies: false),
      RuleCase(testDescription: "its site", when: RuleConditions(sites: ["berlin"]), applies: true),
      RuleCase(testDescription: "another site", when: RuleConditions(sites: ["tokyo"]), applies: false),
      RuleCase(
        testDescription: "one of the modalities", when: RuleConditions(modalities: ["SR", "MR"]), applies: true),
      RuleCase(testDescription: "none of the modalities", when: RuleConditions(modalities: ["MR"]), applies: false),
      RuleCase(testDescription: "of the study's site", sites: ["berlin"], applies: true),
      RuleCase(testDescription: "of another site", sites: ["tokyo"], applies: false),
      RuleCase(testDescription: "an import", applies: false) { $0.isImport = true },
      RuleCase(testDescription: "an import, explicitly", includeImports: true, applies: true) { $0.isImport = true },
      RuleCase(
        testDescription: "an attribute by a pattern",
        when: RuleConditions(attributes: [AttributeCondition(attribute: "BodyPartExamined", matches: "CH*")]),
        applies: true),
      RuleCase(
        testDescription: "an attribute by number, in a range",
        when: RuleConditions(attributes: [AttributeCondition(attribute: "00080020", matches: "20251001-")]),
        applies: true),
      RuleCase(
        testDescription: "two attributes of one series",
        when: RuleConditions(attributes: [
          AttributeCondition(attribute: "BodyPartExamined", matches: "ABDOMEN"),
          AttributeCondition(attribute: "StudyDescription", matches: "Thorax"),
        ]), applies: true),
      RuleCase(
        testDescription: "two attributes that no series has together",
        when: RuleConditions(attributes: [
          AttributeCondition(attribute: "BodyPartExamined", matches: "ABDOMEN"),
          AttributeCondition(attribute: "StudyDescription", matches: "Skull"),
        ]), applies: false),
      RuleCase(
        testDescription: "by the site's clock", when: RuleConditions(time: TimeWindow(from: "10:30", to: "11:00")),
        applies: true),
      RuleCase(
        testDescription: "not by Greenwich's", when: RuleConditions(time: TimeWindow(from: "08:30", to: "09:00")),
        applies: false),
      RuleCase(
        testDescription: "the end is outside", when: RuleConditions(time: TimeWindow(from: "08:00", to: "10:53")),
        applies: false),
      RuleCase(
        testDescription: "over midnight", when: RuleConditions(time: TimeWindow(from: "18:00", to: "10:54")),
        applies: true),
      RuleCase(testDescription: "on its weekday", when: RuleConditions(weekdays: [.thursday]), applies: true),
      RuleCase(testDescription: "on another", when: RuleConditions(weekdays: [.friday, .monday]), applies: false),
      RuleCase(
        testDescription: "late in Tokyo it is the next day", when: RuleConditions(weekdays: [.friday]), applies: true
      ) {
        $0.sites = [SiteID("tokyo")]
        $0.at = $0.at.adding(.seconds(7 * 3600))
      },
    ])
  func table(row: RuleCase) throws {
    var facts = try Self.facts()
    row.facts(&facts)
    let rule = RoutingRule(
      id: "r", version: 2, name: row.testDescription, when: row.when, trigger: row.trigger, to: ["a", "b"],
      includeImports: row.includeImports, sites: row.sites)
    try rule.check()
    let decisions = RoutingRules([rule], clocks: SiteClocks(Ward.zones)).decisions(for: facts)
    #expect(decisions.map(\.destination) == (row.applies ? ["a", "b"] : []))
    #expect(decisions.allSatisfy { $0.cause == rule.cause })
    var disabled = rule
    disabled.enabled = false
    #expect(RoutingRules([disabled], clocks: SiteClocks()).decisions(for: facts).isEmpty)
  }

  @Test("does not send twice what an earlier rule sends already")
  func once() throws {
    let rules = [RoutingRule(id: "1", name: "a", to: ["a"]), RoutingRule(id: "2", name: "b", to: ["b", "a"])]
    let decisions = RoutingRules(rules, clocks: SiteClocks()).decisions(for: try Self.facts())
    #expect(decisions.map { "\($0.cause.rule)\($0.destination)" } == ["1a", "2b"])
  }

  @Test(
    "is refused when it could not mean anything",
    arguments: [
      RoutingRule(name: "", to: ["a"]), RoutingRule(name: "n", to: []), RoutingRule(name: "n", to: ["a", "a"]),
      RoutingRule(name: "n", when: RuleConditions(sources: []), to: ["a"]),
      RoutingRule(name: "n", when: RuleConditions(weekdays: []), to: ["a"]),
      RoutingRule(name: "n", when: RuleConditions(time: TimeWindow(from: "8:00", to: "09:00")), to: ["a"]),
      RoutingRule(name: "n", when: RuleConditions(time: TimeWindow(from: "25:00", to: "09:00")), to: ["a"]),
      RoutingRule(name: "n", when: RuleConditions(time: TimeWindow(from: "09:00", to: "09:00")), to: ["a"]),
      RoutingRule(
        name: "n", when: RuleConditions(attributes: [AttributeCondition(attribute: "NoSuch", matches: "x")]), to: ["a"]),
      RoutingRule(
        name: "n", when: RuleConditions(attributes: [AttributeCondition(attribute: "PixelData", matches: "x")]),
        to: ["a"]),
      RoutingRule(
        name: "n", when: RuleConditions(attributes: [AttributeCondition(attribute: "StudyDate", matches: "soon")]),
        to: ["a"]),
      RoutingRule(
        name: "n",
        when: RuleConditions(
          attributes: Array(repeating: AttributeCondition(attribute: "StudyID", matches: "x"), count: 17)), to: ["a"]),
    ])
  func refused(rule: RoutingRule) {
    #expect(throws: ArchiveError.self) { try rule.check() }
  }
}
