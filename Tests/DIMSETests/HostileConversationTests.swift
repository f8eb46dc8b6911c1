import DICOM
import DIMSE
import NIOCore
import TestKit
import Testing

/// Thousands of conversations nobody should lead, from a seed. `ISOCENTER_SEED` begins elsewhere, `ISOCENTER_CONVERSATIONS`
/// and `ISOCENTER_ABANDONED` make it long.
@Suite("A server among hostile peers", .timeLimit(.minutes(FuzzSeed.minutes)), .serialized)
struct HostileConversationTests {
  @Test("answers each conversation in PDUs, ends it, and goes on serving somebody else")
  func conversations() async throws {
    print("conversation seed \(FuzzSeed.chosen)")
    let provider = TestProvider()
    try await withServer(
      provider, configure: { $0.idleTimeout = .seconds(20) }
    ) { server, port, _ async throws in
      let good = try await DIMSEClient.connect(client(port: port))
      let context = try #require(good.presentationContext(for: TestProvider.secondaryCapture))
      var seeds = SeededGenerator(seed: FuzzSeed.chosen)
      for number in 0..<FuzzSeed.conversations {
        let seed = seeds.next()
        var generator = SeededGenerator(seed: seed)
        let conversation = HostileConversation(using: &generator)
        // Who speaks before the answer is in another state of the machine (Sta3) than who waits (Sta6).
        let isPatient =
          conversation.begins && (conversation.isOrderly || Int.random(in: 0..<4, using: &generator) > 0)
        let pieces = conversation.pieces(waiting: isPatient, using: &generator)
        let names = conversation.steps.map(\.name)
        let isCutShort = Int.random(in: 0..<5, using: &generator) == 0
        var heard: [PDU] = []
        try await RawPeer.with(port: port) { peer async throws in
          if isPatient {
            try await peer.send(conversation.steps[0].bytes)
            if let answer = try await peer.nextPDU() { heard.append(answer) }
          }
          do {
            for piece in pieces { try await peer.send(piece) }
          } catch {
            // The server has had enough of it.
          }
          if isCutShort { return }
          // A connection whose end has come is over (Evt17), so whoever wants a last answer leaves it open until then.
          if !conversation.isOrderly { peer.finishSending() }
          while let pdu = try await peer.nextPDU() {
            heard.append(pdu)
            if conversation.isOrderly, pdu == .releaseResponse { return }
          }
        }
        // Whatever is answered is a PDU that an acceptor may send.
        let isAnswered = heard.allSatisfy {
          switch $0 {
          case .associateAccept, .associateReject, .releaseResponse, .releaseRequest, .abort: true
          case .associateRequest, .dataTransfer: false
          }
        }
        #expect(isAnswered, "conversation \(number), seed \(seed): \(names) \(heard)")
        if conversation.isOrderly, !isCutShort {
          #expect(heard.last == .releaseResponse, "conversation \(number), seed \(seed): \(names) \(heard)")
        }
        if number % 50 == 0 {
          let instance = UID(rawValue: "1.2.4.\(number)")
          let outcome = try await good.cStore(
            CStoreCommand(sopClass: TestProvider.secondaryCapture, sopInstance: instance), in: context,
            dataSet: ByteBufferSequence([ByteBuffer(repeating: 7, count: 100_000)]))
          #expect(outcome.status == .success)
        }
      }
      try await good.release()
      try await expectNothingLeft(server)
    }
    let good = provider.instances.filter { $0.command.sopInstance.rawValue.hasPrefix("1.2.4.") }
    #expect(good.count == (FuzzSeed.conversations + 49) / 50)
    #expect(good.allSatisfy { $0.bytes == ByteBuffer(repeating: 7, count: 100_000) })
  }

  @Test("is not filled by associations that are opened and left")
  func abandoned() async throws {
    try await withServer(
      configure: {
        $0.maximumAssociations = 40
        $0.maximumExtraConnections = 20
      }
    ) { server, port, _ async throws in
      let good = try await DIMSEClient.connect(client(port: port))
      for number in 0..<FuzzSeed.abandoned {
        try await RawPeer.with(port: port) { peer async throws in
          switch number % 4 {
          case 0: _ = try await peer.associate()
          case 1: try await peer.send([1, 0, 0, 0])
          case 2:
            _ = try await peer.associate()
            // Half a command, and gone.
            try await peer.send([4, 0, 0, 0, 0x10, 0, 0, 0, 0x0F, 0xFC, 1, 1, 0, 0])
          default: break
          }
        }
        if number % 100 == 0 { #expect(try await good.cEcho() == .success) }
      }
      #expect(try await good.cEcho() == .success)
      try await good.release()
      try await expectNothingLeft(server)
    }
  }

  @Test("gives those who send a byte now and then no more than their place")
  func slow() async throws {
    try await withServer(
      configure: {
        $0.associationTimeout = .seconds(3)
        $0.maximumAssociations = 4
      }
    ) { server, port, events async throws in
      let bytes = Array(SamplePDUs.all[0].encoded.readableBytesView)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<30 {
          group.addTask {
            try await RawPeer.with(port: port) { peer async throws in
              // A byte ten times a second for longer than ARTIM: sending does not prolong it.
              for byte in bytes.prefix(100) {
                do { try await peer.send([byte]) } catch { return }
                try await Task.sleep(for: .milliseconds(100))
              }
              Issue.record("a request of a byte a time was waited for")
            }
          }
        }
        let status = try await DIMSEClient.withAssociation(client(port: port)) { try await $0.cEcho() }
        #expect(status == .success)
        try await group.waitForAll()
      }
      let isTimedOut = await events.first { event -> Bool? in
        if case .connectionEnded(.aborted(.artimExpired), _) = event { true } else { nil }
      }
      #expect(isTimedOut)
      try await expectNothingLeft(server)
    }
  }

  private func expectNothingLeft(_ server: DIMSEServer) async throws {
    for _ in 0..<400 where server.associationCount > 0 { try await Task.sleep(for: .milliseconds(25)) }
    #expect(server.associationCount == 0)
  }
}
