import ArchiveCore

/// The states of a Unified Procedure Step and how it comes from one to another (PS3.4 Table CC.1.1-2).
enum UnifiedStepTransition: Hashable, Sendable {
  case change
  /// It is in that final state already.
  case already
  case refuse(UnifiedStepRefusal.Code)

  static let finalStates: Set<WorkState> = [.completed, .canceled]

  /// What a request to change the state does.
  ///
  /// - Parameters:
  ///   - holdsTransaction: whether the request has the Transaction UID of the step; of a SCHEDULED one, any.
  ///   - meetsFinalState: whether the step has what the final state demands.
  static func verdict(
    from state: WorkState, to target: WorkState, holdsTransaction: Bool, meetsFinalState: Bool
  ) -> UnifiedStepTransition {
    if target == .scheduled { return .refuse(.cannotBecomeScheduled) }
    guard holdsTransaction else { return .refuse(.wrongTransaction) }
    switch state {
    case .scheduled: return target == .inProgress ? .change : .refuse(.notInProgress)
    case .inProgress where target == .inProgress: return .refuse(.alreadyInProgress)
    case .inProgress: return meetsFinalState ? .change : .refuse(.finalStateNotMet)
    default: return state == target ? .already : .refuse(.mayNoLongerBeUpdated)
    }
  }

  /// Whether attributes may be set (PS3.4 §CC.2.6.3): by anybody while it is SCHEDULED, then by who has the Transaction
  /// UID.
  static func setting(in state: WorkState, transaction: String?, kept: String?) -> UnifiedStepRefusal.Code? {
    switch state {
    case .scheduled: transaction == nil ? nil : .notInProgress
    case .inProgress: transaction != nil && transaction == kept ? nil : .wrongTransaction
    default: .mayNoLongerBeUpdated
    }
  }
}
