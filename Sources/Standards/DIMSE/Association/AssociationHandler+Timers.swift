import NIOCore

// Timers: ARTIM is an event of the machine, idleness a reason to abort.
extension AssociationHandler {
  func startARTIM(_ time: TimeAmount) {
    artimTimer?.cancel()
    guard let context else { return }
    artimTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
      guard let self else { return }
      self.apply(.artimExpired, ending: .aborted(.artimExpired))
    }
  }

  func scheduleIdleCheck(after time: TimeAmount) {
    guard let context else { return }
    idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in self?.checkIdle() }
  }

  func checkIdle() {
    guard let context, let association, !hasEnded else { return }
    let deadline = lastProgress + settings.idle
    guard owesBytes(context, association) else {
      lastProgress = .now()
      return scheduleIdleCheck(after: settings.idle)
    }
    guard deadline <= .now() else { return scheduleIdleCheck(after: deadline - .now()) }
    apply(.localAbort, cause: .idleTimeout)
  }

  /// Whether the peer is the one to act: to read what we wrote, to finish a PDU or message, or to say something at all.
  func owesBytes(_ context: ChannelHandlerContext, _ association: Association) -> Bool {
    if !context.channel.isWritable { return true }
    switch machine.state {
    case .awaitingAssociateResponse, .awaitingReleaseResponse, .collisionAcceptorAwaitingResponse,
      .collisionRequestorAwaitingResponse:
      return true
    case .established:
      // An answer of the peer's may lie behind what nobody takes while it is waited for.
      guard !isReadingPaused else { return association.awaitsResponse }
      return decoder.isInsidePDU || assembler.isInsideMessage || association.awaitsPeer(role: machine.role)
    default: return false
    }
  }
}
