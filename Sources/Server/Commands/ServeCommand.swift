import ArchiveCore
import ArgumentParser
import CoreMetrics
import DIMSE
import Doors
import EmbeddedStore
import Foundation
import Logging

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the server until it is told to stop (SIGTERM, Ctrl-C).")

  @Option(name: .long, help: "The data directory; made when it is not there. (default: data)")
  var data: String?
  @Option(name: .long, help: "Where HTTP listens, HOST:PORT. (default: 127.0.0.1:8080)")
  var http: String?
  @Option(name: .long, help: "Where DICOM listens, HOST:PORT. (default: 127.0.0.1:11112)")
  var dicom: String?
  @Option(name: .long, help: "Where DICOM over TLS listens, HOST:PORT; 2762 is its registered port.")
  var dicomTls: String?
  @Option(name: .long, help: "Our certificate for TLS, in PEM, issuers behind it.")
  var tlsCertificate: String?
  @Option(name: .long, help: "Its key, in PEM, without passphrase.")
  var tlsKey: String?
  @Option(name: .long, help: "The certificates, in PEM, that are believed about those of nodes.")
  var tlsTrust: String?
  @Option(name: .long, help: "Whether callers over TLS must show a certificate. (default: required)")
  var clientCertificates: Wish?
  @Option(name: .long, help: "Our AE title. (default: ISOCENTER)")
  var aeTitle: String?
  @Option(name: .long, help: "A YAML file; options and ISOCENTER_… variables stand before it.")
  var config: String?
  @Flag(name: .long, help: "No sign-in and any AE title; only when every listener is on loopback.")
  var open = false
  @Flag(name: .long, help: "Fill an empty archive with the demo hospital and know DCMTK's customary AE titles.")
  var demo = false

  /// `TransportSecurity.ClientCertificates` as an argument.
  enum Wish: String, ExpressibleByArgument, CaseIterable {
    case required, accepted, none

    var clientCertificates: TransportSecurity.ClientCertificates {
      switch self {
      case .required: .required
      case .accepted: .accepted
      case .none: .none
      }
    }
  }

  func run() async throws {
    let source = try source()
    let configuration = try source.read()
    let registry = PrometheusRegistry()
    MetricsSystem.bootstrap(registry)
    let figures = ProcessFigures(.system)
    registry.collect { figures.readings() }
    let level = Logger.Level(rawValue: configuration.logLevel) ?? .info
    let threshold = LogThreshold(level)
    LoggingSystem.bootstrap { AdjustableLogHandler(label: $0, threshold: threshold) }
    let logger = Logger(label: "isocenter")

    let opened = try await OpenArchive.open(configuration)
    if try await opened.catalog.needsRebuild() {
      logger.notice("an earlier rebuild of the catalog was cut off; rebuilding")
      _ = try await opened.rebuildCatalog { _, _ in }
    }
    let recovered = try await opened.archive.recover()
    if recovered.containers > 0 {
      logger.notice(
        "recovered after an unclean stop",
        metadata: [
          "containers": "\(recovered.containers)", "records": "\(recovered.applied)",
          "damaged": "\(recovered.damaged)",
        ])
    }
    let final = configuration
    if demo { try await DemoCommand.fill(opened) }
    let live = LiveConfiguration(configuration, from: source)
    let server = try RunningServer(
      live: live, opened: opened, registry: registry, logger: logger, threshold: threshold)
    try await server.run {
      // The account is made when its password can be shown: not before the doors are open, and not in open mode.
      let password = final.open ? nil : try await opened.signIn.prepareFirstStart()
      Self.greet(final, password: password?.text)
    }
    try await opened.close()
  }

  /// - Throws: `ValidationError` for options that cannot be.
  private func source() throws -> ConfigurationSource {
    let (data, aeTitle, isOpen, isDemo) = (data, aeTitle, open, demo)
    let http = try http.map { try endpoint($0, "--http") }
    let dicom = try dicom.map { try endpoint($0, "--dicom") }
    let dicomTLS = try dicomTls.map { try endpoint($0, "--dicom-tls") }
    let (certificate, key, trust, clients) = (tlsCertificate, tlsKey, tlsTrust, clientCertificates)
    return ConfigurationSource(file: config) { configuration in
      if let data { configuration.data = data }
      if let http { configuration.http = http }
      if let dicom { configuration.dicom = dicom }
      if let dicomTLS { configuration.dicomTLS = dicomTLS }
      if let certificate { configuration.security.own.certificate = certificate }
      if let key { configuration.security.own.key = key }
      if let trust { configuration.security.own.trust = trust }
      if let clients { configuration.security.clientCertificates = clients.clientCertificates }
      if let aeTitle { configuration.aeTitle = aeTitle }
      if isOpen { configuration.open = true }
      guard isDemo else { return }
      if configuration.dicom.isLoopback { configuration.nodes += DemoCommand.callers }
      let known = Set(configuration.sites.map(\.id))
      configuration.sites += DemoCommand.sites.filter { !known.contains($0.id) }
    }
  }

  private func endpoint(_ text: String, _ option: String) throws -> Endpoint {
    guard let endpoint = Endpoint(text) else { throw ValidationError("\(option) wants HOST:PORT, not “\(text)”") }
    return endpoint
  }

  /// What a person needs to know to begin, on standard output.
  private static func greet(_ configuration: Configuration, password: String?) {
    var lines = [
      "Isocenter \(ProductVersion.text) is running.",
      "  web        http://\(configuration.http)/",
      "  DICOMweb   http://\(configuration.http)/dicom-web",
      "  DICOM      \(configuration.aeTitle) at \(configuration.dicom)",
    ]
    if let secure = configuration.dicomTLS { lines.append("  with TLS   \(configuration.aeTitle) at \(secure)") }
    lines.append("  data       \(configuration.data)")
    if configuration.open {
      lines.append("  open: no sign-in, any AE title")
    } else {
      lines.append("  sign in as \(SignIn.firstAccount)")
      if let password { lines.append("password: \(password)") }
    }
    FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
  }
}

extension Configuration {
  /// - Throws: `ConfigurationError` for listeners that would let strangers in.
  func refuseUnsafeListeners() throws {
    if open, !http.isLoopback || !dicom.isLoopback || dicomTLS?.isLoopback == false {
      throw ConfigurationError(
        description: "open mode (no sign-in) is for listeners on loopback only; give 127.0.0.1 or leave --open away")
    }
    if !http.isLoopback, !trustedProxy {
      throw ConfigurationError(
        description: "HTTP on \(http) would send passwords and images in the clear: put a TLS proxy before it and "
          + "declare it with “trustedProxy: true”, or listen on 127.0.0.1")
    }
  }
}

extension Configuration {
  /// - Throws: `ConfigurationError` for nodes that are to be called with what is not there.
  func refuseUnknownCredentials() throws {
    for node in nodes {
      guard let name = node.tls, name != Node.defaultCredential, security.credentials[name] == nil else { continue }
      throw ConfigurationError(
        description: "node \(node.aeTitle): there is no “\(name)” in tls.credentials; “true” is the listener's own")
    }
  }
}
