import DIMSE
import Yams

/// Certificates for DICOM over TLS (PS3.15 §B.12): the listener's own, and those that nodes are called with.
struct SecuritySettings: Hashable, Sendable {
  /// Files in PEM.
  struct Credential: Hashable, Sendable {
    /// Our certificate first, those of issuers behind it.
    var certificate: String?
    var key: String?
    /// Who is believed about others.
    var trust: String?
    /// Whether a node's certificate must be for the host that was called.
    var checksHostNames = true
  }

  /// The listener's, and what nodes with `tls: true` are called with.
  var own = Credential()
  /// What is wanted of whoever calls.
  var clientCertificates = TransportSecurity.ClientCertificates.required
  /// What nodes are called with that name one.
  var credentials: [String: Credential] = [:]
}

extension ConfigurationReader {
  /// `tls: {certificate: F, key: F, trust: F, clientCertificates: required, credentials: {NAME: {certificate: …}}}`.
  static func security(_ value: Yams.Node, _ key: String) throws -> SecuritySettings {
    let known = ["certificate", "key", "trust", "hostNames"]
    let fields = try fields(value, key, known: known + ["clientCertificates", "credentials"])
    var settings = SecuritySettings()
    settings.own = try credential(fields, key)
    if let clients = fields["clientCertificates"] {
      let name = try text(clients, "\(key).clientCertificates")
      guard let wanted = TransportSecurity.ClientCertificates(rawValue: name) else {
        let all = TransportSecurity.ClientCertificates.allCases.map(\.rawValue).joined(separator: ", ")
        throw ConfigurationError(description: "\(key).clientCertificates must be one of \(all)")
      }
      settings.clientCertificates = wanted
    }
    guard let credentials = fields["credentials"] else { return settings }
    guard let mapping = credentials.mapping else {
      throw ConfigurationError(description: "\(key).credentials must be a mapping of names to certificates")
    }
    for (name, value) in mapping {
      let name = try text(name, "\(key).credentials")
      let place = "\(key).credentials.\(name)"
      settings.credentials[name] = try credential(try self.fields(value, place, known: known), place)
    }
    return settings
  }

  private static func credential(_ fields: [String: Yams.Node], _ key: String) throws -> SecuritySettings.Credential {
    var credential = SecuritySettings.Credential()
    credential.certificate = try fields["certificate"].map { try text($0, "\(key).certificate") }
    credential.key = try fields["key"].map { try text($0, "\(key).key") }
    credential.trust = try fields["trust"].map { try text($0, "\(key).trust") }
    if let names = fields["hostNames"] {
      let wish = try text(names, "\(key).hostNames")
      guard ["checked", "ignored"].contains(wish) else {
        throw ConfigurationError(description: "\(key).hostNames must be checked or ignored")
      }
      credential.checksHostNames = wish == "checked"
    }
    return credential
  }
}
