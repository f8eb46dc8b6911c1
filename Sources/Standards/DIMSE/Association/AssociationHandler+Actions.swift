import NIOCore

// What the machine says is done here (PS3.8 Tables 9-6 to 9-9).
extension AssociationHandler {
  /// Feeds the machine and does what it says.
  ///
  /// - Parameters:
  ///   - cause: of an abort by this side.
  ///   - ending: the end to report when the action closes the connection.
  @discardableResult
  func apply(
    _ event: AssociationStateMachine.Event, cause: AbortCause = .requested, sending pdu: PDU? = nil,
    ending: AssociationError? = nil
  ) -> AssociationStateMachine.Action? {
    guard let action = machine.process(event) else { return nil }
    switch action {
    case .connectTransport, .confirmAccept, .sendData, .indicateData, .indicateDataDuringRelease,
      .sendDataDuringRelease, .ignore:
      break
    case .sendAssociateRequest:
      if let request { write(.associateRequest(request)) }
    case .startARTIM: startARTIM(settings.artim)
    case .stopARTIMAndIndicateAssociate, .stopARTIM, .stopARTIMAfterClose: artimTimer?.cancel()
    case .stopARTIMAndSendRejectAndStartARTIM, .sendAssociateRejectAndStartARTIM:
      if let pdu { write(pdu) }
      startARTIM(settings.artim)
      if case .associateReject(let reject)? = pdu { end(.rejected(reject)) }
    case .sendAssociateAccept:
      if let pdu { write(pdu) }
      lastProgress = .now()
    case .sendReleaseRequest: write(.releaseRequest)
    case .sendReleaseResponse: write(.releaseResponse)
    case .sendReleaseResponseAndStartARTIM:
      write(.releaseResponse)
      startARTIM(settings.artim)
      end(.released)
    case .indicateRelease:
      association?.releaseArrived()
      // An acceptor answers when its requests are done; a requestor has none of the peer's.
      if machine.role == .requestor { apply(.localReleaseResponse) }
    case .indicateReleaseCollision:
      association?.releaseArrived()
      if machine.role == .requestor { apply(.localReleaseResponse) }
    case .confirmRelease: apply(.localReleaseResponse)
    case .confirmReleaseAndClose:
      association?.released.succeed()
      end(.released)
      context?.close(promise: nil)
    case .confirmRejectAndClose, .indicateAbortAndClose, .stopARTIMAndClose:
      artimTimer?.cancel()
      // First the reason: closing reports an end, too.
      end(ending ?? .aborted(cause))
      context?.close(promise: nil)
    case .indicateProviderAbort: end(.connectionClosed)
    case .sendUserAbortAndStartARTIM:
      write(.abort(Abort(.serviceUser)))
      startARTIM(settings.artim)
      end(.aborted(cause))
    case .sendAbort: write(.abort(Abort(.serviceProvider, cause.reason)))
    case .sendProviderAbortAndIndicateAndStartARTIM:
      write(.abort(Abort(.serviceProvider, cause.reason)))
      startARTIM(settings.artim)
      end(.aborted(cause))
    }
    return action
  }

  func write(_ pdu: PDU) {
    context?.writeAndFlush(wrapOutboundOut(pdu.encoded), promise: nil)
  }

  func end(_ error: AssociationError) {
    guard !hasEnded else { return }
    hasEnded = true
    // What is still being read is thrown away until the peer closes, so nobody may hold it back.
    resumeReading()
    association?.end(error)
    onEnd(error)
  }
}
