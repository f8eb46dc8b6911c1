import NIOCore
import NIOSSL

/// Why a connection could not be secured, or did not stay so, in words a person can act on.
public struct TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    case certificateExpired(subject: String, on: String)
    case certificateNotYetValid(subject: String, from: String)
    /// Nobody who is trusted has signed it.
    case certificateNotTrusted(subject: String)
    /// It is for another host than the one that was called.
    case certificateOfAnotherHost(subject: String)
    /// A certificate was required and none was shown.
    case noCertificateShown
    /// The peer requires a certificate of us.
    case certificateWanted
    /// The peer does not take our certificate; its alert (RFC 8446 §6.2).
    case certificateRefused(alert: String)
    /// No TLS version or cipher suite that both have.
    case nothingInCommon
    /// The peer ended the connection without a word.
    case closedDuringHandshake
    /// Anything else, a failed integrity check among it; the word of the TLS library.
    case violation(String)
  }

  public var reason: Reason

  public init(_ reason: Reason) { self.reason = reason }

  public var description: String {
    switch reason {
    case .certificateExpired(let subject, let day): "the certificate of \(subject) expired on \(day)"
    case .certificateNotYetValid(let subject, let day): "the certificate of \(subject) is not valid before \(day)"
    case .certificateNotTrusted(let subject):
      "the certificate of \(subject) is not trusted: none of the trusted certificates has signed it"
    case .certificateOfAnotherHost(let subject):
      "the certificate is for \(subject), not for the host name or address that was called"
    case .noCertificateShown: "the peer shows no certificate, and one is required"
    case .certificateWanted: "the peer wants a certificate"
    case .certificateRefused(let alert): "the peer does not take the certificate it was shown (\(alert))"
    case .nothingInCommon: "both sides have no TLS version or cipher suite in common; TLS 1.2 and 1.3 are spoken here"
    case .closedDuringHandshake: "the peer closed the connection during the TLS handshake"
    case .violation(let word): "the TLS connection broke (\(word))"
    }
  }
}

extension TransportFailure {
  /// What an error of the TLS handler means; `nil` for one that is only the end of the connection, or not of TLS.
  ///
  /// - Parameter peer: the certificate that the peer has shown by then.
  init?(_ error: any Error, peer: CertificateSummary?) {
    let subject = peer?.subject ?? "the peer"
    if let error = error as? NIOSSLExtraError {
      guard error == .failedToValidateHostname || error == .serverHostnameImpossibleToMatch else { return nil }
      self.init(.certificateOfAnotherHost(subject: subject))
      return
    }
    let text: String
    switch error {
    case NIOSSLError.handshakeFailed(let inner): text = "\(inner)"
    case NIOSSLError.unableToValidateCertificate: text = "CERTIFICATE_VERIFY_FAILED"
    case NIOSSLError.noCertificateToValidate: text = "PEER_DID_NOT_RETURN_A_CERTIFICATE"
    // A peer that has said everything may close the connection as it likes; DICOM has an end of its own.
    case BoringSSLError.zeroReturn, BoringSSLError.syscallError: return nil
    case let inner as BoringSSLError: text = "\(inner)"
    default: return nil
    }
    self.init(Self.reason(Self.word(in: text), peer: peer, subject))
  }

  /// The library's name of the reason: `error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN at …`.
  private static func word(in text: String) -> String {
    let marker = "OPENSSL_internal:"
    guard let start = text.firstRange(of: marker)?.upperBound else {
      return text.contains("EOF during handshake") ? "EOF" : text.contains("VERIFY_FAILED") ? text : "UNKNOWN"
    }
    return String(text[start...].prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") })
  }

  private static func reason(_ word: String, peer: CertificateSummary?, _ subject: String) -> Reason {
    switch word {
    case "EOF": .closedDuringHandshake
    case "CERTIFICATE_VERIFY_FAILED": peer?.untimeliness ?? .certificateNotTrusted(subject: subject)
    case "PEER_DID_NOT_RETURN_A_CERTIFICATE": .noCertificateShown
    case "TLSV1_ALERT_CERTIFICATE_REQUIRED": .certificateWanted
    case "SSLV3_ALERT_BAD_CERTIFICATE", "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", "SSLV3_ALERT_CERTIFICATE_REVOKED",
      "SSLV3_ALERT_CERTIFICATE_EXPIRED", "SSLV3_ALERT_CERTIFICATE_UNKNOWN", "TLSV1_ALERT_UNKNOWN_CA",
      "TLSV1_ALERT_ACCESS_DENIED":
      .certificateRefused(
        alert: word.split(separator: "_").drop { $0 != "ALERT" }.dropFirst().joined(separator: " ").lowercased())
    case "UNSUPPORTED_PROTOCOL", "NO_SHARED_CIPHER", "TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE",
      "TLSV1_ALERT_INSUFFICIENT_SECURITY", "NO_COMMON_SIGNATURE_ALGORITHMS", "NO_SUPPORTED_VERSIONS_ENABLED":
      .nothingInCommon
    default: .violation(word)
    }
  }
}
