import ArchiveCore
import EmbeddedStore
import NIOCore
import TestKit
import Testing

/// Drives the real writers, ledger and recovery over a disk that loses its power, from a seed.
///
/// Three laws: what was acknowledged is there afterwards, byte for byte; what is there was sent, whole; and recovery
/// itself may lose power without harm.
@Suite("A store that loses power")
struct PowerLossTests {
  /// Seeds that share a test case, so that the report stays short.
  static let batch: UInt64 = 25

  static let firstSeeds = (0..<16).map { UInt64($0) * batch }

  @Test("keeps what it acknowledged and shows nothing half", arguments: firstSeeds)
  func survives(first: UInt64) async throws {
    for seed in first..<first + PowerLossTests.batch {
      var run = Run(seed: seed)
      do {
        try await run.play()
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
  }

  struct Run {
    let seed: UInt64
    var generator: SeededGenerator
    /// Every payload that was ever begun.
    var sent: [RecordID: ByteBuffer] = [:]
    var acknowledged: Set<RecordID> = []
    var decided: [LedgerEntry] = []
    var attempted: Set<LedgerEntry> = []

    init(seed: UInt64) {
      self.seed = seed
      generator = SeededGenerator(seed: seed)
    }

    mutating func play() async throws {
      var disk = FaultyFileSystem(seed: seed)
      _ = try DataDirectory("/archive", files: disk)
      for life in 0..<2 {
        let store = try makeStore(disk, seed: seed &* 31 &+ UInt64(life))
        chooseFaults(on: disk)
        await work(on: store, disk)
        disk = disk.afterCrash()
        try await check(disk, "after crash \(life)")
        disk = try await recover(disk, life)
      }
    }

    mutating func chooseFaults(on disk: FaultyFileSystem) {
      var faults = FaultyFileSystem.Faults()
      faults.cutsTransfersShort = Bool.random(using: &generator)
      faults.powerFailsAfter = Int.random(in: 8...90, using: &generator)
      if generator.oneIn(4) { faults.failingWrite = Int.random(in: 1...20, using: &generator) }
      if generator.oneIn(4) { faults.failingSync = Int.random(in: 1...20, using: &generator) }
      if generator.oneIn(5) { faults.capacity = Int.random(in: 10_000...900_000, using: &generator) }
      disk.faults = faults
    }

    /// Sends until the power goes or the day is over. Errors are what a sender would see; they end nothing here.
    mutating func work(on store: EmbeddedBlobStore, _ disk: FaultyFileSystem) async {
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        guard let writer = try? await store.openDelivery(DeliveryID(bits: 3)) else { return }
        var unsynced: [RecordID] = []
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
          let id = RecordID(bits: UInt128.random(in: 1 ... .max, using: &generator))
          let length = [1, 90, 2048, 65_536, 65_540, 150_000, 400_000].randomElement(using: &generator) ?? 1
          let bytes = payload(length, from: Int.random(in: 0..<500_000, using: &generator))
          sent[id] = bytes
          let sync = generator.oneIn(3)
          do {
            if generator.oneIn(6) {
              try await writer.begin(id)
              try await writer.append(bytes)
              await writer.abandon()
              continue
            }
            let chunk = [700, 16_384, 300_000].randomElement(using: &generator) ?? 1
            try await writer.store(bytes, as: id, chunk: chunk, sync: sync)
            unsynced.append(id)
            if !sync, generator.oneIn(4) {
              try await writer.sync()
              acknowledged.formUnion(unsynced)
            }
            if sync { acknowledged.formUnion(unsynced) }
          } catch {
            await writer.abandon()
          }
          if generator.oneIn(5) { await decide(on: store) }
        }
        if generator.oneIn(2) { await writer.close() }
      }
    }

    mutating func decide(on store: EmbeddedBlobStore) async {
      let entry = LedgerEntry(
        decision: .delete, records: [RecordID(bits: UInt128.random(in: 1 ... .max, using: &generator))],
        at: Instant(nanoseconds: 1), principalKind: .person, principalName: "admin", reason: "seed \(seed)")
      attempted.insert(entry)
      if (try? await store.appendToLedger(entry)) != nil { decided.append(entry) }
    }

    /// Looks at everything on the disk.
    func check(_ disk: FaultyFileSystem, _ when: String) async throws {
      let store = try makeStore(disk, seed: seed &+ 1000)
      var found: Set<RecordID> = []
      for container in try await store.containers() {
        for record in try await store.scan(container.id, from: 0).records {
          let id = record.attributes.id
          let bytes = try await store.payload(of: record)
          #expect(sent[id] == bytes, "seed \(seed) \(when): record \(id) is not what was sent")
          #expect(record.attributes == attributes(of: id), "seed \(seed) \(when)")
          #expect(found.insert(id).inserted, "seed \(seed) \(when): record \(id) twice")
        }
      }
      #expect(acknowledged.isSubset(of: found), "seed \(seed) \(when): acknowledged and lost")
      let ledger = try await store.ledger()
      #expect(Set(decided).isSubset(of: ledger), "seed \(seed) \(when): decided and lost")
      #expect(attempted.isSuperset(of: ledger), "seed \(seed) \(when): never decided")
    }

    /// Seals everything, with a power loss in the middle now and then, until it is done.
    mutating func recover(_ crashed: FaultyFileSystem, _ life: Int) async throws -> FaultyFileSystem {
      var disk = crashed
      for attempt in 0..<3 {
        let store = try makeStore(disk, seed: seed &+ 2000 &+ UInt64(attempt))
        if attempt < 2, Bool.random(using: &generator) {
          disk.faults.powerFailsAfter = Int.random(in: 1...9, using: &generator)
        }
        let finished = (try? await sealAll(store)) != nil
        disk.faults = FaultyFileSystem.Faults()
        try await check(disk, "while recovering")
        if finished, attempt == 2 {
          let containers = try await makeStore(disk, seed: seed &+ 1500).containers()
          #expect(containers.count { !$0.isSealed } == 0, "seed \(seed)")
        }
        disk = disk.afterCrash()
        try await check(disk, "after recovery of crash \(life)")
      }
      return disk
    }

    func sealAll(_ store: EmbeddedBlobStore) async throws {
      for container in try await store.containers() {
        let before = try await store.scan(container.id, from: 0).records
        try await store.seal(container.id, from: 0)
        guard !before.isEmpty else { continue }
        let after = try await store.scan(container.id, from: 0)
        #expect(after.records == before, "seed \(seed): sealing changed the records")
        for case .damage(_, isTail: true) in after.events {
          Issue.record("seed \(seed): a sealed container has a tail")
        }
      }
    }
  }
}
