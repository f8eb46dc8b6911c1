/// How many operations may be outstanding on an association (PS3.7 §D.3.3.3).
extension AsynchronousOperationsWindow {
  /// Operations a requestor may invoke before the first is answered: as many as are queued. They are performed one after
  /// another, in order, which the standard leaves to the performer.
  public static let greatestInvoked = UInt16(AssociationSettings.maximumQueuedMessages)
  /// Sub-operations of C-GET that we invoke before the first is answered.
  static let invokedByAcceptor: UInt16 = 1

  /// What an acceptor answers to this proposal: never more than was proposed, where 0 is no limit.
  var accepted: AsynchronousOperationsWindow {
    func least(_ proposed: UInt16, _ ours: UInt16) -> UInt16 { proposed == 0 ? ours : min(proposed, ours) }
    return AsynchronousOperationsWindow(
      maximumInvoked: least(maximumInvoked, Self.greatestInvoked),
      maximumPerformed: least(maximumPerformed, Self.invokedByAcceptor))
  }
}

extension ClientAssociation {
  /// How many operations may be begun before the first is answered; 1 unless more was proposed and accepted.
  public var operationsWindow: Int {
    guard let proposed = request.userInformation.asynchronousOperationsWindow,
      let accepted = acceptance.userInformation.asynchronousOperationsWindow
    else { return 1 }
    let limits = [proposed.maximumInvoked, accepted.maximumInvoked].filter { $0 > 0 }
    return Int(limits.min() ?? AsynchronousOperationsWindow.greatestInvoked)
  }
}

/// A C-STORE that is sent, and whose answer is still to come.
public struct PendingStore: Sendable {
  let association: Association
  let answer: @Sendable () async throws -> CommandSet

  /// Waits for the answer.
  ///
  /// - Throws: `AssociationError`; the association is aborted when the wait is cancelled.
  public func outcome() async throws -> StoreOutcome {
    let set = try await association.abortingWhenCancelled { try await answer() }.checked(answers: .cStore)
    return StoreOutcome(status: set.status ?? .processingFailure, commandSet: set)
  }
}
