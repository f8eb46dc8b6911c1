import DICOM
import NIOCore

extension AssociateReject {
  /// What the upper layer refuses by itself, before anybody is asked (PS3.8 Table 9-21).
  init?(refusing request: AssociateRequest) {
    if request.protocolVersion & 1 == 0 {
      self.init(.permanent, .protocolVersionNotSupported)
    } else if request.applicationContext != .dicomApplicationContext {
      self.init(.permanent, .applicationContextNameNotSupported)
    } else if !request.callingAETitle.isValid {
      self.init(.permanent, .callingAETitleNotRecognized)
    } else if !request.calledAETitle.isValid {
      self.init(.permanent, .calledAETitleNotRecognized)
    } else if !PDULimits.allows(peerMaximumLength: request.userInformation.maximumLength ?? 0) {
      self.init(.permanent, .noReasonGiven)
    } else {
      return nil
    }
  }
}

extension PDULimits {
  /// Whether a peer that takes PDUs of this length can be spoken to; 0 is no limit.
  static func allows(peerMaximumLength length: UInt32) -> Bool {
    length == 0 || length >= leastPeerMaximumLength
  }
}

extension AssociateAccept {
  /// The contexts agreed on, `nil` when the answer does not fit the request.
  func contexts(proposed request: AssociateRequest) -> [UInt8: PresentationContext]? {
    var agreed: [UInt8: PresentationContext] = [:]
    for result in presentationContexts {
      guard let proposal = request.presentationContexts.first(where: { $0.id == result.id }) else { return nil }
      guard result.result == .acceptance else { continue }
      guard let syntax = result.transferSyntax, proposal.transferSyntaxes.contains(syntax) else { return nil }
      agreed[result.id] = PresentationContext(
        id: result.id, abstractSyntax: proposal.abstractSyntax, transferSyntax: TransferSyntax(uid: syntax))
    }
    return agreed
  }
}

extension PDU {
  /// Whether a peer reads the PDU as it was meant; values made here may be too long for their length fields.
  var isFaithful: Bool {
    var body = encoded
    body.moveReaderIndex(forwardBy: 6)
    return (try? PDU(type: type, body: body)) == self
  }
}
