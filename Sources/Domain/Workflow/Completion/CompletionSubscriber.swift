public import ArchiveCore
import DICOM

/// Watches arrivals and says when a study is complete.
public struct CompletionSubscriber: Sendable {
  public static let name = "completion"
  /// Studies completed between two looks at the journal.
  static let maximumDue = 64
  /// The longest wait between two looks at the clock.
  static let longestWait = Duration.seconds(60)
  /// The wait after the store could not be read or written.
  static let retryWait = Duration.seconds(5)
  /// Attempts of a commit that others get in the way of.
  static let maximumAttempts = 8

  private let store: any WorkflowStore
  private let archive: Archive
  private let settings: CompletionSettings
  private let environment: Environment

  public init(
    store: any WorkflowStore, archive: Archive, settings: CompletionSettings, environment: Environment
  ) {
    self.store = store
    self.archive = archive
    self.settings = settings
    self.environment = environment
  }

  private static let principal = Principal.system(name)

  /// Works until the task is cancelled.
  public func run(onError: @Sendable (any Error) -> Void = { _ in }) async {
    while !Task.isCancelled {
      let heard = store.bell.count
      do {
        let wait = try await work()
        await store.bell.wait(past: heard, atMost: min(wait, Self.longestWait), in: environment)
        try await environment.sleep(Subscription.gathering)
      } catch is CancellationError {
        return
      } catch is WorkflowConflict {
        continue
      } catch {
        onError(error)
        try? await environment.sleep(Self.retryWait)
      }
    }
  }

  /// Works through everything there is to do now.
  ///
  /// - Returns: how long nothing will be due.
  public func work() async throws -> Duration {
    while true {
      // A deadline counts only when everything that has arrived is known.
      while try await readJournal() {}
      try await noteDeliveryEnds()
      let due = try await store.completions(dueBy: environment.now(), limit: Self.maximumDue)
      guard !due.isEmpty else { break }
      for completion in due { try await complete(completion, by: Self.principal) }
    }
    guard let next = try await store.nextCompletionDeadline() else { return Self.longestWait }
    let nanoseconds = next.nanoseconds.subtractingReportingOverflow(environment.now().nanoseconds)
    return nanoseconds.overflow ? Self.longestWait : .nanoseconds(max(0, nanoseconds.partialValue))
  }

  // MARK: Asking and telling

  /// The state of a study, for somebody who may know of it.
  ///
  /// - Throws: `ArchiveError` `.notFound`.
  public func state(of study: StudyUID, as principal: Principal) async throws -> StudyCompletion {
    let instances = try await count(study, as: principal)
    guard let known = try await store.completion(of: study) else {
      // It was there before anybody watched.
      return StudyCompletion(
        study: study, state: .complete, revision: 0, deadline: nil, completedAt: nil, instances: instances, sites: [],
        sources: [], isClinical: false, version: 0)
    }
    return known.with(instances: instances)
  }

  /// Somebody who knows says that the study is complete.
  ///
  /// - Returns: its state then; unchanged when it was complete already.
  public func signal(_ study: StudyUID, as principal: Principal) async throws -> StudyCompletion {
    try await archive.authorize(.store, of: principal, object: study.value)
    // Whoever sends may say so without being allowed to look.
    guard try await archive.sites(of: study).contains(where: principal.sites.includes) else {
      throw ArchiveError(.notFound, "there is no such study")
    }
    for _ in 0..<Self.maximumAttempts {
      do {
        while try await readJournal() {}
        let present = try await store.completion(of: study) ?? StudyCompletion(study)
        try await complete(present, by: principal)
        return try await state(of: study, as: Self.principal)
      } catch is WorkflowConflict {
        continue
      }
    }
    throw ArchiveError(.unavailable, "the study changes all the time")
  }

  // MARK: Steps

