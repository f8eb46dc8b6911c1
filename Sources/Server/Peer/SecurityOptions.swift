import ArgumentParser
import DIMSE

/// TLS as arguments: what we show to a node, and whom we believe (PS3.15 §B.12).
struct SecurityOptions: ParsableArguments {
  @Flag(name: .long, help: "Speak TLS.")
  var tls = false
  @Option(name: .long, help: "With --tls: the certificate to show, in PEM, issuers behind it.")
  var certificate: String?
  @Option(name: .long, help: "The key of --certificate, in PEM, without passphrase.")
  var key: String?
  @Option(name: .long, help: "Believe these certificates, in PEM, about the node's; else those of the system.")
  var trust: String?
  @Flag(name: .long, help: "Take a certificate that is trusted for any host.")
  var anyHostName = false

  func validate() throws {
    guard tls || (certificate == nil && key == nil && trust == nil && !anyHostName) else {
      throw ValidationError("--certificate, --key, --trust and --any-host-name go with --tls")
    }
    guard (certificate == nil) == (key == nil) else { throw ValidationError("--certificate and --key go together") }
  }

  /// - Throws: `CommandFailure` that names the file.
  func security() throws -> TransportSecurity? {
    guard tls else { return nil }
    do {
      let material = try TransportSecurity.Material(certificate: certificate, key: key, trust: trust)
      return try TransportSecurity.requestor(material, checksName: !anyHostName)
    } catch let error as TransportSecurityError {
      let files = SecuritySettings.Credential(certificate: certificate, key: key, trust: trust)
      throw CommandFailure("\(error)\(files.file(of: error))")
    } catch let error as ConfigurationError {
      throw CommandFailure(error.description)
    }
  }
}
