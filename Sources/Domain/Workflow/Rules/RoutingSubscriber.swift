public import ArchiveCore
import DICOM

/// Asks the rules about everything that happens and queues what they decide. It sends nothing itself.
public struct RoutingSubscriber: Sendable {
  public static let name = "routing"

  private let store: any WorkflowStore
  private let archive: Archive
  private let clocks: SiteClocks
  private let environment: Environment

  public init(store: any WorkflowStore, archive: Archive, clocks: SiteClocks, environment: Environment) {
    self.store = store
    self.archive = archive
    self.clocks = clocks
    self.environment = environment
  }

  /// Works until the task is cancelled.
  public func run(onError: @Sendable (any Error) -> Void = { _ in }) async {
    await Subscription(name: Self.name, store: store).follow(in: environment, onError: onError) { try await work() }
  }

  /// Works through everything that has happened.
  public func work() async throws {
    while try await readJournal() {}
  }

  private func readJournal() async throws -> Bool {
    try await Subscription(name: Self.name, store: store).next { entries in
      let rules = RoutingRules(try await store.rules(), clocks: clocks)
      var changes: [WorkflowChange] = []
      var completed: Set<StudyUID> = []
      for entry in entries {
        switch entry.event {
        case .instanceStored(let facts) where entry.channel != nil:
          changes += try await arrived(facts, entry, rules)
        case .studyCompleted(let study, _, _):
          // One entry a site: once is enough.
          if completed.insert(study).inserted { changes += try await complete(study, entry, rules) }
        case .instanceDeleted(let facts):
          changes.append(.withdraw([facts.record]))
        case .instanceStored, .instanceResent, .duplicateRemoved, .instanceQuarantined, .studyCorrected,
          .seriesRestated, .workItemChanged:
          continue
        }
      }
      return changes
    }
  }

  private func arrived(
    _ arrival: InstanceFacts, _ entry: JournalEntry, _ rules: RoutingRules
  ) async throws -> [WorkflowChange] {
    var facts = StudyFacts(
      study: arrival.study, trigger: .onArrival, at: entry.at, sources: [entry.sourceName], sites: [entry.site],
      modalities: [arrival.modality], isImport: !entry.isClinical)
    if rules.neededLevel(for: facts) != nil {
      facts.dataSets = try await FactsReader(archive: archive).dataSets(of: arrival.instance, in: arrival.study)
    }
    let request = ForwardRequest(study: arrival.study, instance: arrival.instance, record: arrival.record)
    return rules.decisions(for: facts).map {
      .enqueue([request], to: $0.destination, because: $0.cause, at: entry.at)
    }
  }

  private func complete(
    _ study: StudyUID, _ entry: JournalEntry, _ rules: RoutingRules
  ) async throws -> [WorkflowChange] {
    let reader = FactsReader(archive: archive)
    guard let modalities = try await reader.modalities(of: study) else { return [] }
    let known = try await store.completion(of: study)
    let facts = try await reader.complete(
      StudyFacts(
        study: study, trigger: .onCompletion, at: entry.at, sources: known?.sources ?? [],
        sites: try await archive.sites(of: study), modalities: modalities, isImport: !entry.isClinical),
      for: rules)
    var changes: [WorkflowChange] = []
    for decision in rules.decisions(for: facts) {
      let requests = try await requests(study, decision.cause)
      changes.append(.enqueue(requests, to: decision.destination, because: decision.cause, at: entry.at))
    }
    return changes
  }

  private func requests(_ study: StudyUID, _ cause: ForwardCause) async throws -> [ForwardRequest] {
    do {
      return try await archive.instances(.study(study), as: cause.principal).map {
        ForwardRequest(study: study, instance: $0.instance, record: $0.record)
      }
    } catch let error as ArchiveError where error.code == .notFound {
      return []
    }
  }
}
