public import ArchiveCore
public import DICOM

/// Setting attributes, changing the state, and asking for a cancellation (PS3.4 §CC.2.1, §CC.2.2, §CC.2.6).
extension UnifiedSteps {
  /// What became of a request for another state.
  public enum StateChange: Hashable, Sendable {
    case changed
    /// It was in that final state already.
    case already(WorkState)
  }

  /// Sets attributes of a workitem; a sequence as a whole. The same twice changes nothing.
  ///
  /// - Parameter transaction: the Transaction UID of who has claimed it; `nil` while it is SCHEDULED.
  public func set(
    _ item: String, _ asked: DataSet, transaction: String?, as principal: Principal
  ) async throws {
    try await require(.store, of: principal, object: "workitem")
    var asked = asked
    asked.transcodeToUTF8()
    asked[.transactionUID] = nil
    asked[.specificCharacterSet] = nil
    let wanted = asked
    try await change(item, as: principal) { present, now in
      let kept = present.attributes.string(.transactionUID)
      if let code = UnifiedStepTransition.setting(in: present.state, transaction: transaction, kept: kept) {
        throw UnifiedStepRefusal(code)
      }
      try UnifiedStepRequirements.checkSetting(wanted)
      let changed = wanted.filter { UnifiedStep.differs($0, from: present.attributes[$0.tag]) }.map(\.tag)
      guard !changed.isEmpty else { return ([], ()) }
      var next = present
      for element in wanted { next.attributes[element.tag] = element }
      next.touch(at: now)
      var told: [Notice] = []
      if changed.contains(.inputReadinessState) { told.append(UnifiedStepEvent.stateReport(of: next, at: now)) }
      if changed.contains(.procedureStepProgressInformationSequence) {
        told.append(UnifiedStepEvent.progressReport(of: next, at: now))
      }
      if changed.contains(.scheduledStationNameCodeSequence) || changed.contains(.scheduledHumanPerformersSequence) {
        told += UnifiedStepEvent.assigned(of: next, at: now)
      }
      return (
        [
          .saveWork(next, by: principal), .tellSubscribers(present.item, told),
          .audit(note(principal, present.item, "workitem set", at: now)),
        ], ()
      )
    }
  }

  /// Claims, completes or cancels a workitem.
  ///
  /// - Parameters:
  ///   - state: as the standard writes it.
  ///   - transaction: chosen by who claims it, and asked of them from then on.
  ///   - performer: the AE title of who asks: who is told when somebody wants it canceled.
  public func changeState(
    _ item: String, to state: String, transaction: String?, by performer: String?, as principal: Principal
  ) async throws -> StateChange {
    try await require(.store, of: principal, object: "workitem")
    guard let target = WorkState(state), target == .scheduled || target == .inProgress || target.isFinal else {
      throw UnifiedStepRefusal(.invalidArgument, [.procedureStepState])
    }
    if let transaction, WorkUID(transaction) == nil {
      throw UnifiedStepRefusal(.invalidArgument, [.transactionUID])
    }
    return try await change(item, as: principal) { present, now in
      let kept = present.attributes.string(.transactionUID)
      let unmet = UnifiedStepFinalState.unmet(present.attributes, for: target)
      let verdict = UnifiedStepTransition.verdict(
        from: present.state, to: target,
        holdsTransaction: transaction != nil && (present.state == .scheduled || transaction == kept),
        meetsFinalState: unmet.isEmpty)
      switch verdict {
      case .already: return ([], .already(target))
      case .refuse(.finalStateNotMet): throw UnifiedStepRefusal(.finalStateNotMet, unmet)
      case .refuse(let code): throw UnifiedStepRefusal(code)
      case .change: break
      }
      var next = present
      if target == .inProgress { next.claim(with: transaction, by: performer) }
      if target == .canceled {
        UnifiedStepFinalState.supplementCancellation(&next.attributes, at: now.dicomDateTime)
      }
      next.enter(target, at: now)
      return (steps(to: next, by: principal, at: now), .changed)
    }
  }

  /// Asks for a cancellation on behalf of somebody who has not claimed the workitem: done at once while it is
  /// SCHEDULED, told to its performer while it is IN PROGRESS.
  ///
  /// - Parameters:
  ///   - reasons: attributes of PS3.4 Table CC.2.2-1.
  ///   - requestor: the AE title of who asks.
  public func requestCancel(
    _ item: String, _ reasons: DataSet, from requestor: String, as principal: Principal
  ) async throws -> StateChange {
    try await require(.store, of: principal, object: "workitem")
    try UnifiedStepBounds.check(reasons)
    var reasons = reasons
    reasons.transcodeToUTF8()
    let asked = reasons
    let subscribers = try await self.subscribers(of: item)
    return try await change(item, as: principal) { present, now in
      switch present.state {
      case .scheduled:
        // First to IN PROGRESS, then to CANCELED (PS3.4 §CC.2.2.3); the lock is ours and nobody's afterwards.
        var claimed = present
        claimed.claim(with: environment.makeUID(), by: nil)
        claimed.enter(.inProgress, at: now)
        var canceled = claimed
        canceled.version += 1
        UnifiedStepFinalState.supplementCancellation(&canceled.attributes, at: now.dicomDateTime, reasons: asked)
        canceled.enter(.canceled, at: now)
        return (steps(to: claimed, by: principal, at: now) + steps(to: canceled, by: principal, at: now), .changed)
      case .inProgress:
        let performer = present.attributes.string(.performedStationAETitle)
        guard performer.map(subscribers.contains) ?? !subscribers.isEmpty else {
          throw UnifiedStepRefusal(.performerUnreachable)
        }
        let event = UnifiedStepEvent.cancelRequested(present.item, by: requestor, reasons: asked, at: now)
        return (
          [
            .requireWork(present), .tellSubscribers(present.item, [event]),
            .audit(note(principal, present.item, "cancellation of the workitem asked for", at: now)),
          ], .changed
        )
      case .canceled: return ([], .already(.canceled))
      default: throw UnifiedStepRefusal(.alreadyCompleted)
      }
    }
  }

  private func subscribers(of item: String) async throws -> Set<String> {
    guard let item = WorkUID(item) else { return [] }
    return Set(try await store.subscriptions(to: item).map(\.subscriber))
  }

  private func steps(to next: WorkRecord, by principal: Principal, at now: Instant) -> [WorkflowChange] {
    [
      .saveWork(next, by: principal),
      .tellSubscribers(next.item, [UnifiedStepEvent.stateReport(of: next, at: now)]),
      .audit(note(principal, next.item, "workitem \(next.state)", at: now)),
    ]
  }
}

extension WorkState {
  fileprivate var isFinal: Bool { UnifiedStepTransition.finalStates.contains(self) }
}

extension WorkRecord {
  fileprivate mutating func claim(with transaction: String?, by performer: String?) {
    if let transaction { attributes.set(.transactionUID, .ui, transaction) }
    if let performer { attributes.set(.performedStationAETitle, .ae, performer) }
  }

  fileprivate mutating func enter(_ state: WorkState, at now: Instant) {
    self.state = state
    attributes.set(.procedureStepState, .cs, state.description)
    touch(at: now)
  }

  fileprivate mutating func touch(at now: Instant) {
    attributes.set(.scheduledProcedureStepModificationDateTime, .dt, now.dicomDateTime)
    changedAt = now
  }
}
