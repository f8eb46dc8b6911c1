import ArchiveCore
import EmbeddedStore
import NIOCore
import Synchronization
import TestKit
import Testing

/// The compactor over the stores it works on.
enum StoreKind: String, CaseIterable, Sendable {
  case inMemory, embedded

  func make() throws -> any BlobStore {
    switch self {
    case .inMemory: InMemoryBlobStore(environment: testEnvironment())
    case .embedded: try makeStore(FaultyFileSystem(seed: 1))
    }
  }
}

/// An archive of series, with a clock that is set by hand.
final class CompactionBench: Sendable {
  static let start = Instant(nanoseconds: 1_700_000_000_000_000_000)

  let store: any BlobStore
  let catalog = LocationCatalog()
  let compactor: Compactor
  private let clock: ManualClock

  init(_ store: any BlobStore, _ change: (inout CompactionSettings) -> Void = { _ in }) {
    let clock = ManualClock()
    var settings = CompactionSettings()
    change(&settings)
    self.store = store
    self.clock = clock
    let environment = Environment(now: { clock.now }, random: { 1 }, sleep: { _ in })
    compactor = Compactor(blobs: store, catalog: catalog, environment: environment, settings: settings)
  }

  final class ManualClock: Sendable {
    private let elapsed = Mutex(Duration.zero)
    var now: Instant { elapsed.withLock { CompactionBench.start.adding($0) } }
    func pass(_ duration: Duration) { elapsed.withLock { $0 += duration } }
  }

  func pass(_ duration: Duration) { clock.pass(duration) }

  /// One delivery of instances of the given series, each a kilobyte or so, in turn.
  @discardableResult
  func deliver(_ series: [Int], first: Int, length: Int = 1000) async throws -> [StoredRecord] {
    let writer = try await store.openDelivery(DeliveryID(bits: 1))
    var records: [StoredRecord] = []
    for (index, number) in series.enumerated() {
      let record = try await writer.store(payload(length + index, from: first + index), as: recordID(first + index))
      records.append(record)
      try await catalog.add(
        record, study: #require(StudyUID("1.2")), series: #require(SeriesUID("1.2.\(number)")), at: clock.now)
    }
    try await writer.sync()
    await writer.close()
    return records
  }

  func delete(_ records: [RecordID]) async throws {
    try await store.appendToLedger(
      LedgerEntry(
        decision: .delete, records: records, at: clock.now, principalKind: .person, principalName: "admin",
        reason: "test"))
    for record in records { await catalog.delete(record) }
  }

  /// Whether each record is where the catalog says, with the bytes it was sent with.
  func allReadable() async throws -> Bool {
    for (id, record) in await catalog.records where record.state != .deleted {
      let stored = try await store.scan(record.location.container, from: 0).records.first { $0.attributes.id == id }
      guard let stored, stored.location == record.location else { return false }
      let first = Int(id.bits)
      let bytes = try await store.payload(of: stored)
      guard bytes == payload(Int(record.location.length), from: first) else { return false }
    }
    return true
  }
}

@Suite("The compactor")
struct CompactorTests {
  @Test(
    "brings quiet series together in one pack and frees the deliveries a grace period later",
    arguments: StoreKind.allCases)
  func packs(kind: StoreKind) async throws {
    let bench = CompactionBench(try kind.make())
    try await bench.deliver([1, 2, 1, 2], first: 10)
    try await bench.deliver([2, 1, 3], first: 20)
    bench.pass(.seconds(3601))
    let report = try await bench.compactor.run()
    #expect(report.packs.count == 1)
    #expect(report.recordsMoved == 7)
    let pack = try #require(report.packs.first)
    let series = try await bench.store.scan(pack, from: 0).records.map(\.attributes.id)
    #expect(series == [10, 12, 21, 11, 13, 20, 22].map(recordID))
    #expect(try await bench.allReadable())
    #expect(try await bench.store.containers().count == 3)

    _ = try await bench.compactor.run()
    bench.pass(.seconds(3599))
    #expect(try await bench.compactor.run().removed.isEmpty)
    bench.pass(.seconds(2))
    #expect(try await bench.compactor.run().removed.count == 2)
    #expect(try await bench.store.containers().map(\.kind) == [.pack])
    #expect(try await bench.allReadable())
    #expect(try await bench.compactor.run() == CompactionReport())
  }

