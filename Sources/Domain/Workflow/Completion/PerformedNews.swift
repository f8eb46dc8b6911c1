import ArchiveCore

/// What a page of the journal says that may make a study whole by its performed steps: one of them ended, or an
/// instance that one of them names has arrived.
struct PerformedNews {
  private var ended: [StudyUID: Instant] = [:]
  private var arrivals: [StudyUID: (instances: Set<InstanceUID>, last: Instant)] = [:]

  mutating func arrived(_ facts: InstanceFacts, at moment: Instant) {
    arrivals[facts.study, default: ([], moment)].instances.insert(facts.instance)
    arrivals[facts.study]?.last = moment
  }

  mutating func ended(_ step: WorkRecord, at moment: Instant) {
    for study in PerformedStep(step).studies { ended[study] = moment }
  }

  /// Studies of which every named instance is here, and none of whose steps goes on, with the moment of the news.
  ///
  /// What arrives without being named, behind a study that was whole, has to wait until its source is quiet.
  func whole(in store: any WorkflowStore, _ archive: Archive) async throws -> [(StudyUID, Instant)] {
    var found: [(StudyUID, Instant)] = []
    for study in Set(ended.keys).union(arrivals.keys) {
      // A step of a house that has no part of the study says nothing of it.
      var question = WorkQuestion(.performedStep, within: .only(try await archive.sites(of: study)))
      question.study = study.value
      var steps: [WorkRecord] = []
      for try await step in WorkSearch(question, in: store) { steps.append(step) }
      let performed = PerformedStudy(steps)
      guard performed.isOver else { continue }
      let arrival = arrivals[study]
      guard ended[study] != nil || arrival.map({ !$0.instances.isDisjoint(with: performed.instances) }) ?? false
      else { continue }
      guard try await archive.present(among: performed.instances) == performed.instances else { continue }
      found.append((study, max(ended[study] ?? .distantPast, arrival?.last ?? .distantPast)))
    }
    return found
  }
}

extension Instant {
  fileprivate static let distantPast = Instant(nanoseconds: .min)
}

extension WorkState {
  /// Whether a performed step in this state is over (PS3.4 §F.7.2.2).
  var endsPerformedStep: Bool { self == .completed || self == .discontinued }
}
