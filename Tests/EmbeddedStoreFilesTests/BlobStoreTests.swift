import ArchiveCore
import EmbeddedStore
import NIOCore
import TestKit
import Testing

@Suite("The embedded blob store")
struct BlobStoreTests {
  let disk = FaultyFileSystem(seed: 1)

  @Test("gives back what a delivery wrote, whole and in parts", arguments: [1, 2048, 65_536, 200_000, 900_000])
  func readsBack(length: Int) async throws {
    disk.faults.cutsTransfersShort = true
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    try await writer.store(payload(5000, from: 77), as: recordID(1))
    let record = try await writer.store(payload(length), as: recordID(2), sync: true)
    #expect(try await store.payload(of: record) == payload(length))
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20 {
      let start = Int.random(in: 0..<length, using: &generator)
      let end = Int.random(in: start...length, using: &generator)
      let part = try await store.payload(of: record, UInt64(start)..<UInt64(end))
      #expect(part == payload(length).getSlice(at: payload(length).readerIndex + start, length: end - start))
    }
    #expect(
      await codeThrown { _ = try await store.read(record.location, 0..<UInt64(length) + 1) } == .badRequest)
  }

  @Test("lists and scans a delivery while it is open and after it is closed")
  func listing() async throws {
    let store = try makeStore(disk)
    let delivery = DeliveryID(bits: 9)
    let writer = try await store.openDelivery(delivery)
    let first = try await writer.store(payload(100), as: recordID(1), sync: true)
    let open = try #require(try await store.containers().first)
    #expect(open.isOpen && !open.isSealed && open.delivery == delivery && open.kind == .delivery)
    #expect(try await store.scan(writer.container, from: 0).records == [first])
    await writer.close()
    let closed = try #require(try await store.containers().first)
    let end = await writer.end()
    #expect(!closed.isOpen && closed.isSealed && closed.bytes == end)
    #expect(try await store.scan(writer.container, from: 0).records == [first])
    #expect(try await store.payload(of: first) == payload(100))
    #expect(try await store.bytesOnDisk() == closed.bytes)
    #expect(await codeThrown { try await writer.begin(recordID(2)) } == .unavailable)
  }

  @Test("leaves nothing of a delivery that stored nothing")
  func emptyDelivery() async throws {
    let store = try makeStore(disk)
    let untouched = try await store.openDelivery(DeliveryID(bits: 9))
    await untouched.close()
    let abandoned = try await store.openDelivery(DeliveryID(bits: 9))
    try await abandoned.begin(recordID(1))
    try await abandoned.append(payload(400_000))
    await abandoned.abandon()
    await abandoned.close()
    #expect(try await store.containers().isEmpty)
  }

  @Test("forgets an abandoned record, small or large, and goes on behind the last whole one", arguments: [10, 700_000])
  func abandon(length: Int) async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    let first = try await writer.store(payload(3000), as: recordID(1))
    try await writer.begin(recordID(2))
    try await writer.append(payload(length))
    await writer.abandon()
    let third = try await writer.store(payload(50, from: 9), as: recordID(3), sync: true)
    #expect(third.location.offset < first.location.offset + 3000 + 400)
    #expect(try await store.scan(writer.container, from: 0).records == [first, third])
    await writer.close()
    #expect(try await store.scan(writer.container, from: 0).events.count == 2)
    #expect(try await store.payload(of: third) == payload(50, from: 9))
  }

  @Test("writes a small object and its frame in one write and one sync")
  func fewCalls() async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    try await writer.store(payload(2048), as: recordID(1), sync: true)
    let (writes, syncs) = (disk.writeCount, disk.syncCount)
    try await writer.store(payload(2048), as: recordID(2), sync: true)
    #expect(disk.writeCount - writes == 1)
    #expect(disk.syncCount - syncs == 1)
    try await writer.sync()
    #expect(disk.syncCount - syncs == 1)
  }

  @Test("finds any flipped byte of a payload when the block is read, and reads the other blocks")
  func damage() async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    let record = try await writer.store(payload(400_000), as: recordID(1), sync: true)
    await writer.close()
    let path = try #require(disk.paths.first { $0.contains("deliveries/") })
    var bytes = try #require(disk.contents(of: path))
    bytes[Int(record.location.offset) + 70_000] ^= 4
    let damaged = FaultyFileSystem(seed: 2)
    _ = try makeStore(damaged)
    damaged.place(bytes, at: path)
    let second = try makeStore(damaged)
    #expect(await codeThrown { _ = try await second.payload(of: record) } == .damaged)
    #expect(await codeThrown { _ = try await second.payload(of: record, 70_010..<70_020) } == .damaged)
    let sound = try await second.payload(of: record, 140_000..<200_000)
    #expect(sound == payload(60_000, from: 140_000))
  }

  @Test("does not give one record's bytes for another place")
  func wrongPlace() async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    let record = try await writer.store(payload(1000), as: recordID(1), sync: true)
    var location = record.location
    location.offset += 8
    let shifted = location
    #expect(await codeThrown { _ = try await store.read(shifted, 0..<10) } == .damaged)
    location = record.location
    location.container = ContainerID(bits: 1)
    let elsewhere = location
    #expect(await codeThrown { _ = try await store.read(elsewhere, 0..<10) } == .notFound)
  }

  @Test("keeps the container usable when the disk is full for a while", arguments: [300, 60_000, 500_000])
  func fullDisk(length: Int) async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    let first = try await writer.store(payload(1000), as: recordID(1), sync: true)
    disk.faults.capacity = 1500
    #expect(
      await codeThrown { try await writer.store(payload(length), as: recordID(2), sync: true) } == .outOfSpace)
    await writer.abandon()
    disk.faults.capacity = nil
    let third = try await writer.store(payload(length, from: 5), as: recordID(3), sync: true)
    #expect(try await store.scan(writer.container, from: 0).records == [first, third])
    #expect(try await store.payload(of: third) == payload(length, from: 5))
  }

  @Test("takes nothing more into a container after a failed sync")
  func failedSync() async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    try await writer.store(payload(1000), as: recordID(1), sync: true)
    disk.faults.failingSync = 1
    #expect(await codeThrown { try await writer.store(payload(9), as: recordID(2), sync: true) } == .unavailable)
    #expect(await codeThrown { try await writer.sync() } == .unavailable)
    #expect(await codeThrown { try await writer.begin(recordID(3)) } == .unavailable)
    await writer.close()
    let left = try #require(try await store.containers().first)
    #expect(!left.isSealed && !left.isOpen)
  }

  @Test("does not acknowledge a file whose name could not be synced")
  func failedNameSync() async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    disk.faults.failingSync = 2
    #expect(await codeThrown { try await writer.store(payload(9), as: recordID(2), sync: true) } == .unavailable)
  }

  @Test("keeps records that the catalog has when it seals, even damaged, and cuts the tail", arguments: [true, false])
  func sealsKnownRecords(offsetIsBeyondTheEnd: Bool) async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    let first = try await writer.store(payload(1000), as: recordID(1), sync: true)
    let second = try await writer.store(payload(1000), as: recordID(2), sync: true)
    let end = await writer.end()
    let path = try #require(disk.paths.first { $0.contains("deliveries/") })
    var bytes = try #require(disk.contents(of: path))
    bytes[Int(first.location.offset)] ^= 1
    bytes += [UInt8](repeating: 0xAA, count: 500)
    disk.place(bytes, at: path)
    let later = try makeStore(disk)
    try await later.seal(writer.container, from: offsetIsBeyondTheEnd ? 1 << 62 : end)
    #expect(try await later.scan(writer.container, from: 0).records == [first, second])
    let summary = try #require(try await later.containers().first)
    #expect(summary.isSealed && summary.bytes == end)
    #expect(await codeThrown { _ = try await later.payload(of: first) } == .damaged)
    #expect(try await later.payload(of: second) == payload(1000))
  }

  @Test("lets calls that come while the disk is busy take their turn")
  func reentrance() async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { try await writer.sync() } }
      group.addTask {
        for number in 0..<60 { try await writer.store(payload(9000), as: recordID(number), sync: number % 2 == 0) }
      }
      try await group.waitForAll()
    }
    #expect(try await store.scan(writer.container, from: 0).records.count >= 59)
    await writer.close()
    #expect(try await store.scan(writer.container, from: 0).records.count == 60)
  }

  @Test("has many writers at once", arguments: [32])
  func concurrentWriters(count: Int) async throws {
    let store = try makeStore(disk)
    let stored = try await withThrowingTaskGroup(of: [StoredRecord].self) { group in
      for writerNumber in 0..<count {
        group.addTask {
          let writer = try await store.openDelivery(DeliveryID(bits: UInt128(writerNumber)))
          var records: [StoredRecord] = []
          for number in 0..<10 {
            let length = 100 + writerNumber * 997 + number * 4099
            records.append(
              try await writer.store(
                payload(length, from: writerNumber), as: recordID(writerNumber * 100 + number), sync: number % 3 == 0))
          }
          try await writer.sync()
          await writer.close()
          return records
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(stored.count == count * 10)
    for record in stored {
      let writerNumber = Int(record.attributes.id.bits) / 100
      #expect(
        try await store.payload(of: record) == payload(Int(record.location.length), from: writerNumber))
    }
  }

  @Test("turns a sealed delivery into a pack where it lies")
  func promotion() async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    let record = try await writer.store(payload(1000), as: recordID(1), sync: true)
    #expect(await codeThrown { try await store.promote(writer.container) } == .badRequest)
    await writer.close()
    try await store.promote(writer.container)
    #expect(try await store.containers().map(\.kind) == [.pack])
    #expect(try await store.payload(of: record) == payload(1000))
    let later = try makeStore(disk.afterCrash())
    #expect(try await later.payload(of: record) == payload(1000))
  }

  @Test("removes a container under a reader without giving it wrong bytes")
  func removal() async throws {
    let store = try makeStore(disk)
    let writer = try await store.openDelivery(DeliveryID(bits: 9))
    let record = try await writer.store(payload(600_000), as: recordID(1), sync: true)
    #expect(await codeThrown { try await store.remove(writer.container) } == .badRequest)
    await writer.close()
    var reading = try await store.read(record.location, 0..<600_000).makeAsyncIterator()
    var whole = try #require(try await reading.next())
    try await store.remove(writer.container)
    while let chunk = try await reading.next() { whole.writeImmutableBuffer(chunk) }
    #expect(whole == payload(600_000))
    #expect(await codeThrown { _ = try await store.read(record.location, 0..<1) } == .notFound)
  }
}

