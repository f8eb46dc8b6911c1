import DICOM
import DIMSE
import Foundation
import NIOCore
import Synchronization
import TestKit
import Testing

/// BCP 195 (PS3.15 §B.12): our client with our server, for what each says when it goes wrong.
@Suite("A secured connection", .timeLimit(.minutes(2)), .enabled(if: TestAuthority.isPossible, "needs openssl"))
struct SecureTransportTests {
  /// Runs a server with TLS while `body` runs.
  private func withSecureServer<Result>(
    _ security: TransportSecurity, _ provider: TestProvider = TestProvider(),
    _ body: (_ port: Int, _ events: EventLog) async throws -> Result
  ) async throws -> Result {
    try await withServer(provider, configure: { $0.security = { security } }) { _, port, events async throws in
      try await body(port, events)
    }
  }

  private func echo(_ port: Int, _ security: TransportSecurity?) async throws -> SecureConnection? {
    var configuration = client(port: port)
    configuration.security = security
    return try await DIMSEClient.withAssociation(configuration) { association async throws in
      #expect(try await association.cEcho() == .success)
      return association.security
    }
  }

  private func failure(_ port: Int, _ security: TransportSecurity) async -> TransportFailure.Reason? {
    do {
      _ = try await echo(port, security)
      return nil
    } catch AssociationError.transportNotSecure(let failure) {
      return failure.reason
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  private func serverFailure(_ events: EventLog) async -> TransportFailure.Reason {
    await events.first {
      if case .connectionEnded(.transportNotSecure(let failure), _) = $0 { failure.reason } else { nil }
    }
  }

  @Test("carries associations and large data sets, and both sides know whom they speak with")
  func agrees() async throws {
    let certificates = try await Certificates()
    let provider = TestProvider()
    try await withSecureServer(try certificates.acceptor(), provider) { port, _ async throws in
      var configuration = client(port: port)
      configuration.security = try certificates.requestor(certificates.client)
      let instance = BuiltInstance(number: 1, pixels: 256 * 8000)
      try await DIMSEClient.withAssociation(configuration) { association async throws in
        #expect(association.security?.version == .tls13)
        #expect(association.security?.peerCertificate?.subject == "server")
        let wanted = try await TestAuthority.fingerprint(of: certificates.server)
        #expect(association.security?.peerCertificate?.fingerprint == wanted)
        let context = try #require(
          association.presentationContext(for: TestProvider.secondaryCapture, in: [.explicitVRLittleEndian]))
        let outcome = try await association.cStore(
          CStoreCommand(sopClass: TestProvider.secondaryCapture, sopInstance: instance.sopInstance), in: context,
          dataSet: ByteBufferSequence(ByteBuffer(bytes: instance.dataSet).chunks(of: 99_999)))
        #expect(outcome.status == .success)
      }
      #expect(provider.instances.first?.bytes == ByteBuffer(bytes: instance.dataSet))
      #expect(provider.callers == ["client"])
    }
  }

  @Test("is refused by a caller for a reason that names the certificate")
  func refusedByCaller() async throws {
    let certificates = try await Certificates()
    let old = try await certificates.ours.certify("old", isOver: true)
    let other = try await certificates.ours.certify("pacs.example", names: "DNS:pacs.example")
    try await withSecureServer(try certificates.acceptor()) { port, events async throws in
      let stranger = try certificates.requestor(certificates.client, trusting: certificates.theirs)
      #expect(await failure(port, stranger) == .certificateNotTrusted(subject: "server"))
      #expect(await serverFailure(events) == .certificateRefused(alert: "unknown ca"))
    }
    let caller = try certificates.requestor(certificates.client)
    try await withSecureServer(try certificates.acceptor(old)) { port, _ async throws in
      guard case .certificateExpired(subject: "old", on: let day)? = await failure(port, caller) else {
        Issue.record("an expired certificate was not named")
        return
      }
      #expect(day.count == 10 && day.hasPrefix("20"))
    }
    try await withSecureServer(try certificates.acceptor(other)) { port, _ async throws in
      #expect(await failure(port, caller) == .certificateOfAnotherHost(subject: "pacs.example"))
      let lenient = try certificates.requestor(certificates.client, checksName: false)
      #expect(try await echo(port, lenient)?.peerCertificate?.subject == "pacs.example")
    }
  }

  @Test("is refused by an acceptor that wants certificates, and both sides say why")
  func refusedByAcceptor() async throws {
    let certificates = try await Certificates()
    let foreign = try await certificates.theirs.certify("foreign")
    try await withSecureServer(try certificates.acceptor()) { port, events async throws in
      #expect(await failure(port, try certificates.requestor(nil)) == .certificateWanted)
      #expect(await serverFailure(events) == .noCertificateShown)
      #expect(try await echo(port, certificates.requestor(certificates.client)) != nil)
    }
    for wish in [TransportSecurity.ClientCertificates.required, .accepted] {
      try await withSecureServer(try certificates.acceptor(clients: wish)) { port, events async throws in
        let reason = await failure(port, try certificates.requestor(foreign))
        #expect(reason == .certificateRefused(alert: "unknown ca"))
        #expect(await serverFailure(events) == .certificateNotTrusted(subject: "foreign"))
      }
    }
    for wish in [TransportSecurity.ClientCertificates.accepted, .none] {
      let provider = TestProvider()
      try await withSecureServer(try certificates.acceptor(clients: wish), provider) { port, _ async throws in
        #expect(try await echo(port, certificates.requestor(nil)) != nil)
        #expect(provider.callers == [nil])
      }
    }
  }

  @Test("is not made with a peer that speaks DICOM without TLS, and each is told so")
  func mismatched() async throws {
    let certificates = try await Certificates()
    try await withSecureServer(try certificates.acceptor()) { port, events async throws in
      await #expect(throws: AssociationError.rejected(AssociateReject(.permanent, .acseNoReasonGiven))) {
        _ = try await echo(port, nil)
      }
      let found = await events.first { if case .foreignProtocol(let found, _) = $0 { found } else { nil } }
      #expect(found == .dicomWithoutTLS)
      #expect(try await echo(port, certificates.requestor(certificates.client)) != nil)
    }
    try await withServer { _, port, events async throws in
      await #expect(throws: AssociationError.aborted(.foreignProtocol(.dicomWithoutTLS))) {
        _ = try await echo(port, certificates.requestor(certificates.client))
      }
      let found = await events.first { if case .foreignProtocol(let found, _) = $0 { found } else { nil } }
      #expect(found == .tls)
      #expect(try await echo(port, nil) == nil)
    }
  }

  @Test("closes on what is neither DICOM nor TLS, and says what it was")
  func stranger() async throws {
    let certificates = try await Certificates()
    try await withSecureServer(try certificates.acceptor()) { port, events async throws in
      try await RawPeer.with(port: port) { peer async throws in
        try await peer.send(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(try await peer.nextPDU() == nil)
      }
      let found = await events.first { if case .foreignProtocol(let found, _) = $0 { found } else { nil } }
      #expect(found == .http)
      try await RawPeer.with(port: port) { peer async throws in
        // The beginning of a handshake that never goes on, and then nothing.
        try await peer.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
        #expect(try await echo(port, certificates.requestor(certificates.client)) != nil)
      }
    }
  }

  @Test("shows new certificates from the next one on")
  func renewed() async throws {
    let certificates = try await Certificates()
    let next = try await certificates.ours.certify("renewed")
    let current = Mutex(try certificates.acceptor())
    let renewed = try certificates.acceptor(next)
    try await withServer(configure: { $0.security = { current.withLock { $0 } } }) { _, port, _ async throws in
      let caller = try certificates.requestor(certificates.client)
      var configuration = client(port: port)
      configuration.security = caller
      try await DIMSEClient.withAssociation(configuration) { old async throws in
        #expect(old.security?.peerCertificate?.subject == "server")
        current.withLock { $0 = renewed }
        #expect(try await echo(port, caller)?.peerCertificate?.subject == "renewed")
        #expect(try await old.cEcho() == .success)
      }
    }
  }

  @Test("is not made of files that do not belong together")
  func material() async throws {
    let certificates = try await Certificates()
    let good = try certificates.server.material(trusting: certificates.ours)
    func error(_ change: (inout TransportSecurity.Material) -> Void) -> TransportSecurityError? {
      var material = good
      change(&material)
      do {
        _ = try TransportSecurity.acceptor(material, clientCertificates: .required)
        return nil
      } catch {
        return error
      }
    }
    let other = try certificates.client.material().privateKey
    #expect(error { _ in } == nil)
    #expect(error { $0.certificateChain = nil } == .missingCertificate)
    #expect(error { $0.privateKey = nil } == .missingKey)
    #expect(error { $0.trustRoots = nil } == .missingTrust)
    #expect(error { $0.certificateChain = Array("nonsense".utf8) } == .unreadableCertificate)
    #expect(error { $0.privateKey = Array("nonsense".utf8) } == .unreadableKey)
    #expect(error { $0.trustRoots = [] } == .unreadableTrust)
    #expect(error { $0.privateKey = other } == .keyOfAnotherCertificate)
    let locked = "\(certificates.folder.path)/locked.pem"
    _ = try await Peer.run(
      "openssl", ["pkey", "-in", certificates.server.keyPath, "-aes128", "-passout", "pass:secret", "-out", locked])
    let encrypted = Array(try Data(contentsOf: URL(fileURLWithPath: locked)))
    #expect(error { $0.privateKey = encrypted } == .unreadableKey)
  }

  struct Offer: Sendable {
    var arguments: [String]
    var isTaken: Bool
  }

  static let offers = [
    Offer(arguments: ["-tls1", "-cipher", "ALL:@SECLEVEL=0"], isTaken: false),
    Offer(arguments: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], isTaken: false),
    Offer(arguments: ["-tls1_2", "-cipher", "AES128-GCM-SHA256"], isTaken: false),
    Offer(arguments: ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], isTaken: false),
    Offer(arguments: ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"], isTaken: false),
    Offer(arguments: ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], isTaken: false),
    Offer(arguments: ["-tls1_2", "-cipher", "NULL:@SECLEVEL=0"], isTaken: false),
    Offer(arguments: ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"], isTaken: true),
    Offer(arguments: ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"], isTaken: true),
    Offer(arguments: ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"], isTaken: true),
    Offer(arguments: ["-tls1_3"], isTaken: true),
    Offer(arguments: ["-tls1_3", "-groups", "P-256"], isTaken: true),
  ]

  @Test("is made with versions and suites of BCP 195 only: openssl s_client")
  func versions() async throws {
    let certificates = try await Certificates()
    try await withSecureServer(try certificates.acceptor(clients: .none)) { port, _ async throws in
      for offer in Self.offers {
        let outcome = try await Peer.run(
          "openssl",
          ["s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", certificates.ours.path, "-verify_return_error"]
            + offer.arguments)
        #expect((outcome.status == 0) == offer.isTaken, "\(offer.arguments): \(outcome.output.suffix(600))")
      }
    }
  }
}
