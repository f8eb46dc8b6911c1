import DICOM
import NIOCore

// What arrives: PDUs become events of the machine, presentation data values become messages.
extension AssociationHandler {
  func received(_ output: PDUStreamDecoder.Output) {
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

  func received(_ pdu: PDU) {
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

  func received(_ request: AssociateRequest) {
    let refusal = AssociateReject(refusing: request)
    let action = apply(
      .associateRequestReceived(isAcceptable: refusal == nil), cause: .unexpectedPDU(.associateRequest),
      sending: refusal.map(PDU.associateReject))
    guard action == .stopARTIMAndIndicateAssociate, let association else { return }
    if settings.isSecure { association.secured(SecureConnection(of: association.channel)) }
    association.associateRequest.succeed(request)
  }

  func confirm(_ accept: AssociateAccept) {
    guard let request, let association else { return }
    let peerMaximum = accept.userInformation.maximumLength ?? 0
    guard let contexts = accept.contexts(proposed: request), PDULimits.allows(peerMaximumLength: peerMaximum) else {
      end(.unusableAcceptance)
      return abort(.requested)
    }
    assembler.contexts = contexts
    association.agree(contexts: contexts, peerMaximumLength: peerMaximum)
    if settings.isSecure { association.secured(SecureConnection(of: association.channel)) }
    association.associateAccept.succeed(accept)
  }

  func received(_ output: MessageAssembler.Output) {
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
  func indicate(_ command: CommandSet, contextID: UInt8) -> Bool {
    guard let association else { return false }
    guard let field = command.field else {
      invalid(.invalidMessage(.malformedCommandSet(.missing(.commandField))))
      return false
    }
    if field == .cCancel {
      if let id = command.integer(.messageIDBeingRespondedTo) { association.cancelArrived(id) }
      return false
    }
    serial &+= 1
    if field.isResponse {
      if association.resolve(command) { return false }
      // An acceptor never asks with anything but awaited operations, so nobody would read this.
      if machine.role == .acceptor { return false }
    } else {
      guard let id = command.integer(.messageID) else {
        invalid(.invalidMessage(.malformedCommandSet(.missing(.messageID))))
        return false
      }
      association.requestArrived(id, serial: serial)
    }
    batch.append(.message(InboundMessage(command: command, contextID: contextID, serial: serial)))
    return true
  }

  func pushBatch() {
    guard !batch.isEmpty, let association else { return }
    if association.inbox.push(&batch) { isReadingPaused = true }
  }

  func invalid(_ cause: AbortCause) {
    pushBatch()
    discardsPDU = true
    apply(.invalidPDUReceived, cause: cause)
  }
}
