import DICOM
import NIOCore

/// Performs the actions of the state machine on one channel, and puts messages together for the inbox. Event loop only.
final class AssociationHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let settings: AssociationSettings
  /// What to send as requestor.
  private let request: AssociateRequest?
  /// Tells the server what happened.
  private let onEnd: @Sendable (AssociationError) -> Void

  private var machine: AssociationStateMachine
  private var decoder: PDUStreamDecoder
  private var assembler = MessageAssembler()
  private var association: Association?
  private var context: ChannelHandlerContext?

  private var artimTimer: Scheduled<Void>?
  private var idleTimer: Scheduled<Void>?
  private var lastProgress = NIODeadline.now()
  private var hasReadBytes = false
  private var hasEnded = false
  private var isReadingPaused = false
  private var readWasAsked = false
  /// P-DATA-TF or data set on the way that nobody wants.
  private var discardsPDU = false
  private var discardsDataSet = false
  private var serial: UInt64 = 0
  private var batch: [Inbox.Item] = []

  /// - Parameter request: `nil` for an acceptor.
  init(
    settings: AssociationSettings, request: AssociateRequest?, onEnd: @escaping @Sendable (AssociationError) -> Void
  ) {
    self.settings = settings
    self.request = request
    self.onEnd = onEnd
    machine = AssociationStateMachine(role: request == nil ? .acceptor : .requestor)
    decoder = PDUStreamDecoder(maximumLength: settings.maximumLength)
  }

  /// Installs a handler and answers the association it serves. On the channel's event loop.
  static func install(
    on channel: any Channel, settings: AssociationSettings, request: AssociateRequest? = nil,
    onEnd: @escaping @Sendable (AssociationError) -> Void = { _ in }
  ) throws -> Association {
    let handler = AssociationHandler(settings: settings, request: request, onEnd: onEnd)
    let association = Association(channel: channel, handler: handler)
    handler.association = association
    try channel.pipeline.syncOperations.addHandler(handler)
    return association
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if request != nil { apply(.localAssociateRequest) }
    if context.channel.isActive { channelActive(context: context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end(.connectionClosed)
    association?.released.fail(AssociationError.connectionClosed)
    association = nil
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    lastProgress = .now()
    apply(request == nil ? .transportConnectionIndicated : .transportConnected)
    scheduleIdleCheck(after: settings.idle)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    pushBatch()
    apply(.transportClosed)
    idleTimer?.cancel()
    artimTimer?.cancel()
    end(.connectionClosed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    lastProgress = .now()
    if bytes.readableBytes < AssociationSettings.copiedReadSize {
      bytes = context.channel.allocator.buffer(buffer: bytes)
    }
    if !hasReadBytes {
      hasReadBytes = true
      if request == nil, let stranger = ForeignProtocol(firstBytes: bytes.readableBytesView) {
        apply(.invalidPDUReceived, cause: .foreignProtocol(stranger))
        // It will not understand an A-ABORT and close; waiting for that would only hold the connection.
        context.close(promise: nil)
        return
      }
    }
    decoder.feed(bytes)
    do {
      while let output = try decoder.next() { received(output) }
    } catch {
      invalid(.invalidPDU(error))
    }
    pushBatch()
  }

  func read(context: ChannelHandlerContext) {
    if isReadingPaused {
      readWasAsked = true
    } else {
      context.read()
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      lastProgress = .now()
      drainOutbox()
    }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Asked by tasks

  func resumeReading() {
    guard isReadingPaused else { return }
    isReadingPaused = false
    lastProgress = .now()
    if readWasAsked {
      readWasAsked = false
      context?.read()
    }
  }

  func abort(_ cause: AbortCause) {
    if machine.state == .awaitingAssociateRequest || machine.state == .idle {
      end(.aborted(cause))
      context?.close(promise: nil)
    } else {
      apply(.localAbort, cause: cause)
      artimTimer?.cancel()
      startARTIM(AssociationSettings.abortLinger)
    }
  }

  func drainOutbox() {
    guard let context, let association else { return }
    var hasWritten = false
    // While the channel is full the outbox stays marked as scheduled; writability brings us back.
    while context.channel.isWritable || hasEnded, let outgoing = association.takeOutgoing() {
      switch outgoing {
      case .data(let buffer):
        guard machine.process(.localData) != nil else { continue }
        context.write(wrapOutboundOut(buffer), promise: nil)
        hasWritten = true
      case .accept(let accept):
        assembler.contexts = association.contexts
        apply(.localAccept, sending: .associateAccept(accept))
      case .reject(let reject):
        apply(.localReject, sending: .associateReject(reject))
      case .releaseRequest: apply(.localReleaseRequest)
      case .releaseResponse: apply(.localReleaseResponse)
      }
    }
    if hasWritten {
      lastProgress = .now()
      context.flush()
    }
  }

  // MARK: What arrives

  private func received(_ output: PDUStreamDecoder.Output) {
    switch output {
    case .dataTransferBegan:
      switch apply(.dataReceived, cause: .unexpectedPDU(.dataTransfer)) {
      case .indicateData?, .indicateDataDuringRelease?: discardsPDU = false
      default: discardsPDU = true
      }
    case .fragment(let piece):
      guard !discardsPDU, !hasEnded else { return }
      do {
        if let output = try assembler.consume(piece) { received(output) }
      } catch {
        invalid(.invalidMessage(error))
      }
    case .pdu(let pdu):
      // The inbox must see messages before what ends them.
      pushBatch()
      received(pdu)
    }
  }

  private func received(_ pdu: PDU) {
    let cause = AbortCause.unexpectedPDU(pdu.type)
    switch pdu {
    case .associateRequest(let request): received(request)
    case .associateAccept(let accept):
      if apply(.associateAcceptReceived, cause: cause) == .confirmAccept { confirm(accept) }
    case .associateReject(let reject):
      apply(.associateRejectReceived, cause: cause, ending: .rejected(reject))
    case .dataTransfer: break
    case .releaseRequest: apply(.releaseRequestReceived, cause: cause)
    case .releaseResponse: apply(.releaseResponseReceived, cause: cause)
    case .abort(let abort): apply(.abortReceived, ending: .abortedByPeer(abort))
    }
  }

  private func received(_ request: AssociateRequest) {
    let refusal = AssociateReject(refusing: request)
    let action = apply(
      .associateRequestReceived(isAcceptable: refusal == nil), cause: .unexpectedPDU(.associateRequest),
      sending: refusal.map(PDU.associateReject))
    if action == .stopARTIMAndIndicateAssociate { association?.associateRequest.succeed(request) }
  }

  private func confirm(_ accept: AssociateAccept) {
    guard let request, let association else { return }
    let peerMaximum = accept.userInformation.maximumLength ?? 0
    guard let contexts = accept.contexts(proposed: request), PDULimits.allows(peerMaximumLength: peerMaximum) else {
      end(.unusableAcceptance)
      return abort(.requested)
    }
    assembler.contexts = contexts
    association.agree(contexts: contexts, peerMaximumLength: peerMaximum)
    association.associateAccept.succeed(accept)
  }

  private func received(_ output: MessageAssembler.Output) {
    switch output {
    case .data(let bytes, let endsDataSet):
      guard !discardsDataSet else { return }
      if bytes.readableBytes > 0 { batch.append(.data(bytes)) }
      if endsDataSet { batch.append(.endOfDataSet) }
    case .command(let command, let contextID):
      discardsDataSet = !indicate(command, contextID: contextID)
    }
  }

  /// Answers whether the message went to the inbox, so that its data set must too.
  private func indicate(_ command: CommandSet, contextID: UInt8) -> Bool {
    guard let association else { return false }
    guard let field = command.field else {
      invalid(.invalidMessage(.malformedCommandSet(.missing(.commandField))))
      return false
    }
    if field == .cCancel {
      if let id = command.integer(.messageIDBeingRespondedTo) { association.cancelArrived(id) }
      return false
    }
    if field.isResponse {
      if association.resolve(command) { return false }
      // An acceptor never asks with anything but awaited operations, so nobody would read this.
      if machine.role == .acceptor { return false }
    } else {
      guard let id = command.integer(.messageID) else {
        invalid(.invalidMessage(.malformedCommandSet(.missing(.messageID))))
        return false
      }
      association.requestArrived(id)
    }
    serial &+= 1
    batch.append(.message(InboundMessage(command: command, contextID: contextID, serial: serial)))
    return true
  }

  private func pushBatch() {
    guard !batch.isEmpty, let association else { return }
    if association.inbox.push(&batch) { isReadingPaused = true }
  }

  private func invalid(_ cause: AbortCause) {
    pushBatch()
    discardsPDU = true
    apply(.invalidPDUReceived, cause: cause)
  }

  // MARK: Actions

  /// Feeds the machine and does what it says.
  ///
  /// - Parameters:
  ///   - cause: of an abort by this side.
  ///   - ending: the end to report when the action closes the connection.
  @discardableResult
  private func apply(
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
      association?.inbox.finish(.released)
      // An acceptor answers when its requests are done; a requestor has none of the peer's.
      if machine.role == .requestor { apply(.localReleaseResponse) }
    case .indicateReleaseCollision:
      association?.inbox.finish(.released)
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

  private func write(_ pdu: PDU) {
    context?.writeAndFlush(wrapOutboundOut(pdu.encoded), promise: nil)
  }

  private func end(_ error: AssociationError) {
    guard !hasEnded else { return }
    hasEnded = true
    // What is still being read is thrown away until the peer closes, so nobody may hold it back.
    resumeReading()
    association?.end(error)
    onEnd(error)
  }

  // MARK: Timers

  private func startARTIM(_ time: TimeAmount) {
    artimTimer?.cancel()
    guard let context else { return }
    artimTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
      guard let self else { return }
      self.apply(.artimExpired, ending: .aborted(.artimExpired))
    }
  }

  private func scheduleIdleCheck(after time: TimeAmount) {
    guard let context else { return }
    idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in self?.checkIdle() }
  }

  private func checkIdle() {
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
  private func owesBytes(_ context: ChannelHandlerContext, _ association: Association) -> Bool {
    if !context.channel.isWritable { return true }
    switch machine.state {
    case .awaitingAssociateResponse, .awaitingReleaseResponse, .collisionAcceptorAwaitingResponse,
      .collisionRequestorAwaitingResponse:
      return true
    case .established:
      guard !isReadingPaused else { return false }
      return decoder.isInsidePDU || assembler.isInsideMessage || association.awaitsPeer(role: machine.role)
    default: return false
    }
  }
}
