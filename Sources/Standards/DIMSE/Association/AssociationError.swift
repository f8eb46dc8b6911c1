/// Why an association cannot be used, or no longer.
public enum AssociationError: Error, Hashable, Sendable {
  /// The peer answered A-ASSOCIATE-RJ.
  case rejected(AssociateReject)
  /// The peer sent A-ABORT.
  case abortedByPeer(Abort)
  /// This side sent A-ABORT.
  case aborted(AbortCause)
  /// The transport connection ended without release or abort.
  case connectionClosed
  /// The transport connection could not be secured, or did not stay so (PS3.15 §B.12).
  case transportNotSecure(TransportFailure)
  /// The association was released while something was still wanted of it.
  case released
  /// No accepted presentation context serves this.
  case noPresentationContext
  /// The acceptance answers contexts that were not proposed, or the peer takes PDUs too short to speak in.
  case unusableAcceptance
  /// The request has no PDU: contexts missing, repeated or numbered evenly, or items longer than 64 KiB.
  case unusableRequest
  /// The peer answered another operation, or with an incomplete command set.
  case unexpectedResponse
  /// A data set to be held in memory exceeds its bound of so many bytes.
  case dataSetTooLong(limit: Int)
  /// A second reader on a stream that has one.
  case concurrentRead
}

/// Why this side aborted.
public enum AbortCause: Hashable, Sendable {
  /// The application, or the cancellation of its task.
  case requested
  case shutdown
  case invalidPDU(PDUError)
  case invalidMessage(MessageError)
  case unexpectedPDU(PDUType)
  /// Bytes of another protocol instead of A-ASSOCIATE-RQ.
  case foreignProtocol(ForeignProtocol)
  /// The peer owed bytes, or did not read ours, for too long.
  case idleTimeout
  /// No A-ASSOCIATE-RQ before the ARTIM timer expired (PS3.8 §9.1.5).
  case artimExpired

  /// What the A-ABORT says when the upper layer sends it.
  var reason: Abort.Reason {
    switch self {
    case .invalidPDU(let error): error.abortReason
    case .invalidMessage(let error): error.abortReason
    case .unexpectedPDU: .unexpectedPDU
    case .foreignProtocol: .unrecognizedPDU
    case .requested, .shutdown, .idleTimeout, .artimExpired: .notSpecified
    }
  }
}

/// What else arrives on a DICOM port.
public enum ForeignProtocol: Hashable, Sendable {
  /// TLS: a peer configured for secure transport (PS3.15 §B) and spoken to without.
  case tls
  /// A PDU on a connection that is to be secured.
  case dicomWithoutTLS
  case http
  case unknown(firstByte: UInt8)

  /// Recognises a protocol by the first bytes of a connection; `nil` when they may be a PDU.
  init?(firstBytes bytes: some Collection<UInt8>) {
    guard let first = bytes.first, PDUType(rawValue: first) == nil else { return nil }
    let methods = ["GET ", "POST", "HEAD", "PUT ", "OPTI", "DELE", "CONN", "PATC", "PRI ", "HTTP"]
    // A handshake, or the alert that a TLS port answers a PDU with (RFC 8446 §5.1).
    if first == 0x16 || first == 0x15 {
      self = .tls
    } else if methods.contains(String(decoding: bytes.prefix(4), as: UTF8.self)) {
      self = .http
    } else {
      self = .unknown(firstByte: first)
    }
  }
}
