import ArchiveCore
import DICOM
import Foundation
import Testing

@testable import EmbeddedStore

@Suite("Level attributes as bytes")
struct AttributeCodecTests {
  private var example: [DataElement] {
    var inner = DataSet()
    inner.set(.codeValue, .sh, "121")
    inner.set(.codeMeaning, .lo, "x")
    var item = DataSet()
    item.set(.requestedProcedureID, .sh, "R1")
    item.set(.requestedProcedureCodeSequence, items: [inner, DataSet()])
    var dataSet = DataSet()
    dataSet.set(.patientName, .pn, bytes: Array("Doe^Jöhn".utf8))
    dataSet.set(.patientComments, .lt, bytes: [])
    dataSet.set(.rows, .us, ints: [512])
    dataSet.set(.requestAttributesSequence, items: [item])
    dataSet.set(.selectorUTValue, .ut, bytes: Array(String(repeating: "long ", count: 200).utf8))
    return Array(dataSet)
  }

  @Test("come back as they were, padded to even length")
  func roundTrip() {
    let bytes = AttributeCodec.encode(example)
    let decoded = AttributeCodec.decode(bytes)
    #expect(AttributeCodec.encode(decoded) == bytes)
    #expect(decoded.map(\.tag) == example.map(\.tag))
    #expect(DataSet(decoded).items(.requestAttributesSequence).first?.string(.requestedProcedureID) == "R1")
    #expect(AttributeCodec.decode(Data()).isEmpty)
  }

  @Test("are a data set that the DICOM reader reads")
  func isDICOM() throws {
    var reader = HeaderReader(dataSetIn: .explicitVRLittleEndian, payloadOffset: 0)
    let bytes = AttributeCodec.encode(example)
    try bytes.withUnsafeBytes { try reader.consume($0) }
    let read = try reader.finish().dataSet
    #expect(read == DataSet(AttributeCodec.decode(bytes)))
  }

  @Test("keep a value that is too long for the length of its VR, and what comes behind it")
  func tooLong() {
    var dataSet = DataSet()
    dataSet.set(.patientComments, .lt, bytes: [UInt8](repeating: 0x41, count: 70_001))
    dataSet.set(.patientID, .lo, "P1")
    let decoded = DataSet(AttributeCodec.decode(AttributeCodec.encode(dataSet)))
    #expect(decoded.string(.patientComments)?.utf8.count == 70_001)
    #expect(decoded.string(.patientID) == "P1")
  }

  @Test("lose what lies deeper than sixteen sequences, and nothing else", arguments: [15, 16, 17, 40])
  func deep(depth: Int) {
    var innermost = DataSet()
    innermost.set(.codeValue, .sh, "X")
    let nested = (0..<depth).reduce(innermost) { inner, _ in
      var outer = DataSet()
      outer.set(.codeMeaning, .lo, "level")
      outer.set(.contentSequence, items: [inner])
      return outer
    }
    var dataSet = nested
    dataSet.set(.seriesDescription, .lo, "behind")
    let decoded = DataSet(AttributeCodec.decode(AttributeCodec.encode(dataSet)))
    #expect(decoded.string(.seriesDescription) == "behind")
    var (levels, place) = (0, decoded)
    while let inner = place.items(.contentSequence).first { (levels, place) = (levels + 1, inner) }
    #expect(levels == min(depth, AttributeCodec.maximumDepth - 1))
    #expect((place.string(.codeValue) == "X") == (depth < AttributeCodec.maximumDepth))
  }

  @Test("when damaged give fewer attributes, never a trap")
  func damaged() {
    let bytes = AttributeCodec.encode(example)
    var random = SplitMix(seed: 3)
    for length in 0..<bytes.count { _ = AttributeCodec.decode(bytes.prefix(length)) }
    for _ in 0..<5000 {
      var copy = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        copy[Int.random(in: 0..<copy.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = AttributeCodec.decode(copy)
    }
  }
}

@Suite("A packed UID")
struct PackedUIDTests {
  @Test(
    "comes back as it was",
    arguments: ["", "1", "1.2", "1.2.3", "0.0", "...", "2.25.329800735698586629295641978511506172918"])
  func roundTrip(uid: String) {
    let packed = PackedUID.pack(uid)
    #expect(packed.map(PackedUID.unpack) == uid)
    #expect(packed?.count == (uid.utf8.count + 1) / 2)
  }

  @Test("holds digits and dots only", arguments: ["1.2a", "ü", "1 2", "1\0"])
  func refuses(text: String) {
    #expect(PackedUID.pack(text) == nil)
  }

  @Test("keeps different UIDs different")
  func isInjective() {
    var random = SplitMix(seed: 5)
    var seen: [Data: String] = [:]
    for _ in 0..<20_000 {
      let uid = String(
        (0..<Int.random(in: 0...6, using: &random)).map { _ in "0129.".randomElement(using: &random) ?? "0" })
      guard let packed = PackedUID.pack(uid) else { continue }
      #expect(seen[packed] ?? uid == uid)
      seen[packed] = uid
    }
  }
}
