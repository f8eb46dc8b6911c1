import NIOSSL

/// One end of secure transport connections: TLS as BCP 195 (RFC 8996, RFC 9325) asks for (PS3.15 §B.12).
///
/// TLS 1.2 and 1.3 and nothing older; of TLS 1.2 only the suites with ephemeral keys and authenticated encryption. There
/// is no compression, no renegotiation and no way back to an unsecured connection. A value is made once of certificates
/// and a key, and serves any number of connections.
public struct TransportSecurity: Sendable {
  /// What an acceptor wants of whoever calls.
  public enum ClientCertificates: String, Hashable, Sendable, CaseIterable {
    /// No connection without one that is trusted.
    case required
    /// One that is shown must be trusted.
    case accepted
    /// None is asked for.
    case none
  }

  /// What an end of a connection has in files, in PEM (RFC 7468).
  public struct Material: Hashable, Sendable {
    /// Its own certificate first, those of issuers behind it.
    public var certificateChain: [UInt8]?
    /// Not encrypted.
    public var privateKey: [UInt8]?
    /// Who is believed about others; the roots of the system when left out.
    public var trustRoots: [UInt8]?

    public init(certificateChain: [UInt8]? = nil, privateKey: [UInt8]? = nil, trustRoots: [UInt8]? = nil) {
      self.certificateChain = certificateChain
      self.privateKey = privateKey
      self.trustRoots = trustRoots
    }
  }

  /// Of TLS 1.2 (RFC 9325 §4.2); those of TLS 1.3 are all as they should be.
  static let suites: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]

  /// Certificates of one file, an issuer's or a chain's.
  static let maximumCertificates = 1000

  let context: NIOSSLContext
  /// The certificate shown to others, if there is one.
  public let certificate: CertificateSummary?

  /// For a listener.
  ///
  /// - Throws: `TransportSecurityError`; a certificate and a key are needed, and roots when certificates are asked for:
  ///   whom the system trusts is everybody with a web site.
  public static func acceptor(
    _ material: Material, clientCertificates: ClientCertificates
  ) throws(TransportSecurityError) -> TransportSecurity {
    guard material.certificateChain != nil else { throw .missingCertificate }
    guard clientCertificates == .none || material.trustRoots != nil else { throw .missingTrust }
    let verification: CertificateVerification =
      switch clientCertificates {
      case .required: .noHostnameVerification
      case .accepted: .optionalVerification
      case .none: .none
      }
    return try TransportSecurity(material, verification: verification)
  }

  /// For whoever calls.
  ///
  /// - Parameter checksName: whether the peer's certificate must be for the host name or address that is called.
  public static func requestor(
    _ material: Material = Material(), checksName: Bool = true
  ) throws(TransportSecurityError) -> TransportSecurity {
    try TransportSecurity(material, verification: checksName ? .fullVerification : .noHostnameVerification)
  }

  private init(_ material: Material, verification: CertificateVerification) throws(TransportSecurityError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = Self.suites
    configuration.renegotiationSupport = .none
    configuration.certificateVerification = verification
    configuration.sendCANameList = true
    var shown: CertificateSummary?
    if let pem = material.certificateChain {
      let chain = try Self.certificates(pem, orThrow: .unreadableCertificate)
      guard let key = material.privateKey else { throw .missingKey }
      let privateKey: NIOSSLPrivateKey
      do {
        privateKey = try NIOSSLPrivateKey(bytes: key, format: .pem) { $0([UInt8]()) }
      } catch {
        throw .unreadableKey
      }
      configuration.certificateChain = chain.map { .certificate($0) }
      configuration.privateKey = .privateKey(privateKey)
      shown = chain.first.map { CertificateSummary($0) }
    } else if material.privateKey != nil {
      throw .missingCertificate
    }
    if let pem = material.trustRoots {
      configuration.trustRoots = .certificates(try Self.certificates(pem, orThrow: .unreadableTrust))
    }
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      // Everything has been read by now: what is left is that two things do not belong together.
      throw .keyOfAnotherCertificate
    }
    certificate = shown
  }

  private static func certificates(
    _ pem: [UInt8], orThrow error: TransportSecurityError
  ) throws(TransportSecurityError) -> [NIOSSLCertificate] {
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty,
      certificates.count <= maximumCertificates
    else { throw error }
    return certificates
  }
}

/// Why certificates and keys cannot be used.
public enum TransportSecurityError: Error, Hashable, Sendable, CustomStringConvertible {
  case missingCertificate
  case missingKey
  /// Client certificates are asked for, and nobody is named who signs them.
  case missingTrust
  case unreadableCertificate
  case unreadableKey
  case unreadableTrust
  case keyOfAnotherCertificate

  public var description: String {
    switch self {
    case .missingCertificate: "a certificate is needed"
    case .missingKey: "the certificate needs its key"
    case .missingTrust: "client certificates are asked for, so it must be said who signs them"
    case .unreadableCertificate: "the certificate is not in PEM, or damaged"
    case .unreadableKey: "the key is not in PEM, damaged, or encrypted; keys are taken without passphrase"
    case .unreadableTrust: "the trusted certificates are not in PEM, or damaged"
    case .keyOfAnotherCertificate: "the key does not belong to the certificate, or is too weak"
    }
  }
}