  private func readJournal() async throws -> Bool {
    try await Subscription(name: Self.name, store: store).next { entries in
      var touched: [StudyUID: StudyCompletion] = [:]
      var gone: Set<StudyUID> = []
      var news = PerformedNews()
      for entry in entries {
        switch entry.event {
        case .instanceStored(let facts):
          // Without a channel it is no arrival: a deletion has uncovered another record of the same instance.
          guard entry.channel != nil else { continue }
          var completion: StudyCompletion
          if let known = touched[facts.study] {
            completion = known
          } else {
            completion = try await present(facts.study, unless: gone)
          }
          completion.arrive(
            at: entry.at, from: entry.sourceName, of: entry.site, isClinical: entry.isClinical,
            quiet: settings.quiet(of: entry.sourceName))
          touched[facts.study] = completion
          gone.remove(facts.study)
          news.arrived(facts, at: entry.at)
        case .instanceDeleted(let facts) where facts.studyEdge:
          touched[facts.study] = nil
          gone.insert(facts.study)
        case .workItemChanged(let facts) where facts.kind == .performedStep && facts.state.endsPerformedStep:
          if let step = try await store.work(.performedStep, facts.item) { news.ended(step, at: entry.at) }
        case .instanceDeleted, .instanceResent, .duplicateRemoved, .instanceQuarantined, .studyCorrected,
          .seriesRestated, .workItemChanged,
          .studyCompleted:
          continue
        }
      }
      for (study, moment) in try await news.whole(in: store, archive) where !gone.contains(study) {
        let kept = try await store.completion(of: study)
        guard var completion = touched[study] ?? kept else { continue }
        let former = completion
        completion.everythingArrived(at: moment)
        if completion != former { touched[study] = completion }
      }
      return gone.map { .forgetCompletion($0) } + touched.values.map { .completion($0, announcing: nil) }
    }
  }

  /// A study that has gone and come again in one page begins anew, but over the row that is still there.
  private func present(_ study: StudyUID, unless gone: Set<StudyUID>) async throws -> StudyCompletion {
    let known = try await store.completion(of: study)
    guard gone.contains(study) else { return known ?? StudyCompletion(study) }
    var fresh = StudyCompletion(study)
    fresh.version = known?.version ?? 0
    return fresh
  }

  /// The end of a delivery brings a deadline nearer; what it says is lost when somebody changes the study meanwhile.
  private func noteDeliveryEnds() async throws {
    guard let remaining = settings.afterDelivery else { return }
    for (study, moment) in archive.deliveryEnds.take() {
      guard let present = try await store.completion(of: study) else { continue }
      var completion = present
      completion.deliveryEnded(at: moment, remaining: remaining)
      if completion != present { try await store.commit([.completion(completion, announcing: nil)]) }
    }
  }

  private func complete(_ present: StudyCompletion, by principal: Principal) async throws {
    var completion = present
    let instances: Int
    do {
      instances = try await count(present.study, as: Self.principal)
    } catch let error as ArchiveError where error.code == .notFound {
      try await store.commit([.forgetCompletion(present.study)])
      return
    }
    let sites = try await archive.sites(of: present.study)
    guard completion.complete(at: environment.now(), instances: instances, sites: sites) else { return }
    var changes: [WorkflowChange] = [.completion(completion, announcing: principal)]
    if principal != Self.principal {
      changes.append(
        .audit(
          AuditRecord(
            at: environment.now(), action: .administer, principal: principal.label, object: present.study.value,
            count: instances, detail: "study said to be complete")))
    }
    try await store.commit(changes)
  }

  private func count(_ study: StudyUID, as principal: Principal) async throws -> Int {
    let query = Query(level: .study, keys: [MatchingKey(.studyInstanceUID, .ui, .single(study.value))], limit: 1)
    guard let match = try await archive.find(query, as: principal).matches.first else {
      throw ArchiveError(.notFound, "there is no such study")
    }
    return match.attributes.int(.numberOfStudyRelatedInstances) ?? 0
  }
}

extension StudyCompletion {
  fileprivate func with(instances: Int) -> StudyCompletion {
    StudyCompletion(
      study: study, state: state, revision: revision, deadline: deadline, completedAt: completedAt,
      instances: instances, sites: sites, sources: sources, isClinical: isClinical, version: version)
  }
}