@Suite("The ledger")
struct LedgerTests {
  let disk = FaultyFileSystem(seed: 1)

  func entry(_ number: Int) -> LedgerEntry {
    LedgerEntry(
      decision: .delete, records: [recordID(number)], at: Instant(nanoseconds: 1), principalKind: .person,
      principalName: "admin", reason: "test")
  }

  @Test("keeps entries in order over runs of the program, each durable when it returns")
  func order() async throws {
    var disk = disk
    for run in 0..<4 {
      let store = try makeStore(disk, seed: UInt64(run))
      for number in 0..<3 { try await store.appendToLedger(entry(run * 3 + number)) }
      disk = disk.afterCrash()
    }
    #expect(try await makeStore(disk).ledger() == (0..<12).map(entry))
  }

  @Test("lets concurrent entries share a sync")
  func sharedSync() async throws {
    let store = try makeStore(disk)
    try await store.appendToLedger(entry(1000))
    let before = disk.syncCount
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 { group.addTask { try await store.appendToLedger(entry(number)) } }
      try await group.waitForAll()
    }
    #expect(try await store.ledger().count == 201)
    #expect(disk.syncCount - before <= 200)
    let after = try makeStore(disk.afterCrash())
    #expect(try await Set(after.ledger()).count == 201)
  }

  @Test("starts a new file after a failed sync")
  func failedSync() async throws {
    let store = try makeStore(disk)
    try await store.appendToLedger(entry(1))
    disk.faults.failingSync = 1
    #expect(await codeThrown { try await store.appendToLedger(entry(2)) } == .unavailable)
    try await store.appendToLedger(entry(3))
    let found = try await makeStore(disk.afterCrash()).ledger()
    #expect(found.contains(entry(1)) && found.contains(entry(3)))
  }
}
