public import NIOCore

/// What happened on a server, for logs, audit and counters. Nothing here names a patient.
public enum DIMSEServerEvent: Sendable {
  case associationEstablished(AssociateRequest, AssociateAccept, peer: SocketAddress?)
  case associationRejected(AssociateRequest, AssociateReject, peer: SocketAddress?)
  /// More connections than `maximumAssociations` and `maximumExtraConnections` together.
  case connectionRefused(peer: SocketAddress?)
  /// TLS, HTTP or anything else that is not DICOM.
  case foreignProtocol(ForeignProtocol, peer: SocketAddress?)
  /// `.released` is the good end. Also of connections that never became an association.
  case connectionEnded(AssociationError, peer: SocketAddress?)
  /// The provider threw, or sent no final response; the peer got Processing Failure.
  case requestFailed(CommandField, any Error, peer: SocketAddress?)
}

extension DIMSEServerEvent {
  /// `nil` for a rejection, which is reported with its request where it is decided.
  init?(_ end: AssociationError, peer: SocketAddress?) {
    switch end {
    case .aborted(.foreignProtocol(let stranger)): self = .foreignProtocol(stranger, peer: peer)
    case .rejected: return nil
    default: self = .connectionEnded(end, peer: peer)
    }
  }
}

/// A provider returned without a final response.
public struct MissingResponse: Error, Hashable, Sendable {
  public init() {}
}
