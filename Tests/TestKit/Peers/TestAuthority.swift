import Foundation

/// Who signs certificates for tests, by the openssl command, which our TLS library has nothing to do with.
public struct TestAuthority: Sendable {
  /// A certificate and its key, as files in PEM.
  public struct Certificate: Sendable {
    public let name: String
    public let path: String
    public let keyPath: String
  }

  public static let isPossible = Peer.has("openssl")
  public static let localNames = "DNS:localhost,IP:127.0.0.1"

  public let name: String
  /// Its own certificate.
  public let path: String
  private let folder: TemporaryFolder
  private var keyPath: String { "\(folder.path)/\(name)-key.pem" }

  /// An authority that signs itself.
  public init(_ name: String, in folder: TemporaryFolder) async throws {
    self.name = name
    self.folder = folder
    path = "\(folder.path)/\(name).pem"
    try await Self.run([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
      "/CN=\(name)", "-keyout", keyPath, "-out", path,
    ])
  }

  /// A certificate that this authority signs.
  ///
  /// - Parameters:
  ///   - names: Subject Alternative Names as openssl writes them.
  ///   - isOver: whether its days have ended.
  public func certify(
    _ name: String, names: String = localNames, isOver: Bool = false
  ) async throws -> Certificate {
    let certificate = Certificate(
      name: name, path: "\(folder.path)/\(name).pem", keyPath: "\(folder.path)/\(name)-key.pem")
    let request = "\(folder.path)/\(name).csr"
    let extensions = try folder.write(Array("subjectAltName=\(names)\n".utf8), as: "\(name).ext")
    try await Self.run([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)", "-keyout",
      certificate.keyPath, "-out", request,
    ])
    try await Self.run([
      "x509", "-req", "-in", request, "-CA", path, "-CAkey", keyPath, "-CAcreateserial", "-days", isOver ? "-1" : "20",
      "-extfile", extensions, "-out", certificate.path,
    ])
    return certificate
  }

  /// SHA-256 of a certificate as openssl prints it, without its colons.
  public static func fingerprint(of certificate: Certificate) async throws -> String {
    let outcome = try await Peer.run(
      "openssl", ["x509", "-in", certificate.path, "-noout", "-fingerprint", "-sha256"])
    let digits = outcome.output.split(separator: "=").last ?? ""
    return digits.filter(\.isHexDigit).lowercased()
  }

  private static func run(_ arguments: [String]) async throws {
    let outcome = try await Peer.run("openssl", arguments)
    guard outcome.status == 0 else { throw OpenSSLFailure(output: outcome.output) }
  }
}

public struct OpenSSLFailure: Error { public var output: String }
