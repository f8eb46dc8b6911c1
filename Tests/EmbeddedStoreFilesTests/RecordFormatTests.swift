import ArchiveCore
import Crypto
import EmbeddedStore
import NIOCore
import TestKit
import Testing

/// A container made in memory by the format alone.
struct BuiltContainer {
  let header: ContainerHeader
  var bytes: ByteBuffer
  var records: [StoredRecord] = []

  init(_ number: Int, salt: UInt128 = 0xABCD) {
    header = ContainerHeader(
      kind: .delivery, container: ContainerID(bits: UInt128(number)), delivery: DeliveryID(bits: 7), salt: salt,
      madeAt: Instant(nanoseconds: 5))
    bytes = header.encoded()
  }

  mutating func add(_ payload: ByteBuffer, as id: RecordID) throws {
    var encoder = RecordEncoder(id, at: UInt64(bytes.readableBytes), in: header.container, salt: header.salt)
    try encoder.update(payload)
    let finished = try encoder.finish(attributes(of: id))
    bytes.writeImmutableBuffer(finished.header)
    bytes.writeImmutableBuffer(payload)
    bytes.writeImmutableBuffer(finished.trailer)
    #expect(UInt64(bytes.readableBytes) == finished.end)
    records.append(finished.record)
  }

  static func scan(
    _ bytes: ByteBuffer, as id: ContainerID, from offset: UInt64 = 0, verifyingPayloads: Bool = true
  ) throws -> ContainerScan {
    try ContainerScan(
      id, length: UInt64(bytes.readableBytes), from: offset, verifyingPayloads: verifyingPayloads
    ) { offset, buffer in
      let start = min(Int(offset), bytes.readableBytes)
      let part = bytes.getSlice(at: start, length: min(buffer.count, bytes.readableBytes - start)) ?? ByteBuffer()
      part.withUnsafeReadableBytes { buffer.copyMemory(from: $0) }
      return part.readableBytes
    }
  }
}

@Suite("A container of records")
struct RecordFormatTests {
  static let lengths = [1, 7, 8, 2048, 65_535, 65_536, 65_537, 131_072, 300_001]

  static func built() throws -> BuiltContainer {
    var container = BuiltContainer(1)
    for (number, length) in lengths.enumerated() {
      try container.add(payload(length, from: number * 1000), as: recordID(number + 1))
    }
    return container
  }

  @Test("is read as it was written, with or without looking at payloads", arguments: [true, false])
  func roundTrip(verifyingPayloads: Bool) throws {
    let container = try RecordFormatTests.built()
    let scan = try BuiltContainer.scan(
      container.bytes, as: container.header.container, verifyingPayloads: verifyingPayloads)
    #expect(scan.header == container.header)
    #expect(scan.records == container.records)
    #expect(scan.events.count == container.records.count)
    #expect(scan.end == UInt64(container.bytes.readableBytes))
  }

  @Test("names the SHA-256 of each payload")
  func digests() throws {
    let container = try RecordFormatTests.built()
    for (number, record) in container.records.enumerated() {
      let bytes = payload(RecordFormatTests.lengths[number], from: number * 1000)
      #expect(record.digest.bytes == Array(SHA256.hash(data: Array(bytes.readableBytesView))))
    }
  }

  @Test("gives the rest from any record's end on")
  func scanFromOffset() throws {
    let container = try RecordFormatTests.built()
    let id = container.header.container
    for case .record(let record, let end) in try BuiltContainer.scan(container.bytes, as: id).events {
      let rest = container.records.drop { $0 != record }.dropFirst()
      #expect(try BuiltContainer.scan(container.bytes, as: id, from: end).records == Array(rest))
    }
  }

  @Test("cut anywhere holds the records before the cut and no other")
  func truncation() throws {
    let container = try RecordFormatTests.built()
    var generator = SeededGenerator(seed: 11)
    let ends = try BuiltContainer.scan(container.bytes, as: container.header.container).events.compactMap { event in
      if case .record(_, let end) = event { Int(end) } else { nil }
    }
    let random = (0..<150).map { _ in Int.random(in: 0..<container.bytes.readableBytes, using: &generator) }
    for cut in random + ends.flatMap({ [$0 - 1, $0] }) {
      let part = try #require(container.bytes.getSlice(at: 0, length: cut))
      let scan = try BuiltContainer.scan(part, as: container.header.container)
      #expect(scan.records == Array(container.records.prefix(ends.count { $0 <= cut })), "cut at \(cut)")
    }
  }