  @Test("leaves a delivery alone while one of its series still grows")
  func notQuiet() async throws {
    let bench = CompactionBench(try makeStore(FaultyFileSystem(seed: 1)))
    try await bench.deliver([1], first: 10)
    bench.pass(.seconds(3000))
    try await bench.deliver([2], first: 20)
    bench.pass(.seconds(700))
    #expect(try await bench.compactor.run().recordsMoved == 1)
  }

  @Test("promotes a large delivery of whole series as it is")
  func promotes() async throws {
    let bench = CompactionBench(try makeStore(FaultyFileSystem(seed: 1))) { $0.promotionBytes = 5000 }
    let records = try await bench.deliver([1, 2, 1, 2, 1, 2], first: 10)
    bench.pass(.seconds(3601))
    let report = try await bench.compactor.run()
    #expect(report.promoted == [try #require(records.first).location.container])
    #expect(report.recordsMoved == 0)
    #expect(try await bench.store.containers().map(\.kind) == [.pack])
    #expect(try await bench.allReadable())
  }

  @Test("does not promote a delivery with a part of a series or with something deleted in it")
  func doesNotPromote() async throws {
    let bench = CompactionBench(try makeStore(FaultyFileSystem(seed: 1))) { $0.promotionBytes = 3000 }
    try await bench.deliver([1, 1, 1, 1], first: 10)
    try await bench.deliver([1], first: 20)
    try await bench.deliver([2, 2, 2, 2, 2], first: 30)
    try await bench.delete([recordID(31)])
    bench.pass(.seconds(3601))
    let report = try await bench.compactor.run()
    #expect(report.promoted.isEmpty)
    #expect(report.recordsMoved == 9)
    #expect(try await bench.allReadable())
  }

  @Test("closes a pack when it is large enough, between series")
  func packSize() async throws {
    let bench = CompactionBench(try makeStore(FaultyFileSystem(seed: 1))) { $0.packBytes = 3000 }
    try await bench.deliver([1, 1, 1, 1, 2, 2, 2, 3], first: 10)
    bench.pass(.seconds(3601))
    let report = try await bench.compactor.run()
    #expect(report.packs.count == 3)
    #expect(try await bench.allReadable())
  }

  @Test("copies together a pack of which little is still wanted")
  func deletionInPacks() async throws {
    let bench = CompactionBench(try makeStore(FaultyFileSystem(seed: 1)))
    try await bench.deliver([1, 1, 2, 2, 2, 2, 2, 2], first: 10)
    bench.pass(.seconds(3601))
    _ = try await bench.compactor.run()
    try await bench.delete((12...17).map(recordID))
    let report = try await bench.compactor.run()
    #expect(report.recordsMoved == 2)
    for _ in 0..<2 {
      bench.pass(.seconds(3601))
      _ = try await bench.compactor.run()
    }
    #expect(try await bench.store.containers().map(\.id) == report.packs)
    #expect(try await bench.allReadable())
  }

  @Test("removes a delivery of which everything was deleted, by the ledger's account")
  func everythingDeleted() async throws {
    let bench = CompactionBench(try makeStore(FaultyFileSystem(seed: 1)))
    try await bench.deliver([1, 1], first: 10)
    try await bench.delete([recordID(10), recordID(11)])
    _ = try await bench.compactor.run()
    bench.pass(.seconds(3601))
    #expect(try await bench.compactor.run().removed.count == 1)
    #expect(try await bench.store.containers().isEmpty)
  }

  @Test("removes nothing because a catalog has forgotten it")
  func emptyCatalog() async throws {
    let bench = CompactionBench(try makeStore(FaultyFileSystem(seed: 1)))
    try await bench.deliver([1, 2], first: 10)
    await bench.catalog.forgetEverything()
    for _ in 0..<4 {
      bench.pass(.seconds(5000))
      #expect(try await bench.compactor.run() == CompactionReport())
    }
    #expect(try await bench.store.containers().count == 1)
  }

