import ArgumentParser
import DIMSE
import NIOCore
import NIOPosix

/// What is wrong between two application entities, and what to do about it.
enum PeerFailure {
  static func failure(_ error: any Error, _ peer: PeerAddress, calling: AETitle) -> any Error {
    if error is CancellationError || error is CommandFailure || error is ExitCode { return error }
    return CommandFailure("\(peer): \(words(error, peer, calling))")
  }

  private static func words(_ error: any Error, _ peer: PeerAddress, _ calling: AETitle) -> String {
    switch error {
    case let error as AssociationError: words(error, peer, calling)
    case let error as NIOConnectionError:
      error.connectionErrors.isEmpty
        ? "the host name is not known; check its spelling, or use the address"
        : "nothing answers there; check host and port, that the peer runs, and that no firewall is between"
    case ChannelError.connectTimeout: "no answer in time; a firewall that swallows packets looks like this"
    default: "\(error)"
    }
  }

  private static func words(_ error: AssociationError, _ peer: PeerAddress, _ calling: AETitle) -> String {
    switch error {
    case .rejected(let reject): words(reject, peer, calling)
    case .abortedByPeer(let abort): "the peer aborted the association (\(abort.reason))"
    case .aborted(.foreignProtocol(.tls)): "the peer speaks TLS on this port; use --tls, or its port without TLS"
    case .aborted(.foreignProtocol(.dicomWithoutTLS)):
      "the peer speaks DICOM without TLS on this port; leave --tls out, or use its port with TLS"
    case .transportNotSecure(let failure): "\(failure)\(remedy(failure).map { "; \($0)" } ?? "")"
    case .aborted(.foreignProtocol(.http)): "this is a web server; the DICOM port is another one"
    case .aborted(.foreignProtocol), .aborted(.invalidPDU):
      "what answers there does not speak DICOM; isocenter doctor \(peer) may tell what it is"
    case .aborted(.idleTimeout): "no answer in time; --timeout waits longer"
    case .aborted(.artimExpired): "connected, but the association was not answered; is this a DICOM port?"
    case .aborted(let cause): "the peer does not speak DICOM as it should (\(cause))"
    case .connectionClosed:
      "the peer closed the connection without a word; it may want TLS on this port, or not know this address"
    case .released: "the peer released the association early"
    case .noPresentationContext: "the peer accepted none of the services that were asked for"
    case .unexpectedResponse: "the peer answered something else than it was asked"
    case .unusableAcceptance, .unusableRequest, .dataSetTooLong, .concurrentRead: "\(error)"
    }
  }

  /// What to do about a connection that could not be secured.
  static func remedy(_ failure: TransportFailure) -> String? {
    switch failure.reason {
    case .certificateExpired: "have the peer's certificate renewed"
    case .certificateNotYetValid: "compare the clocks of the peer and of this machine"
    case .certificateNotTrusted: "give the certificate of its issuer, or itself when it is self-signed, with --trust"
    case .certificateOfAnotherHost:
      "call the peer by the name in its certificate, or use --any-host-name if that cannot be"
    case .certificateWanted: "give one that it trusts with --certificate and --key"
    case .certificateRefused: "have the issuer of --certificate added to those that the peer trusts"
    case .nothingInCommon: "the peer must offer TLS 1.2 or 1.3 with ephemeral keys and authenticated encryption"
    case .closedDuringHandshake: "it may speak no TLS on this port, or want a certificate (--certificate, --key)"
    case .noCertificateShown, .violation: nil
    }
  }

  private static func words(_ reject: AssociateReject, _ peer: PeerAddress, _ calling: AETitle) -> String {
    let remedy =
      switch reject.reason {
      case .calledAETitleNotRecognized:
        "it does not answer to the AE title \(peer.title); ask for its own and call TITLE@HOST:PORT"
      case .callingAETitleNotRecognized:
        "it does not know the AE title \(calling); have it add that title with this host, or use --calling"
      case .temporaryCongestion, .localLimitExceeded: "it has too much to do now; try again later"
      case .applicationContextNameNotSupported, .protocolVersionNotSupported: "it speaks another version of DICOM"
      default: "it gives no reason; often it does not know the AE title \(calling) or this host"
      }
    return "the association was rejected: \(remedy)"
  }
}