  @Test("with any bit flipped loses at most the record that the bit is in", arguments: 0..<40)
  func bitFlips(seed: UInt64) throws {
    let container = try RecordFormatTests.built()
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<8 {
      var bytes = container.bytes
      // Half of the flips go where headers and trailers are: near the ends of records.
      var place = Int.random(in: 0..<bytes.readableBytes, using: &generator)
      if Bool.random(using: &generator), let near = container.records.randomElement(using: &generator) {
        let edge = Int(near.location.offset) + (Bool.random(using: &generator) ? 0 : Int(near.location.length))
        place = min(bytes.readableBytes - 1, max(0, edge + Int.random(in: -80...200, using: &generator)))
      }
      let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
      let old = try #require(bytes.getInteger(at: place, as: UInt8.self))
      bytes.setInteger(old ^ bit, at: place)
      let scan = try BuiltContainer.scan(bytes, as: container.header.container)
      #expect(scan.records.count >= container.records.count - 1, "bit \(bit) of byte \(place)")
      #expect(scan.records.allSatisfy(container.records.contains), "bit \(bit) of byte \(place)")
    }
  }

  @Test("is still read when its own header is damaged")
  func lostContainerHeader() throws {
    var container = try RecordFormatTests.built()
    for place in 0..<80 { container.bytes.setInteger(UInt8(0xEE), at: place) }
    let scan = try BuiltContainer.scan(container.bytes, as: container.header.container)
    #expect(scan.header == nil)
    #expect(scan.records == container.records)
  }

  @Test("does not see a whole record of another container inside a payload, even behind damage")
  func hostilePayload() throws {
    // The sender knows the format, the container's id and where its bytes will lie; it does not know the salt.
    var inner = BuiltContainer(1, salt: 0xBAD)
    inner.bytes.clear()
    inner.bytes.writeRepeatingByte(0, count: 80 + 64)
    try inner.add(payload(500), as: recordID(66))
    let hostile = try #require(inner.bytes.getSlice(at: 144, length: inner.bytes.readableBytes - 144))

    var container = BuiltContainer(1, salt: 0x600D)
    try container.add(hostile, as: recordID(1))
    try container.add(payload(2000), as: recordID(2))
    #expect(try BuiltContainer.scan(container.bytes, as: container.header.container).records == container.records)

    // Now the outer record's header is damaged, and the search goes through the payload.
    container.bytes.setInteger(UInt8(0xFF), at: 80 + 30)
    let scan = try BuiltContainer.scan(container.bytes, as: container.header.container)
    #expect(scan.records.map(\.attributes.id) == [recordID(2)])
  }

  @Test("does not take a finished record for one when its payload never reached the disk")
  func hollowRecord() throws {
    var container = BuiltContainer(1)
    try container.add(payload(200_000), as: recordID(1))
    try container.add(payload(500), as: recordID(2))
    for place in 100_000..<104_096 { container.bytes.setInteger(UInt8(0), at: place) }
    let scan = try BuiltContainer.scan(container.bytes, as: container.header.container)
    #expect(scan.records.map(\.attributes.id) == [recordID(2)])
    #expect(scan.hollow.map(\.record) == [recordID(1)])
    guard case .damage(let range, let isTail) = try #require(scan.events.first) else {
      Issue.record("damage comes first")
      return
    }
    #expect(range.lowerBound == 80 && !isTail)
  }

  @Test("costs at most 330 bytes beside a small object")
  func overhead() throws {
    var container = BuiltContainer(1)
    let before = container.bytes.readableBytes
    try container.add(payload(2048), as: recordID(1))
    #expect(container.bytes.readableBytes - before - 2048 <= 330)
  }

  @Test("refuses texts that are longer than a trailer takes")
  func longText() throws {
    var encoder = RecordEncoder(recordID(1), at: 80, in: ContainerID(bits: 1), salt: 2)
    try encoder.update(payload(10))
    var attributes = attributes(of: recordID(1))
    attributes.principalName = String(repeating: "n", count: 1025)
    #expect(throws: ArchiveError.self) { try encoder.finish(attributes) }
  }
}

@Suite("A ledger entry")
struct LedgerEntryCodingTests {
  @Test("is read as it was written", arguments: [LedgerEntry.Decision.delete, .quarantine], [0, 1, 1000])
  func roundTrip(decision: LedgerEntry.Decision, count: Int) throws {
    let entry = LedgerEntry(
      decision: decision, records: (0..<count).map(recordID), at: Instant(nanoseconds: 99), principalKind: .person,
      principalName: "admin", reason: "sent twice, größer")
    let encoded = try entry.encoded()
    #expect(LedgerEntry(encoded) == entry)
    for cut in 0..<min(encoded.readableBytes, 60) {
      #expect(LedgerEntry(try #require(encoded.getSlice(at: 0, length: cut))) == nil)
    }
  }
}
