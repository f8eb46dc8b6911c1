import Crypto
import Glibc
import NIOCore
import NIOSSL

/// What was agreed on and proved when a connection was secured.
public struct SecureConnection: Hashable, Sendable {
  public enum Version: String, Hashable, Sendable {
    case tls12 = "TLS 1.2"
    case tls13 = "TLS 1.3"
  }

  public var version: Version
  /// What the peer has shown, which is trusted; `nil` when it showed none.
  public var peerCertificate: CertificateSummary?

  public init(version: Version, peerCertificate: CertificateSummary? = nil) {
    self.version = version
    self.peerCertificate = peerCertificate
  }
}

/// A certificate as people speak of it.
public struct CertificateSummary: Hashable, Sendable {
  /// The common name, or what else the subject says first; printable characters only, as it is somebody else's word.
  public var subject: String
  /// SHA-256 of the certificate in DER, in small hexadecimal digits.
  public var fingerprint: String
  /// Seconds since 1970.
  public var notBefore: Int
  public var notAfter: Int

  static let maximumSubjectLength = 64

  init(_ certificate: NIOSSLCertificate) {
    let names = certificate.subjectName
    let name = (names.last { $0.type == .commonName } ?? names.first)?.value ?? "an unnamed subject"
    subject = String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { $0.properties.generalCategory == .control || $0 == "\u{FFFD}" ? "?" : $0 }
          .prefix(Self.maximumSubjectLength)))
    let digits = Array("0123456789abcdef")
    fingerprint = String(
      SHA256.hash(data: (try? certificate.toDERBytes()) ?? []).flatMap {
        [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
      })
    notBefore = Int(certificate.notValidBefore)
    notAfter = Int(certificate.notValidAfter)
  }

  /// A day as `2026-11-21`, in UTC.
  public static func day(_ seconds: Int) -> String {
    var moment = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&moment, &parts) != nil else { return "?" }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }

  /// What the machine's clock says of its days; `nil` when it is good today.
  var untimeliness: TransportFailure.Reason? {
    let now = Int(time(nil))
    if now > notAfter { return .certificateExpired(subject: subject, on: Self.day(notAfter)) }
    if now < notBefore { return .certificateNotYetValid(subject: subject, from: Self.day(notBefore)) }
    return nil
  }
}

extension SecureConnection {
  /// On the event loop, once the handshake is done; `nil` without TLS.
  init?(of channel: any Channel) {
    guard let handler = try? channel.pipeline.syncOperations.handler(type: NIOSSLHandler.self) else { return nil }
    self.init(
      version: handler.tlsVersion == .tlsv13 ? .tls13 : .tls12,
      peerCertificate: handler.peerCertificate.map { CertificateSummary($0) })
  }
}