  @Test("loses nothing when the commit fails, and clears away the copy later")
  func failedCommit() async throws {
    let bench = CompactionBench(try makeStore(FaultyFileSystem(seed: 1)))
    try await bench.deliver([1, 2], first: 10)
    bench.pass(.seconds(3601))
    await bench.catalog.failCommits(true)
    await #expect(throws: ArchiveError.self) { try await bench.compactor.run() }
    #expect(try await bench.allReadable())
    await bench.catalog.failCommits(false)
    #expect(try await bench.compactor.run().recordsMoved == 2)
    for _ in 0..<2 {
      bench.pass(.seconds(3601))
      _ = try await bench.compactor.run()
    }
    #expect(try await bench.store.containers().count == 1)
    #expect(try await bench.allReadable())
  }

  @Test("clears away a pack that was being filled when the program stopped")
  func leftoverPack() async throws {
    let disk = FaultyFileSystem(seed: 1)
    let store = try makeStore(disk)
    let pack = try await store.openPack()
    let record = try await pack.store(payload(1000, from: 10), as: recordID(10), sync: true)
    let bench = CompactionBench(try makeStore(disk, seed: 2))
    try await bench.deliver([1], first: 10)
    #expect(try await bench.store.scan(record.location.container, from: 0).records == [record])
    for _ in 0..<3 {
      _ = try await bench.compactor.run()
      bench.pass(.seconds(3601))
    }
    #expect(await codeThrown { _ = try await bench.store.scan(record.location.container, from: 0) } == .notFound)
    #expect(try await bench.allReadable())
  }

  @Test("loses nothing on a disk that fails at any point", arguments: 0..<40)
  func faults(seed: UInt64) async throws {
    let disk = FaultyFileSystem(seed: seed)
    let bench = CompactionBench(try makeStore(disk))
    try await bench.deliver([1, 2, 3, 1], first: 10, length: 70_000)
    try await bench.deliver([3, 2], first: 20)
    bench.pass(.seconds(3601))
    var generator = SeededGenerator(seed: seed)
    disk.faults.cutsTransfersShort = true
    switch seed % 3 {
    case 0: disk.faults.failingWrite = Int.random(in: 1...4, using: &generator)
    case 1: disk.faults.failingSync = Int.random(in: 1...2, using: &generator)
    default: disk.faults.capacity = Int.random(in: 290_000...600_000, using: &generator)
    }
    _ = try? await bench.compactor.run()
    #expect(try await bench.allReadable(), "seed \(seed)")
    disk.faults = FaultyFileSystem.Faults()
    for _ in 0..<3 {
      _ = try await bench.compactor.run()
      bench.pass(.seconds(3601))
    }
    #expect(try await bench.allReadable(), "seed \(seed)")
    #expect(try await bench.store.containers().filter { $0.kind == .delivery }.isEmpty, "seed \(seed)")
  }

  @Test("leaves a damaged record where it is, and moves the others")
  func damaged() async throws {
    let disk = FaultyFileSystem(seed: 1)
    var bench = CompactionBench(try makeStore(disk))
    let records = try await bench.deliver([1, 1, 1], first: 10)
    let path = try #require(disk.paths.first { $0.contains("deliveries/") })
    var bytes = try #require(disk.contents(of: path))
    bytes[Int(records[1].location.offset) + 5] ^= 1
    disk.place(bytes, at: path)
    let old = bench
    bench = CompactionBench(try makeStore(disk))
    for record in await old.catalog.records.values {
      let stored = try #require(records.first { $0.attributes.id == record.record })
      await bench.catalog.add(stored, study: record.study, series: record.series, at: record.seriesChangedAt)
    }
    bench.pass(.seconds(3601))
    let report = try await bench.compactor.run()
    #expect(report.recordsMoved == 2)
    #expect(report.damaged.count == 1)
    #expect(await bench.catalog.location(of: recordID(11)) == records[1].location)
  }
}
