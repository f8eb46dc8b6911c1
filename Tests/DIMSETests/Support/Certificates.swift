import DIMSE
import Foundation
import TestKit

extension TestAuthority {
  func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}

extension TestAuthority.Certificate {
  func material(trusting authority: TestAuthority? = nil) throws -> TransportSecurity.Material {
    TransportSecurity.Material(
      certificateChain: Array(try Data(contentsOf: URL(fileURLWithPath: path))),
      privateKey: Array(try Data(contentsOf: URL(fileURLWithPath: keyPath))), trustRoots: try authority?.bytes())
  }
}

/// One authority, whom both sides trust, and another one; what each has signed.
struct Certificates: Sendable {
  let folder: TemporaryFolder
  let ours: TestAuthority
  let theirs: TestAuthority
  let server: TestAuthority.Certificate
  let client: TestAuthority.Certificate

  init() async throws {
    folder = try TemporaryFolder()
    ours = try await TestAuthority("ours", in: folder)
    theirs = try await TestAuthority("theirs", in: folder)
    server = try await ours.certify("server")
    client = try await ours.certify("client")
  }

  func acceptor(
    _ certificate: TestAuthority.Certificate? = nil,
    clients: TransportSecurity.ClientCertificates = .required
  ) throws -> TransportSecurity {
    try .acceptor((certificate ?? server).material(trusting: ours), clientCertificates: clients)
  }

  /// - Parameter trust: ours unless said otherwise.
  func requestor(
    _ certificate: TestAuthority.Certificate?, trusting trust: TestAuthority? = nil, checksName: Bool = true
  ) throws -> TransportSecurity {
    var material = try certificate?.material() ?? TransportSecurity.Material()
    material.trustRoots = try (trust ?? ours).bytes()
    return try .requestor(material, checksName: checksName)
  }
}
