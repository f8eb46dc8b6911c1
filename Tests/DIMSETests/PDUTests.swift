import DICOM
import DIMSE
import NIOCore
import Testing

@Suite("A PDU")
struct PDUTests {
  @Test("is read back as it was written", arguments: SamplePDUs.all)
  func roundTrip(pdu: PDU) throws {
    var bytes = pdu.encoded
    let fields = bytes.readMultipleIntegers(as: (UInt8, UInt8, UInt32).self)
    let header = try #require(fields)
    #expect(header.0 == pdu.type.rawValue && header.2 == bytes.readableBytes)
    #expect(try PDU(type: pdu.type, body: bytes) == pdu)
  }

  @Test("decodes the same in one piece, byte by byte, and in pieces of any size", arguments: [1, 2, 5, 7, 64, 1000])
  func pieces(size: Int) throws {
    var stream = ByteBuffer()
    for pdu in SamplePDUs.all { pdu.write(into: &stream) }
    #expect(try SamplePDUs.decode([stream]) == SamplePDUs.all)
    var pieces: [ByteBuffer] = []
    while stream.readableBytes > 0, let piece = stream.readSlice(length: min(size, stream.readableBytes)) {
      pieces.append(piece)
    }
    #expect(try SamplePDUs.decode(pieces) == SamplePDUs.all)
  }

  @Test("after any mutation is read or refused, the same in one piece as byte by byte", arguments: [1 as UInt64, 2, 3])
  func mutations(seed: UInt64) throws {
    print("mutation seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<1500 {
      var bytes: [UInt8] = []
      for pdu in SamplePDUs.all.shuffled(using: &generator).prefix(2) { bytes += Array(pdu.encoded.readableBytesView) }
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.remove(at: position)
        default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
        }
      }
      let whole = Result { () throws(PDUError) in try SamplePDUs.decode([ByteBuffer(bytes: bytes)]) }
      let single = Result { () throws(PDUError) in try SamplePDUs.decode(bytes.map { ByteBuffer(bytes: [$0]) }) }
      #expect(whole == single)
    }
  }

  /// Laid out here by hand after PS3.8 Tables 9-11 to 9-15, with values such as DCMTK uses.
  @Test("written by somebody else is understood")
  func foreignRequest() throws {
    let fixed: [UInt8] =
      [0, 1, 0, 0] + Array("ANY-SCP         ".utf8) + Array("ECHOSCU         ".utf8) + [UInt8](repeating: 0, count: 32)
    func item(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
      [type, 0, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
    }
    let body =
      fixed + item(0x10, Array("1.2.840.10008.3.1.1.1".utf8))
      + item(
        0x20,
        [1, 0, 0xFF, 0] + item(0x30, Array("1.2.840.10008.1.1".utf8)) + item(0x40, Array("1.2.840.10008.1.2".utf8))
      )
      + item(
        0x50,
        item(0x51, [0, 0, 0x40, 0]) + item(0x52, Array("1.2.276.0.7230010.3.0.3.6.7".utf8))
          + item(0x55, Array("OFFIS_DCMTK_367".utf8)))
    guard case .associateRequest(let request) = try PDU(type: .associateRequest, body: ByteBuffer(bytes: body)) else {
      Issue.record("not a request")
      return
    }
    #expect(request.callingAETitle == "ECHOSCU" && request.calledAETitle == "ANY-SCP")
    #expect(request.userInformation.maximumLength == 16384)
    #expect(request.presentationContexts.map(\.abstractSyntax) == ["1.2.840.10008.1.1"])
    #expect(Array(PDU.associateRequest(request).encoded.readableBytesView.dropFirst(6)).count == body.count)
  }

  struct Refusal: Sendable {
    var why: String
    var bytes: [UInt8]
    var code: PDUError.Code
    var reason: Abort.Reason
  }

  static let refusals = [
    Refusal(
      why: "an unknown type", bytes: [9, 0, 0, 0, 0, 0], code: .unrecognizedType, reason: .unrecognizedPDU),
    Refusal(
      why: "a P-DATA-TF longer than announced", bytes: [4, 0, 0, 0x10, 0, 1], code: .tooLong,
      reason: .invalidPDUParameterValue),
    Refusal(
      why: "a release of another length", bytes: [5, 0, 0, 0, 0, 5], code: .wrongLength,
      reason: .invalidPDUParameterValue),
    Refusal(
      why: "an endless association request", bytes: [1, 0, 0xFF, 0xFF, 0xFF, 0xFF], code: .tooLong,
      reason: .invalidPDUParameterValue),
    Refusal(
      why: "a value longer than its PDU", bytes: [4, 0, 0, 0, 0, 8, 0, 0, 0, 9, 1, 3, 0, 0],
      code: .invalidPresentationDataValue, reason: .invalidPDUParameterValue),
    Refusal(
      why: "a value shorter than its header", bytes: [4, 0, 0, 0, 0, 6, 0, 0, 0, 1, 1, 3],
      code: .invalidPresentationDataValue, reason: .invalidPDUParameterValue),
    Refusal(
      why: "a P-DATA-TF without value", bytes: [4, 0, 0, 0, 0, 0], code: .invalidPresentationDataValue,
      reason: .invalidPDUParameterValue),
  ]

  @Test("is refused for a reason", arguments: refusals)
  func refused(refusal: Refusal) {
    let error = #expect(throws: PDUError.self, "\(refusal.why)") {
      _ = try SamplePDUs.decode([ByteBuffer(bytes: refusal.bytes)])
    }
    #expect(error?.code == refusal.code && error?.abortReason == refusal.reason, "\(refusal.why)")
  }

  @Test("with repeated or even presentation context identifiers is refused", arguments: [1 as UInt8, 2])
  func contextIDs(id: UInt8) {
    var request = SamplePDUs.request
    request.presentationContexts[1].id = id
    let bytes = PDU.associateRequest(request).encoded
    #expect(throws: PDUError.self) { try SamplePDUs.decode([bytes]) }
  }
}
