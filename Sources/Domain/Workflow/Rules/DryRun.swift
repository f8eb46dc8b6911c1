public import ArchiveCore
import DICOM

/// What a rule would have done with what has come in: the same facts, the same function, and no effect.
public struct DryRun: Sendable {
  public struct Study: Hashable, Sendable {
    public var study: StudyUID
    /// When it would have been decided.
    public var at: Instant
    public var sites: Set<SiteID>
    public var modalities: Set<String>
    /// Instances that would have gone to each destination.
    public var instances: Int
    public var destinations: [String]
  }

  public struct Outcome: Hashable, Sendable {
    /// Newest first.
    public var studies: [Study] = []
    /// Studies looked at.
    public var examined = 0
    /// Whether there was more than may be looked at.
    public var isPartial = false
  }

  /// Journal entries looked at.
  public static let maximumEntries = 200_000
  /// Studies looked at.
  public static let maximumStudies = 1000
  private static let pageSize = 5000

  private let store: any WorkflowStore
  private let archive: Archive
  private let clocks: SiteClocks
  private let completion: CompletionSettings

  public init(
    store: any WorkflowStore, archive: Archive, clocks: SiteClocks, completion: CompletionSettings
  ) {
    self.store = store
    self.archive = archive
    self.clocks = clocks
    self.completion = completion
  }

  /// What arrived of one study, read from the end of the journal.
  private struct Arrivals {
    var instances: [(facts: InstanceFacts, at: Instant, source: String, site: SiteID, isClinical: Bool)] = []
    var completions: [(at: Instant, isClinical: Bool)] = []
  }

  /// - Parameter since: what came in before is not looked at.
  public func run(_ rule: RoutingRule, since: Instant, limit: Int) async throws -> Outcome {
    var rule = rule
    rule.enabled = true
    let (order, arrivals, isPartial) = try await arrivals(since: since, limit: min(limit, Self.maximumStudies))
    var outcome = Outcome(examined: order.count, isPartial: isPartial)
    let rules = RoutingRules([rule], clocks: clocks)
    for study in order {
      guard let found = arrivals[study] else { continue }
      let decided =
        switch rule.trigger {
        case .onArrival: try await onArrival(study, found, rules)
        case .onCompletion: try await onCompletion(study, found, rules, rule)
        }
      if let decided { outcome.studies.append(decided) }
    }
    return outcome
  }

  private func onArrival(_ study: StudyUID, _ arrivals: Arrivals, _ rules: RoutingRules) async throws -> Study? {
    var result: Study?
    let reader = FactsReader(archive: archive)
    for arrival in arrivals.instances {
      var facts = StudyFacts(
        study: study, trigger: .onArrival, at: arrival.at, sources: [arrival.source], sites: [arrival.site],
        modalities: [arrival.facts.modality], isImport: !arrival.isClinical)
      if rules.neededLevel(for: facts) != nil {
        facts.dataSets = try await reader.dataSets(of: arrival.facts.instance, in: study)
      }
      let decisions = rules.decisions(for: facts)
      guard !decisions.isEmpty else { continue }
      var present =
        result
        ?? Study(
          study: study, at: arrival.at, sites: [], modalities: [], instances: 0,
          destinations: decisions.map(\.destination))
      present.at = max(present.at, arrival.at)
      present.sites.insert(arrival.site)
      present.modalities.insert(arrival.facts.modality)
      present.instances += 1
      result = present
    }
    return result
  }

  private func onCompletion(
    _ study: StudyUID, _ arrivals: Arrivals, _ rules: RoutingRules, _ rule: RoutingRule
  ) async throws -> Study? {
    let reader = FactsReader(archive: archive)
    guard let modalities = try await reader.modalities(of: study) else { return nil }
    let sites = try await archive.sites(of: study)
    let sources = Set(arrivals.instances.map(\.source)).union(try await store.completion(of: study)?.sources ?? [])
    var moments = arrivals.completions
    if moments.isEmpty {
      // Nobody watched then: it would have been complete when its slowest source had been quiet.
      let ends = arrivals.instances.map { $0.at.adding(completion.quiet(of: $0.source)) }
      moments = [(ends.max() ?? Instant(nanoseconds: 0), arrivals.instances.contains(where: \.isClinical))]
    }
    for moment in moments {
      let facts = try await reader.complete(
        StudyFacts(
          study: study, trigger: .onCompletion, at: moment.at, sources: sources, sites: sites, modalities: modalities,
          isImport: !moment.isClinical),
        for: rules)
      let decisions = rules.decisions(for: facts)
      guard !decisions.isEmpty else { continue }
      let count = try await archive.instances(.study(study), as: rule.cause.principal).count
      return Study(
        study: study, at: moment.at, sites: sites, modalities: modalities, instances: count,
        destinations: decisions.map(\.destination))
    }
    return nil
  }

  /// Studies in the order of their last arrival, newest first.
  private func arrivals(
    since: Instant, limit: Int
  ) async throws -> (order: [StudyUID], arrivals: [StudyUID: Arrivals], isPartial: Bool) {
    var order: [StudyUID] = []
    var arrivals: [StudyUID: Arrivals] = [:]
    var gone: Set<RecordID> = []
    var position: JournalPosition?
    var read = 0
    var isPartial = false
    reading: while true {
      let entries = try await store.history(before: position, limit: Self.pageSize)
      guard let last = entries.last else { break }
      position = last.position
      read += entries.count
      for entry in entries {
        if entry.at < since { break reading }
        switch entry.event {
        case .instanceDeleted(let facts):
          gone.insert(facts.record)
        case .instanceStored(let facts) where entry.channel != nil && !gone.contains(facts.record):
          if arrivals[facts.study] == nil || arrivals[facts.study]?.instances.isEmpty == true {
            guard order.count < limit else {
              isPartial = true
              continue
            }
            order.append(facts.study)
          }
          arrivals[facts.study, default: Arrivals()].instances.append(
            (facts, entry.at, entry.sourceName, entry.site, entry.isClinical))
        case .studyCompleted(let study, _, _):
          arrivals[study, default: Arrivals()].completions.append((entry.at, entry.isClinical))
        case .instanceStored, .instanceResent, .duplicateRemoved, .instanceQuarantined, .studyCorrected,
          .seriesRestated, .workItemChanged:
          continue
        }
      }
      if read >= Self.maximumEntries {
        isPartial = true
        break
      }
    }
    return (order, arrivals, isPartial)
  }
}
