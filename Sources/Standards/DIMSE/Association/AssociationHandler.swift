import DICOM
import NIOCore

/// Performs the actions of the state machine on one channel, and puts messages together for the inbox. Event loop only.
final class AssociationHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let settings: AssociationSettings
  /// What to send as requestor.
  let request: AssociateRequest?
  /// Tells the server what happened.
  let onEnd: @Sendable (AssociationError) -> Void

  var machine: AssociationStateMachine
  var decoder: PDUStreamDecoder
  var assembler = MessageAssembler()
  var association: Association?
  var context: ChannelHandlerContext?

  var artimTimer: Scheduled<Void>?
  var idleTimer: Scheduled<Void>?
  var lastProgress = NIODeadline.now()
  var hasReadBytes = false
  var hasEnded = false
  var isReadingPaused = false
  var readWasAsked = false
  /// P-DATA-TF or data set on the way that nobody wants.
  var discardsPDU = false
  var discardsDataSet = false
  var serial: UInt64 = 0
  var batch: [Inbox.Item] = []

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
    do {
      try channel.pipeline.syncOperations.addHandler(handler)
    } catch {
      handler.end(.connectionClosed)
      throw error
    }
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
    if let foreign = error as? ForeignTransport {
      // Whoever saw it answers it, and closes.
      end(.aborted(.foreignProtocol(foreign.found)))
      return
    }
    let peer = settings.isSecure ? SecureConnection(of: context.channel)?.peerCertificate : nil
    if let failure = TransportFailure(error, peer: peer) { end(.transportNotSecure(failure)) }
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
      if let stranger = ForeignProtocol(firstBytes: bytes.readableBytesView) {
        // An A-ABORT is also the clearest answer to TLS: its tools know a port without TLS by it, where an alert would
        // look like a port with TLS that has something to object to.
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
}
