import DICOM
import DIMSE
import NIOCore
import Testing

/// After each offence the server must still serve somebody else.
@Suite("A peer that misbehaves", .timeLimit(.minutes(1)))
struct MisbehaviourTests {
  struct Stranger: Sendable {
    var bytes: [UInt8]
    var kind: ForeignProtocol
  }

  static let strangers = [
    Stranger(bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03], kind: .tls),
    Stranger(bytes: Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), kind: .http),
    Stranger(bytes: [0x00], kind: .unknown(firstByte: 0)),
    Stranger(bytes: [0x0B] + Array("MSH|".utf8), kind: .unknown(firstByte: 0x0B)),
  ]

  @Test("by speaking another protocol is recognised and closed", arguments: strangers)
  func foreign(stranger: Stranger) async throws {
    try await withServer { _, port, events in
      try await RawPeer.with(port: port) { peer async throws in
        try await peer.send(stranger.bytes)
        #expect(try await peer.nextPDU() == .abort(Abort(.serviceUser)))
        #expect(try await peer.nextPDU() == nil)
      }
      let kind = await events.first { if case .foreignProtocol(let kind, _) = $0 { kind } else { nil } }
      #expect(kind == stranger.kind)
      try await expectEcho(port)
    }
  }

  @Test("by sending data before associating is aborted (AA-1)")
  func dataFirst() async throws {
    try await withServer { _, port, events in
      try await RawPeer.with(port: port) { peer async throws in
        try await peer.send(SamplePDUs.all[4])
        #expect(try await peer.nextPDU() == .abort(Abort(.serviceUser)))
      }
      #expect(await events.firstEnd() == .aborted(.unexpectedPDU(.dataTransfer)))
      try await expectEcho(port)
    }
  }

  struct Offence: Sendable {
    var name: String
    var bytes: [UInt8]
    var reason: Abort.Reason
  }

  static func data(_ context: UInt8, command: Bool, last: Bool = true, _ bytes: [UInt8] = [0, 0]) -> [UInt8] {
    let pdu = PDU.dataTransfer([
      PresentationDataValue(contextID: context, isCommand: command, isLast: last, fragment: ByteBuffer(bytes: bytes))
    ])
    return Array(pdu.encoded.readableBytesView)
  }

  static let offences = [
    Offence(
      name: "an oversized PDU", bytes: [4, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0], reason: .invalidPDUParameterValue),
    Offence(name: "an unknown PDU", bytes: [0x77, 0, 0, 0, 0, 4, 0, 0, 0, 0], reason: .unrecognizedPDU),
    Offence(
      name: "a second association request", bytes: Array(SamplePDUs.all[0].encoded.readableBytesView),
      reason: .unexpectedPDU),
    Offence(name: "a release response", bytes: [6, 0, 0, 0, 0, 4, 0, 0, 0, 0], reason: .unexpectedPDU),
    Offence(name: "a value in an unknown context", bytes: data(9, command: true), reason: .invalidPDUParameterValue),
    Offence(name: "a data set before its command", bytes: data(1, command: false), reason: .unexpectedPDUParameter),
    Offence(
      name: "a data set inside a command", bytes: data(1, command: true, last: false) + data(1, command: false),
      reason: .unexpectedPDUParameter),
    Offence(
      name: "a command of another group", bytes: data(1, command: true, [8, 0, 0x18, 0, 0, 0, 0, 0]),
      reason: .invalidPDUParameterValue),
    Offence(name: "an empty command", bytes: data(1, command: true, []), reason: .invalidPDUParameterValue),
    Offence(
      name: "a value longer than its PDU", bytes: [4, 0, 0, 0, 0, 8, 0, 0, 0, 9, 1, 3, 0, 0],
      reason: .invalidPDUParameterValue),
  ]

  @Test("in an association is aborted for a reason", arguments: offences)
  func offends(offence: Offence) async throws {
    try await withServer { _, port, events in
      try await RawPeer.with(port: port) { peer async throws in
        guard case .associateAccept = try await peer.associate() else {
          Issue.record("not accepted")
          return
        }
        try await peer.send(offence.bytes)
        #expect(try await peer.nextPDU() == .abort(Abort(.serviceProvider, offence.reason)), "\(offence.name)")
      }
      guard case .aborted = await events.firstEnd() else {
        Issue.record("\(offence.name) not reported")
        return
      }
      try await expectEcho(port)
    }
  }

  @Test(
    "by stopping anywhere is aborted after the idle timeout",
    arguments: [
      [], [4, 0, 0], data(3, command: true, last: false), Array(data(3, command: true).dropLast()),
    ])
  func stops(bytes: [UInt8]) async throws {
    try await withServer(configure: { $0.idleTimeout = .seconds(6) }) { _, port, events in
      try await RawPeer.with(port: port) { peer async throws in
        guard case .associateAccept = try await peer.associate() else {
          Issue.record("not accepted")
          return
        }
        try await peer.send(bytes)
        #expect(try await peer.nextPDU() == .abort(Abort(.serviceUser)))
      }
      #expect(await events.firstEnd() == .aborted(.idleTimeout))
      try await expectEcho(port)
    }
  }

  @Test("by never associating is disconnected by ARTIM")
  func silent() async throws {
    try await withServer(configure: { $0.associationTimeout = .seconds(2) }) { _, port, events in
      try await RawPeer.with(port: port) { peer async throws in
        try await peer.send([1, 0, 0])
        #expect(try await peer.nextPDU() == nil)
      }
      #expect(await events.firstEnd() == .aborted(.artimExpired))
      try await expectEcho(port)
    }
  }

  @Test(
    "by asking for what the upper layer cannot do is rejected",
    arguments: [
      (0 as UInt16, "1.2.840.10008.3.1.1.1" as UID, AssociateReject.Reason.protocolVersionNotSupported),
      (1, "1.2.3", .applicationContextNameNotSupported),
    ])
  func rejected(version: UInt16, context: UID, reason: AssociateReject.Reason) async throws {
    try await withServer { _, port, _ in
      try await RawPeer.with(port: port) { peer async throws in
        var request = SamplePDUs.request
        request.protocolVersion = version
        request.applicationContext = context
        try await peer.send(.associateRequest(request))
        #expect(try await peer.nextPDU() == .associateReject(AssociateReject(.permanent, reason)))
      }
      try await expectEcho(port)
    }
  }

  @Test(
    "by an unknown operation or an incomplete one gets a status",
    arguments: [
      (0x0999 as UInt16, DIMSEStatus.unrecognizedOperation), (0x0001, .mistypedArgument),
    ])
  func unknownOperation(field: UInt16, status: DIMSEStatus) async throws {
    try await withServer { _, port, _ in
      try await RawPeer.with(port: port) { peer async throws in
        _ = try await peer.associate()
        var command = CommandSet()
        command.set(.commandField, field)
        command.set(.messageID, 9)
        command.set(.commandDataSetType, 0x0101)
        var bytes = ByteBuffer()
        command.write(into: &bytes)
        try await peer.send(MisbehaviourTests.data(3, command: true, Array(bytes.readableBytesView)))
        while case .dataTransferBegan = try await peer.next() {}
        // The response came; the association lives.
        try await peer.send(.releaseRequest)
        #expect(try await peer.nextPDU() == .releaseResponse)
      }
    }
  }

  @Test("by using one message ID again and again gets one response each time")
  func sameMessageID() async throws {
    try await withServer { _, port, events in
      try await RawPeer.with(port: port) { peer async throws in
        _ = try await peer.associate()
        var command = CommandSet()
        command.set(.commandField, CommandField.cEcho.rawValue)
        command.set(.affectedSOPClassUID, TestProvider.verification)
        command.set(.messageID, 1)
        command.set(.commandDataSetType, 0x0101)
        var bytes = ByteBuffer()
        command.write(into: &bytes)
        let request = MisbehaviourTests.data(1, command: true, Array(bytes.readableBytesView))
        var responses = 0
        for _ in 0..<2000 {
          try await peer.send(request)
          // The next request leaves the moment the response is there.
          while let output = try await peer.next() {
            guard case .fragment(let piece) = output, piece.endsPart else { continue }
            #expect(try CommandSet(decoding: piece.bytes).status == .success)
            responses += 1
            break
          }
        }
        try await peer.send(.releaseRequest)
        #expect(try await peer.next() == .pdu(.releaseResponse))
        #expect(responses == 2000)
      }
      let failure = await events.first { event -> Bool? in
        switch event {
        case .requestFailed: true
        case .connectionEnded: false
        default: nil
        }
      }
      #expect(!failure)
    }
  }

  private func expectEcho(_ port: Int) async throws {
    let status = try await DIMSEClient.withAssociation(client(port: port)) { try await $0.cEcho() }
    #expect(status == .success)
  }
}
