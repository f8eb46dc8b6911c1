import DICOM
import DIMSE
import Foundation
import NIOCore
import TestKit
import Testing

/// TLS with other people's toolkits, which use other people's TLS libraries.
@Suite("TLS", .timeLimit(.minutes(2)), .enabled(if: TestAuthority.isPossible, "needs openssl"))
struct SecurePeerTests {
  private static let hasDCMTK = Peer.has("storescu") && Peer.has("storescp")

  @Test("is spoken by DCMTK's tools with our server", .enabled(if: hasDCMTK))
  func dcmtkClients() async throws {
    let certificates = try await Certificates()
    let foreign = try await certificates.theirs.certify("foreign")
    let provider = TestProvider()
    let security = try certificates.acceptor()
    let instance = BuiltInstance(number: 3, pixels: 256 * 900)
    let file = try certificates.folder.write(instance.file, as: "instance.dcm")
    func tls(_ certificate: TestAuthority.Certificate) -> [String] {
      ["-v", "+tls", certificate.keyPath, certificate.path, "+cf", certificates.ours.path]
    }
    try await withServer(provider, configure: { $0.security = { security } }) { _, port, events async throws in
      let address = ["127.0.0.1", "\(port)"]
      for profile in ["+py", "+px", "+pz"] {
        let echo = try await Peer.run("echoscu", tls(certificates.client) + [profile] + address)
        #expect(echo.status == 0, "\(profile): \(echo.output)")
      }
      let store = try await Peer.run("storescu", tls(certificates.client) + ["-xe"] + address + [file])
      #expect(store.status == 0, "\(store.output)")
      #expect(provider.instances.first?.bytes == ByteBuffer(bytes: instance.dataSet))
      let find = try await Peer.run(
        "findscu",
        tls(certificates.client) + ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID=T1"] + address)
      #expect(find.status == 0 && find.output.components(separatedBy: "(Pending)").count == 4, "\(find.output)")
      let refused = try await Peer.run("echoscu", tls(foreign) + address)
      #expect(refused.status != 0, "\(refused.output)")
      let plain = try await Peer.run("echoscu", ["-v"] + address)
      #expect(plain.status != 0 && plain.output.contains("Rejected Permanent"), "\(plain.output)")
      let found = await events.first { if case .foreignProtocol(let found, _) = $0 { found } else { nil } }
      #expect(found == .dicomWithoutTLS)
    }
  }

  @Test("is spoken by our client with DCMTK's storescp", .enabled(if: hasDCMTK))
  func dcmtkServer() async throws {
    let certificates = try await Certificates()
    let port = try await unusedPort()
    let receiver = try RunningPeer(
      "storescp",
      [
        "+tls", certificates.server.keyPath, certificates.server.path, "+cf", certificates.ours.path, "+B", "-od",
        certificates.folder.path, "\(port)",
      ])
    defer { receiver.signal(9) }
    var configuration = client(port: port)
    configuration.security = try certificates.requestor(certificates.client)
    let association = try await connectWhenReady(configuration)
    #expect(association.security?.peerCertificate?.subject == "server")
    let instance = BuiltInstance(number: 4, pixels: 256 * 300)
    let context = try #require(
      association.presentationContext(for: TestProvider.secondaryCapture, in: [.explicitVRLittleEndian]))
    let outcome = try await association.cStore(
      CStoreCommand(sopClass: TestProvider.secondaryCapture, sopInstance: instance.sopInstance), in: context,
      dataSet: ByteBufferSequence([ByteBuffer(bytes: instance.dataSet)]))
    #expect(outcome.status == .success)
    try await association.release()
    let name = try #require(try certificates.folder.names().first { $0.contains(instance.sopInstance.rawValue) })
    #expect(try certificates.folder.contents(of: name).suffix(instance.dataSet.count).elementsEqual(instance.dataSet))

    // Without a certificate it is refused, and without TLS what listens there is recognised.
    configuration.security = try certificates.requestor(nil)
    await #expect(throws: AssociationError.self) { _ = try await DIMSEClient.connect(configuration) }
    configuration.security = nil
    let error = await #expect(throws: AssociationError.self) { _ = try await DIMSEClient.connect(configuration) }
    #expect(error == .aborted(.foreignProtocol(.tls)) || error == .connectionClosed, "\(String(describing: error))")
  }

  @Test("is spoken by pynetdicom, as client and as server", .enabled(if: Peer.python != nil))
  func pynetdicom() async throws {
    let python = try #require(Peer.python)
    let certificates = try await Certificates()
    let security = try certificates.acceptor()
    let files = [certificates.ours.path, certificates.client.path, certificates.client.keyPath]
    let calls = """
      import ssl, sys
      from pynetdicom import AE
      context = ssl.create_default_context(cafile=sys.argv[2])
      context.load_cert_chain(sys.argv[3], sys.argv[4])
      ae = AE(ae_title='PYNETDICOM')
      ae.add_requested_context('1.2.840.10008.1.1')
      assoc = ae.associate('127.0.0.1', int(sys.argv[1]), tls_args=(context, 'localhost'))
      assert assoc.is_established
      assert assoc.send_c_echo().Status == 0
      assoc.release()
      print('passed')
      """
    try await withServer(configure: { $0.security = { security } }) { _, port, _ async throws in
      let outcome = try await Peer.run(python, ["-c", calls, "\(port)"] + files)
      #expect(outcome.status == 0 && outcome.output.contains("passed"), "\(outcome.output)")
    }
    let listens = """
      import ssl, sys
      from pynetdicom import AE
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.verify_mode = ssl.CERT_REQUIRED
      context.load_verify_locations(sys.argv[2])
      context.load_cert_chain(sys.argv[3], sys.argv[4])
      ae = AE(ae_title='ISOCENTER')
      ae.add_supported_context('1.2.840.10008.1.1')
      ae.start_server(('127.0.0.1', int(sys.argv[1])), ssl_context=context)
      """
    let port = try await unusedPort()
    let server = try RunningPeer(
      python,
      ["-c", listens, "\(port)", certificates.ours.path, certificates.server.path, certificates.server.keyPath])
    defer { server.signal(9) }
    var configuration = client(port: port)
    configuration.security = try certificates.requestor(certificates.client)
    let association = try await connectWhenReady(configuration)
    #expect(try await association.cEcho() == .success)
    try await association.release()
  }
}
