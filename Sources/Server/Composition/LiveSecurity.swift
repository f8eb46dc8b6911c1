import ArchiveCore
import DIMSE
import Doors
import Foundation
import Logging
import Synchronization

/// The certificates of a running server, which can be read again: connections that are there stay as they are, the next
/// ones have the new ones. A file that cannot be used changes nothing.
final class LiveSecurity: Sendable {
  private struct Loaded {
    var acceptor: TransportSecurity?
    var requestors: [String: TransportSecurity] = [:]
    var material: [String: TransportSecurity.Material] = [:]
  }

  /// A certificate that ends within so many days is spoken of.
  static let daysOfWarning = 30

  private let logger: Logger
  private let state: Mutex<Loaded>

  /// - Throws: `ConfigurationError` that names the file.
  init(_ configuration: Configuration, logger: Logger) throws {
    self.logger = logger
    state = Mutex(try Self.load(configuration))
    warn()
  }

  /// Reads every file again.
  ///
  /// - Returns: whether something differs.
  /// - Throws: `ConfigurationError` that names the file; nothing has changed then.
  func reload(_ configuration: Configuration) throws -> Bool {
    let next = try Self.load(configuration)
    let differs = state.withLock { current in
      defer { current = next }
      return current.material != next.material
    }
    warn()
    return differs
  }

  /// What the listener secures its next connection with; asked for only when there is one.
  var acceptor: TransportSecurity? { state.withLock { $0.acceptor } }

  var nodes: NodeSecurity {
    NodeSecurity { [self] name in state.withLock { $0.requestors[name] } }
  }

  private static func load(_ configuration: Configuration) throws -> Loaded {
    var loaded = Loaded()
    let settings = configuration.security
    var credentials = settings.credentials.map { ($0.key, $0.value) }
    credentials.append((Node.defaultCredential, settings.own))
    for (name, credential) in credentials {
      let place = name == Node.defaultCredential ? "tls" : "tls.credentials.\(name)"
      let material = try TransportSecurity.Material(
        certificate: credential.certificate, key: credential.key, trust: credential.trust)
      loaded.material[name] = material
      do {
        loaded.requestors[name] = try TransportSecurity.requestor(material, checksName: credential.checksHostNames)
        if name == Node.defaultCredential, configuration.dicomTLS != nil {
          loaded.acceptor = try TransportSecurity.acceptor(material, clientCertificates: settings.clientCertificates)
        }
      } catch {
        throw ConfigurationError(description: "\(place): \(error)\(credential.file(of: error))")
      }
    }
    return loaded
  }

  private func warn() {
    let own = state.withLock { loaded in loaded.requestors.values.compactMap(\.certificate) }
    let now = Int(Date().timeIntervalSince1970)
    for certificate in own where certificate.notAfter - now < Self.daysOfWarning * 24 * 3600 {
      logger.warning(
        certificate.notAfter < now ? "our certificate has expired" : "our certificate expires soon",
        metadata: ["subject": "\(certificate.subject)", "on": "\(CertificateSummary.day(certificate.notAfter))"])
    }
  }
}

extension TransportSecurity.Material {
  /// The longest file of certificates that is read.
  private static let maximumLength = 4 * 1024 * 1024

  /// Reads what is named.
  ///
  /// - Throws: `ConfigurationError` that names the file.
  init(certificate: String?, key: String?, trust: String?) throws {
    func read(_ path: String?) throws -> [UInt8]? {
      guard let path else { return nil }
      guard let file = FileHandle(forReadingAtPath: path),
        let data = try? file.read(upToCount: Self.maximumLength + 1), data.count <= Self.maximumLength
      else { throw ConfigurationError(description: "cannot read \(path)") }
      return Array(data)
    }
    self.init(certificateChain: try read(certificate), privateKey: try read(key), trustRoots: try read(trust))
  }
}

extension SecuritySettings.Credential {
  /// The file that an error is about, for a message.
  func file(of error: TransportSecurityError) -> String {
    let file =
      switch error {
      case .unreadableCertificate, .missingKey: certificate
      case .unreadableKey, .keyOfAnotherCertificate: key
      case .unreadableTrust: trust
      case .missingCertificate, .missingTrust: nil as String?
      }
    return file.map { " (\($0))" } ?? ""
  }
}
