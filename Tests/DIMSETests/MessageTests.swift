import DICOM
import NIOCore
import Testing

@testable import DIMSE

@Suite("A DIMSE message")
struct MessageTests {
  static let commands: [DIMSECommand] = [
    .cEcho(sopClass: "1.2.840.10008.1.1"),
    .cStore(CStoreCommand(sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: "1.2.3")),
    .cStore(
      CStoreCommand(
        sopClass: "1.2.3", sopInstance: "1.2.34", priority: .high,
        moveOriginator: MoveOriginator(aeTitle: "WORKSTATION", messageID: 77))),
    .cFind(QueryCommand(sopClass: "1.2.840.10008.5.1.4.1.2.2.1")),
    .cGet(QueryCommand(sopClass: "1.2.840.10008.5.1.4.1.2.2.3", priority: .low)),
    .cMove(QueryCommand(sopClass: "1.2.840.10008.5.1.4.1.2.2.2"), destination: "ODD"),
    .normalized(
      NormalizedCommand(field: .nAction, sopClass: "1.2.840.10008.1.20.1", sopInstance: "1.2.5", typeID: 1)),
    .normalized(
      NormalizedCommand(field: .nGet, sopClass: "1.2", sopInstance: "1.3", attributes: [0x0010_0010, 0x0008_0018])),
    .normalized(NormalizedCommand(field: .nCreate, sopClass: "1.2.840.10008.3.1.2.3.3")),
    .normalized(NormalizedCommand(field: .nEventReport, sopClass: "1.2", sopInstance: "1.3", typeID: 2)),
  ]

  @Test("has a command set that is read back as it was written", arguments: commands)
  func commandRoundTrip(command: DIMSECommand) throws {
    let set = command.commandSet(messageID: 4711, hasDataSet: true)
    var bytes = ByteBuffer()
    set.write(into: &bytes)
    #expect(bytes.readableBytes == set.encodedLength && bytes.readableBytes % 2 == 0)
    let decoded = try CommandSet(decoding: bytes)
    #expect(decoded == set)
    #expect(try DIMSECommand(decoded) == command)
    #expect(decoded.integer(.messageID) == 4711 && decoded.hasDataSet)
  }

  @Test("is the same message however it is cut", arguments: [128 as UInt32, 129, 1000, 16384, 0])
  func fragments(maximumLength: UInt32) throws {
    var generator = SeededGenerator(seed: UInt64(maximumLength))
    let dataSet = ByteBuffer(bytes: (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
    let set = MessageTests.commands[2].commandSet(messageID: 1, hasDataSet: true)
    let fragmenter = MessageFragmenter(contextID: 5, maximumLength: maximumLength)
    var stream = fragmenter.message(set, dataSet: dataSet)
    try expect(stream, carries: set, dataSet, maximumLength)

    stream = fragmenter.message(set, dataSet: nil)
    var data = DataSetFragmenter(fragmenter)
    var rest = dataSet
    var output: [ByteBuffer] = []
    while rest.readableBytes > 0 {
      let count = min(rest.readableBytes, Int.random(in: 0...3000, using: &generator))
      if let chunk = rest.readSlice(length: count) { data.append(chunk, to: &output) }
    }
    data.finish(to: &output)
    for buffer in output { stream.writeImmutableBuffer(buffer) }
    try expect(stream, carries: set, dataSet, maximumLength)
  }

  private func expect(_ stream: ByteBuffer, carries set: CommandSet, _ dataSet: ByteBuffer, _ limit: UInt32) throws {
    var decoder = PDUStreamDecoder(maximumLength: limit == 0 ? PDULimits.greatestSentLength : limit)
    var assembler = MessageAssembler.inContext5
    var received = ByteBuffer()
    var command: CommandSet?
    var isComplete = false
    decoder.feed(stream)
    while let output = try decoder.next() {
      guard case .fragment(let piece) = output, let part = try assembler.consume(piece) else { continue }
      switch part {
      case .command(let set, 5): command = set
      case .command: Issue.record("wrong context")
      case .data(let bytes, let ends):
        received.writeImmutableBuffer(bytes)
        isComplete = ends
      }
    }
    #expect(command == set)
    #expect(received == dataSet && isComplete && !assembler.isInsideMessage)
  }

  struct Misuse: Sendable {
    /// Context, is command, is last.
    var pieces: [(UInt8, Bool, Bool)]
    var error: MessageError
    var reason: Abort.Reason
  }

  static let misuses = [
    Misuse(pieces: [(7, true, true)], error: .unknownContext(7), reason: .invalidPDUParameterValue),
    Misuse(pieces: [(5, false, true)], error: .dataSetBeforeCommand, reason: .unexpectedPDUParameter),
    Misuse(
      pieces: [(5, true, false), (5, false, true)], error: .dataSetBeforeCommand, reason: .unexpectedPDUParameter),
    Misuse(
      pieces: [(5, true, false), (7, true, true)], error: .contextChanged(from: 5, to: 7),
      reason: .invalidPDUParameterValue),
  ]

  @Test("in disorder is refused for a reason", arguments: misuses)
  func disorder(misuse: Misuse) {
    var assembler = MessageAssembler.inContext5
    #expect(throws: misuse.error) {
      for (context, isCommand, isLast) in misuse.pieces {
        _ = try assembler.consume(
          .init(
            contextID: context, isCommand: isCommand, isLast: isLast, endsValue: true, bytes: ByteBuffer(bytes: [0])))
      }
    }
    #expect(misuse.error.abortReason == misuse.reason)
  }

  @Test("with a command inside its data set is refused")
  func commandInsideDataSet() throws {
    var bytes = ByteBuffer()
    MessageTests.commands[1].commandSet(messageID: 1, hasDataSet: true).write(into: &bytes)
    var assembler = MessageAssembler.inContext5
    let command = PDUStreamDecoder.FragmentPiece(
      contextID: 5, isCommand: true, isLast: true, endsValue: true, bytes: bytes)
    _ = try assembler.consume(command)
    #expect(throws: MessageError.commandInsideDataSet) { try assembler.consume(command) }
  }

  @Test("whose command set is mutated is read or refused", arguments: [11 as UInt64, 12])
  func mutations(seed: UInt64) {
    print("mutation seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<3000 {
      var buffer = ByteBuffer()
      MessageTests.commands.randomElement(using: &generator)?
        .commandSet(messageID: 1, hasDataSet: false).write(into: &buffer)
      var bytes = Array(buffer.readableBytesView)
      for _ in 0...2 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      guard let set = try? CommandSet(decoding: ByteBuffer(bytes: bytes)) else { continue }
      var again = ByteBuffer()
      set.write(into: &again)
      #expect((try? CommandSet(decoding: again)) == set)
      _ = try? DIMSECommand(set)
    }
  }

  @Test(
    "has a status of a category",
    arguments: [
      (0x0000 as UInt16, DIMSEStatus.Category.success), (0xFF00, .pending), (0xFF01, .pending), (0xFE00, .cancel),
      (0xB000, .warning), (0xB007, .warning), (0x0107, .warning), (0xA700, .failure), (0xC123, .failure),
      (0x0122, .failure),
    ])
  func statusCategories(raw: UInt16, category: DIMSEStatus.Category) {
    #expect(DIMSEStatus(rawValue: raw).category == category)
  }
}

extension MessageAssembler {
  static var inContext5: MessageAssembler {
    var assembler = MessageAssembler()
    assembler.contexts[5] = PresentationContext(
      id: 5, abstractSyntax: "1.2.840.10008.1.1", transferSyntax: .implicitVRLittleEndian)
    return assembler
  }
}
