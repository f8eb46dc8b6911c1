import DICOM
import DIMSE
import NIOCore
import Testing

@Suite("Our client and our server", .timeLimit(.minutes(1)))
struct LoopbackTests {
  @Test("agree on what both support")
  func negotiation() async throws {
    try await withServer { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        #expect(association.presentationContexts.count == 7)
        #expect(association.acceptance.presentationContexts.last?.result == .abstractSyntaxNotSupported)
        #expect(association.acceptance.userInformation.implementationVersionName == "ISOCENTER_1")
        #expect(
          association.acceptance.userInformation.roleSelections
            == [RoleSelection(sopClass: TestProvider.ctImage, isSCU: true, isSCP: true)])
        #expect(try await association.cEcho() == .success)
        #expect(try await association.cEcho() == .success)
      }
    }
  }

  @Test("do not even call with a request that has no PDU")
  func unusableRequest() async throws {
    var configuration = client(port: 1)
    configuration.userIdentity = UserIdentity(
      kind: .samlAssertion, wantsResponse: false, primary: [UInt8](repeating: 0, count: 70_000))
    await #expect(throws: AssociationError.unusableRequest) { _ = try await DIMSEClient.connect(configuration) }
    configuration.userIdentity = nil
    configuration.presentationContexts[1].id = 2
    await #expect(throws: AssociationError.unusableRequest) { _ = try await DIMSEClient.connect(configuration) }
  }

  @Test("part with the reason of the rejection")
  func rejection() async throws {
    try await withServer { _, port, events in
      await #expect(throws: AssociationError.rejected(.init(.permanent, .calledAETitleNotRecognized))) {
        _ = try await DIMSEClient.connect(client(port: port, called: "REFUSED"))
      }
      let reject = await events.first { event in
        if case .associationRejected(_, let reject, _) = event { reject } else { nil }
      }
      #expect(reject.reason == .calledAETitleNotRecognized)
    }
  }

  @Test(
    "store an instance byte by byte as it was, whatever the PDU length", arguments: [4096 as UInt32, 16_384, 131_072],
    [2, 70_001 * 2, 5_000_000])
  func store(maximumLength: UInt32, size: Int) async throws {
    let provider = TestProvider()
    let bytes = ByteBuffer(bytes: BuiltInstance(number: 1, pixels: size).dataSet)
    try await withServer(provider, configure: { $0.maximumLength = maximumLength }) { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        let context = try #require(association.presentationContext(for: TestProvider.ctImage))
        for chunk in [size, 7777, 300_000] {
          let command = CStoreCommand(sopClass: TestProvider.ctImage, sopInstance: UID(rawValue: "1.2.\(chunk)"))
          let outcome = try await association.cStore(
            command, in: context, dataSet: ByteBufferSequence(bytes.chunks(of: chunk)))
          #expect(outcome.status == .success)
          #expect(provider.instances.last?.bytes == bytes)
          #expect(provider.instances.last?.command == command)
        }
      }
    }
  }

  @Test(
    "go on after an operation that failed, was not answered, or left its data set unread",
    arguments: [
      ("1.2.999.1" as UID, DIMSEStatus.processingFailure), ("1.2.999.2", .processingFailure),
      ("1.2.999.3", .outOfResources),
    ])
  func failures(instance: UID, status: DIMSEStatus) async throws {
    try await withServer { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        let context = try #require(association.presentationContext(for: TestProvider.ctImage))
        let outcome = try await association.cStore(
          CStoreCommand(sopClass: TestProvider.ctImage, sopInstance: instance), in: context,
          dataSet: ByteBufferSequence([ByteBuffer(repeating: 1, count: 3_000_000)]))
        #expect(outcome.status == status)
        if status == .outOfResources {
          #expect(outcome.commandSet.text(.errorComment) == "Disk full")
          #expect(outcome.commandSet.tags(.offendingElement) == [0x7FE0_0010])
        }
        #expect(try await association.cEcho() == .success)
      }
    }
  }

  @Test("find every match in order, with its identifier", arguments: [0, 1, 500])
  func find(matches: Int) async throws {
    try await withServer(TestProvider(matches: matches)) { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        let context = try #require(association.presentationContext(for: TestProvider.studyRootFind))
        let identifier = ByteBuffer(bytes: [8, 0, 0x52, 0] + Array("CS".utf8) + [6, 0] + Array("STUDY ".utf8))
        var found = 0
        var last: DIMSEStatus?
        for try await response in try await association.cFind(
          QueryCommand(sopClass: TestProvider.studyRootFind), in: context, identifier: identifier)
        {
          if response.status.isPending {
            found += 1
            #expect(response.identifier == identifier)
          }
          last = response.status
        }
        #expect(found == matches && last == .success)
        #expect(try await association.cEcho() == .success)
      }
    }
  }

  @Test("cancel a search on the way")
  func cancel() async throws {
    try await withServer(TestProvider(matches: 1_000_000)) { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        let context = try #require(association.presentationContext(for: TestProvider.studyRootFind))
        let responses = try await association.cFind(
          QueryCommand(sopClass: TestProvider.studyRootFind), in: context, identifier: ByteBuffer(bytes: [0, 0]))
        var found = 0
        var last: DIMSEStatus?
        for try await response in responses {
          found += 1
          if found == 5 { try await association.cancel(responses) }
          last = response.status
        }
        #expect(last == .cancelled && found < 100_000)
      }
    }
  }

  @Test("send instances back on the same association (C-GET)")
  func get() async throws {
    let provider = TestProvider()
    try await withServer(provider) { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        let storage = try #require(association.presentationContext(for: TestProvider.ctImage))
        for number in 0..<5 {
          _ = try await association.cStore(
            CStoreCommand(sopClass: TestProvider.ctImage, sopInstance: UID(rawValue: "1.2.\(number)")), in: storage,
            dataSet: ByteBufferSequence([ByteBuffer(repeating: UInt8(number), count: 400_000 * number + 2)]))
        }
        let context = try #require(association.presentationContext(for: TestProvider.studyRootGet))
        let received = TestProvider()
        var last: ResponseStream.Element?
        for try await response in try await association.cGet(
          QueryCommand(sopClass: TestProvider.studyRootGet), in: context, identifier: ByteBuffer(bytes: [0, 0]),
          receive: { request in
            guard case .cStore(let command) = request.command else { return .unrecognizedOperation }
            await received.remember(command, try await request.dataSet.collect(upTo: 1 << 24))
            return .success
          })
        {
          last = response
        }
        #expect(last?.status == .success && last?.subOperations.completed == 5)
        #expect(received.instances.map(\.bytes) == provider.instances.map(\.bytes))
        #expect(received.instances.map(\.command) == provider.instances.map(\.command))
      }
    }
  }

  @Test("carry normalised services and C-MOVE")
  func otherServices() async throws {
    try await withServer { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        let commitment = try #require(association.presentationContext(for: TestProvider.storageCommitment))
        let response = try await association.perform(
          .normalized(
            NormalizedCommand(
              field: .nAction, sopClass: TestProvider.storageCommitment, sopInstance: "1.2.840.10008.1.20.1.1",
              typeID: 1)), in: commitment, dataSet: ByteBuffer(bytes: [8, 0, 0x54, 0, 0x41, 0x45, 0, 0]))
        #expect(response.status == .success && response.integer(.actionTypeID) == 1)
        #expect(response.uid(.affectedSOPInstanceUID) == "1.2.840.10008.1.20.1.1")
        let move = try #require(association.presentationContext(for: TestProvider.studyRootMove))
        for (destination, status) in [("KNOWN" as AETitle, DIMSEStatus.success), ("OTHER", .moveDestinationUnknown)] {
          for try await response in try await association.cMove(
            QueryCommand(sopClass: TestProvider.studyRootMove), to: destination, in: move,
            identifier: ByteBuffer(bytes: [0, 0]))
          {
            #expect(response.status == status)
          }
        }
      }
    }
  }

  @Test("end when either aborts")
  func abort() async throws {
    try await withServer { _, port, events in
      let association = try await DIMSEClient.connect(client(port: port))
      association.abort()
      #expect(await events.firstEnd() == .abortedByPeer(Abort(.serviceUser)))
      await #expect(throws: AssociationError.aborted(.requested)) { try await association.cEcho() }
    }
  }

  @Test("end with the request that is being handled")
  func abortDuringRequest() async throws {
    let provider = TestProvider()
    try await withServer(provider) { _, port, events in
      let busy = try await DIMSEClient.connect(client(port: port))
      let context = try #require(busy.presentationContext(for: TestProvider.ctImage))
      let storing = Task {
        try await busy.cStore(
          CStoreCommand(sopClass: TestProvider.ctImage, sopInstance: "1.2.999.4"), in: context,
          dataSet: ByteBufferSequence([ByteBuffer(repeating: 0, count: 1000)]))
      }
      await provider.gate.arrival()
      busy.abort()
      await #expect(throws: AssociationError.aborted(.requested)) { try await storing.value }
      #expect(await events.firstEnd() == .abortedByPeer(Abort(.serviceUser)))
      provider.gate.open()
      let error = await events.first { if case .requestFailed(.cStore, let error, _) = $0 { error } else { nil } }
      #expect(error as? AssociationError == .abortedByPeer(Abort(.serviceUser)))
    }
  }

  @Test("let a running request finish at shutdown, and no other")
  func shutdown() async throws {
    let provider = TestProvider()
    try await withServer(provider) { server, port, _ in
      let idle = try await DIMSEClient.connect(client(port: port))
      let busy = try await DIMSEClient.connect(client(port: port))
      let context = try #require(busy.presentationContext(for: TestProvider.ctImage))
      async let outcome = busy.cStore(
        CStoreCommand(sopClass: TestProvider.ctImage, sopInstance: "1.2.999.4"), in: context,
        dataSet: ByteBufferSequence([ByteBuffer(repeating: 0, count: 100_000)]))
      await provider.gate.arrival()
      server.shutdown(grace: .seconds(20))
      await #expect(throws: AssociationError.abortedByPeer(Abort(.serviceUser))) {
        while true { _ = try await idle.cEcho() }
      }
      provider.gate.open()
      #expect(try await outcome.status == .success)
      await #expect(throws: AssociationError.self) { while true { _ = try await busy.cEcho() } }
    }
  }

  @Test("abort when the server's task is cancelled")
  func cancellation() async throws {
    var configuration = DIMSEServerConfiguration()
    configuration.port = 0
    let server = try await DIMSEServer.bind(configuration, provider: TestProvider())
    let port = try #require(server.port)
    let task = Task { try await server.run() }
    let association = try await DIMSEClient.connect(client(port: port))
    #expect(try await association.cEcho() == .success)
    task.cancel()
    _ = await task.result
    await #expect(throws: AssociationError.abortedByPeer(Abort(.serviceUser))) {
      while true { _ = try await association.cEcho() }
    }
  }

  @Test("stay within the limit of associations")
  func tooMany() async throws {
    try await withServer(configure: { $0.maximumAssociations = 2 }) { server, port, _ in
      let first = try await DIMSEClient.connect(client(port: port))
      let second = try await DIMSEClient.connect(client(port: port))
      #expect(server.associationCount == 2)
      await #expect(throws: AssociationError.rejected(.init(.transient, .localLimitExceeded))) {
        _ = try await DIMSEClient.connect(client(port: port))
      }
      try await first.release()
      try await second.release()
    }
  }

  @Test("hold little of a data set nobody reads")
  func backPressure() async throws {
    let provider = TestProvider()
    try await withServer(provider) { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        let context = try #require(association.presentationContext(for: TestProvider.ctImage))
        let chunks = CountingSequence(chunk: ByteBuffer(repeating: 7, count: 1 << 18), count: 400)
        async let outcome = association.cStore(
          CStoreCommand(sopClass: TestProvider.ctImage, sopInstance: "1.2.999.4"), in: context, dataSet: chunks)
        await provider.gate.arrival()
        // The sender comes to rest when socket buffers and watermarks are full: far below the 100 MiB it has.
        var before = -1
        while chunks.taken != before {
          before = chunks.taken
          try await Task.sleep(for: .milliseconds(300))
        }
        #expect(chunks.taken < 200)
        provider.gate.open()
        #expect(try await outcome.status == .success)
        #expect(provider.instances.last?.bytes.readableBytes == 400 << 18)
      }
    }
  }

  @Test("keep in step with a reader that comes and goes", arguments: [16_384 as UInt32, 131_072])
  func unsteadyReader(maximumLength: UInt32) async throws {
    let provider = TestProvider()
    let bytes = ByteBuffer(repeating: 5, count: 20_000_000)
    try await withServer(provider, configure: { $0.maximumLength = maximumLength }) { _, port, _ in
      try await DIMSEClient.withAssociation(client(port: port)) { association async throws in
        let context = try #require(association.presentationContext(for: TestProvider.ctImage))
        for _ in 0..<3 {
          let outcome = try await association.cStore(
            CStoreCommand(sopClass: TestProvider.ctImage, sopInstance: "1.2.999.5"), in: context,
            dataSet: ByteBufferSequence([bytes]))
          #expect(outcome.status == .success)
          #expect(provider.instances.last?.bytes == bytes)
        }
      }
    }
  }
}
