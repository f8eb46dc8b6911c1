public import ArchiveCore
import DICOM

/// All rules, as a pure function of facts.
public struct RoutingRules: Sendable {
  private let rules: [RoutingRule]
  private let clocks: SiteClocks

  public init(_ rules: [RoutingRule], clocks: SiteClocks) {
    self.rules = rules.filter(\.enabled)
    self.clocks = clocks
  }

  /// Where it goes: each destination once, because of the first rule that says so.
  public func decisions(for facts: StudyFacts) -> [RoutingDecision] {
    var decided: Set<String> = []
    return rules.filter { $0.applies(to: facts, by: clocks) }.flatMap { rule in
      rule.to.filter { decided.insert($0).inserted }.map { RoutingDecision(cause: rule.cause, destination: $0) }
    }
  }

  /// At which level attributes must be known to decide; `nil` when none must.
  public func neededLevel(for facts: StudyFacts) -> Query.Level? {
    rules.filter { $0.appliesWithoutAttributes(to: facts, by: clocks) }
      .flatMap { $0.when.attributes ?? [] }.map(\.level).max()
  }
}

extension RoutingRule {
  func applies(to facts: StudyFacts, by clocks: SiteClocks) -> Bool {
    guard appliesWithoutAttributes(to: facts, by: clocks) else { return false }
    guard let attributes = when.attributes, !attributes.isEmpty else { return true }
    // One that cannot be read (any more) matches nothing rather than everything.
    guard let keys = try? attributes.map({ condition throws(ArchiveError) in try condition.key() }) else {
      return false
    }
    let matcher = Matcher(keys)
    return facts.dataSets.contains { matcher.matches($0) }
  }

  func appliesWithoutAttributes(to facts: StudyFacts, by clocks: SiteClocks) -> Bool {
    guard trigger == facts.trigger, includeImports || !facts.isImport,
      facts.sites.contains(where: scope.includes)
    else { return false }
    if let sources = when.sources, facts.sources.isDisjoint(with: sources) { return false }
    if let sites = when.sites, facts.sites.isDisjoint(with: sites.map(SiteID.init)) { return false }
    if let modalities = when.modalities, facts.modalities.isDisjoint(with: modalities) { return false }
    guard when.time != nil || when.weekdays != nil else { return true }
    return facts.sites.contains { site in
      let local = clocks.local(facts.at, at: site)
      return when.time?.contains(minute: local.minute) ?? true && when.weekdays?.contains(local.weekday) ?? true
    }
  }
}
