import DICOM
import DIMSE
import NIOCore
import NIOEmbedded
import Testing

@Suite("A trace of an association")
struct TraceTests {
  /// The stream of PDUs in pieces of a size, as a reader takes them.
  private func events(_ pdus: [PDU], keepsContent: Bool, size: Int) -> [TraceEntry.Event] {
    var whole = ByteBuffer()
    for pdu in pdus { whole.writeImmutableBuffer(pdu.encoded) }
    var reader = TraceReader(keepsContent: keepsContent)
    return whole.chunks(of: size).flatMap { reader.read($0) }
  }

  @Test("is the same however the stream is cut, and each line is read back", arguments: [1, 7, 100_000])
  func lines(size: Int) throws {
    let whole = events(SamplePDUs.all, keepsContent: true, size: 100_000)
    #expect(events(SamplePDUs.all, keepsContent: true, size: size) == whole)
    for (index, event) in (whole + [.closed, .noise(length: 9)]).enumerated() {
      let entry = TraceEntry(microseconds: Int64(index) * 999, isFromRequestor: index % 2 == 0, event: event)
      #expect(TraceEntry(line: entry.line) == entry)
    }
  }

  @Test("says again what was said, byte for byte, when content was kept")
  func encoded() throws {
    let pdus = SamplePDUs.all.filter { $0.type != .associateRequest && $0.type != .associateAccept }
    let again = try SamplePDUs.decode(
      events(pdus, keepsContent: true, size: 50).compactMap {
        TraceEntry(microseconds: 0, isFromRequestor: true, event: $0).encoded
      })
    func values(_ pdus: [PDU]) -> [PDU] {
      pdus.flatMap { pdu -> [PDU] in
        guard case .dataTransfer(let values) = pdu else { return [pdu] }
        return values.map { .dataTransfer([$0]) }
      }
    }
    #expect(again == values(pdus))
  }

  @Test("has no data sets, no passcodes and no tickets in it unless data sets were asked for")
  func redacted() throws {
    let secret = "Doe^Jane in the clear"
    let pdus: [PDU] = [
      .associateRequest(SamplePDUs.request),
      .dataTransfer([
        PresentationDataValue(
          contextID: 1, isCommand: false, isLast: true, fragment: ByteBuffer(string: secret))
      ]),
    ]
    let hexadecimal = { (text: String) in text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    for keepsContent in [false, true] {
      let text = events(pdus, keepsContent: keepsContent, size: 64).map {
        TraceEntry(microseconds: 0, isFromRequestor: true, event: $0).line
      }.joined(separator: "\n")
      #expect(!text.contains(hexadecimal("secret")) && !text.contains(hexadecimal("reader")))
      #expect(text.contains(hexadecimal(secret)) == keepsContent)
      #expect(text.contains("value 1 data last \(secret.utf8.count)"))
    }
  }

  @Test("goes on after bytes that are no PDU, as noise")
  func noise() {
    var reader = TraceReader()
    #expect(reader.read(ByteBuffer(string: "GET / HTTP/1.1")) == [.noise(length: 14)])
    #expect(reader.read(ByteBuffer(string: "\r\n")) == [.noise(length: 2)])
  }

  @Test(
    "is refused where a line is none",
    arguments: [
      "", "1 > ", "1 = closed", "x > closed", "1 > pdu 0", "1 > pdu zz", "1 > value 1 command last 4 00",
      "1 > value 300 data last 0", "1 > value 1 data last -4", "1 > value 1 data last 99999999999999", "1 > closed now",
    ])
  func refused(line: String) {
    #expect(TraceEntry(line: line) == nil)
  }

  @Test("is taken from a connection without changing it")
  func listens() async throws {
    let entries = Entries()
    try await withServer { _, port, _ async throws in
      let association = try await DIMSEClient.connect(client(port: port)) { channel in
        try channel.pipeline.syncOperations.addHandler(
          TraceHandler(isRequestor: true) { entries.add($0) })
      }
      #expect(try await association.cEcho() == .success)
      try await association.release()
    }
    let heard = entries.all
    let types = heard.compactMap { $0.pdu?.type }
    #expect(types == [.associateRequest, .associateAccept, .releaseRequest, .releaseResponse])
    #expect(heard.filter { if case .value(_, true, true, _, _) = $0.event { true } else { false } }.count == 2)
    #expect(heard.map(\.isFromRequestor).prefix(4) == [true, false, true, false])
    #expect(heard.map(\.microseconds) == heard.map(\.microseconds).sorted())
  }
}
