import DICOM
import DIMSE
import NIOCore
import TestKit
import Testing

@Suite("An asynchronous operations window", .timeLimit(.minutes(1)))
struct OperationsWindowTests {
  private static let ours = AsynchronousOperationsWindow.greatestInvoked

  @Test(
    "is accepted as far as was proposed and as we have it (PS3.7 §D.3.3.3)",
    arguments: [
      (1, 1, 1, 1), (5, 2, 5, 1), (0, 0, ours, 1), (1000, 7, ours, 1), (ours, 1, ours, 1),
    ] as [(UInt16, UInt16, UInt16, UInt16)])
  func negotiated(invoked: UInt16, performed: UInt16, acceptedInvoked: UInt16, acceptedPerformed: UInt16) async throws {
    try await withServer { _, port, _ async throws in
      var configuration = client(port: port)
      configuration.asynchronousOperationsWindow = AsynchronousOperationsWindow(
        maximumInvoked: invoked, maximumPerformed: performed)
      try await DIMSEClient.withAssociation(configuration) { association async throws in
        let answer = association.acceptance.userInformation.asynchronousOperationsWindow
        #expect(
          answer
            == AsynchronousOperationsWindow(maximumInvoked: acceptedInvoked, maximumPerformed: acceptedPerformed))
        #expect(association.operationsWindow == Int(acceptedInvoked))
      }
    }
  }

  @Test("is not spoken of when it was not proposed")
  func absent() async throws {
    try await withServer { _, port, _ async throws in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        #expect(association.acceptance.userInformation.asynchronousOperationsWindow == nil)
        #expect(association.operationsWindow == 1)
      }
    }
  }

  @Test("lets instances follow each other before the first is answered, and every one gets its own answer")
  func pipelined() async throws {
    let provider = TestProvider()
    try await withServer(provider) { _, port, _ async throws in
      var configuration = client(port: port)
      configuration.asynchronousOperationsWindow = AsynchronousOperationsWindow(
        maximumInvoked: 0, maximumPerformed: 1)
      try await DIMSEClient.withAssociation(configuration) { association async throws in
        let context = try #require(association.presentationContext(for: TestProvider.secondaryCapture))
        // The first is held until all are sent: without a window this would wait for ever.
        var names: [UID] = ["1.2.999.4"]
        names += (2...association.operationsWindow).map { UID(rawValue: "1.2.3.\($0)") }
        names[5] = "1.2.999.3"
        var pending: [PendingStore] = []
        for (index, name) in names.enumerated() {
          let bytes = ByteBuffer(repeating: UInt8(index), count: index * 3000)
          pending.append(
            try await association.startStore(
              CStoreCommand(sopClass: TestProvider.secondaryCapture, sopInstance: name), in: context,
              dataSet: ByteBufferSequence(bytes.chunks(of: 4096))))
        }
        await provider.gate.arrival()
        provider.gate.open()
        for (index, store) in pending.enumerated() {
          #expect(try await store.outcome().status == (index == 5 ? .outOfResources : .success))
        }
        let wanted = names.enumerated().filter { $0.offset != 5 }
        #expect(provider.instances.map(\.command.sopInstance) == wanted.map(\.element))
        #expect(provider.instances.map(\.bytes.readableBytes) == wanted.map { $0.offset * 3000 })
      }
    }
  }

  @Test("is understood by pynetdicom", .enabled(if: Peer.python != nil))
  func pynetdicom() async throws {
    let script = """
      import sys
      from pynetdicom import AE
      from pynetdicom.pdu_primitives import AsynchronousOperationsWindowNegotiation
      ae = AE(ae_title='PYNETDICOM')
      ae.add_requested_context('1.2.840.10008.1.1')
      window = AsynchronousOperationsWindowNegotiation()
      window.maximum_number_operations_invoked = 12
      window.maximum_number_operations_performed = 3
      assoc = ae.associate('127.0.0.1', int(sys.argv[1]), ext_neg=[window])
      assert assoc.is_established
      assert assoc.acceptor.asynchronous_operations == (12, 1), assoc.acceptor.asynchronous_operations
      assert assoc.send_c_echo().Status == 0
      assoc.release()
      print('passed')
      """
    let python = try #require(Peer.python)
    try await withServer { _, port, _ async throws in
      let outcome = try await Peer.run(python, ["-c", script, "\(port)"])
      #expect(outcome.status == 0 && outcome.output.contains("passed"), "\(outcome.output)")
    }
  }
}
