import ArchiveCore
import DICOM
import EmbeddedStore
import Foundation
import NIOCore
import TestKit
import Testing

/// A few lives of a whole archive, each ended by a loss of power, from a seed.
struct WholeStoreRun {
  typealias Key = Expectations.Key

  private static let lives = 3
  private static let keys = (1...3).flatMap { study in (1...4).map { Key(study: study, instance: $0) } }

  let seed: UInt64
  private let root: String
  private var disk: FaultyFileSystem
  private var generator: SeededGenerator
  private var expected = Expectations()
  /// Every file that was ever sent.
  private var sent: [Key: [[UInt8]: UInt8]] = [:]

  init(seed: UInt64) throws {
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    disk = FaultyFileSystem(seed: seed)
    root = try FaultySQLite.mount(disk)
  }

  mutating func play() async throws {
    defer { FaultySQLite.unmount(root) }
    for life in 0..<Self.lives {
      // The archive starts without faults, so that each life has work in it.
      let archive = try await open()
      chooseFaults()
      try await work(on: archive)
      if generator.oneIn(4) {
        // Ended in good order: nothing is lost, whatever the disk had not been told to keep.
        disk.faults.powerFailsAfter = nil
        await archive.end()
        disk = disk.afterCrash()
      } else {
        disk.faults.powerFailsAfter = 0
        disk = disk.afterCrash()
        await archive.end()
      }
      try await recover(life)
    }
  }

  private mutating func open() async throws -> PoweredArchive {
    // Not a number near the last one: neighbouring seeds give the same numbers, one apart.
    try await PoweredArchive.start(on: disk, at: root, seed: generator.next())
  }

  private mutating func chooseFaults() {
    var faults = FaultyFileSystem.Faults()
    faults.cutsTransfersShort = generator.oneIn(2)
    faults.powerFailsAfter = Int.random(in: 10...500, using: &generator)
    if generator.oneIn(4) { faults.failingWrite = Int.random(in: 1...150, using: &generator) }
    if generator.oneIn(4) { faults.failingSync = Int.random(in: 1...60, using: &generator) }
    if generator.oneIn(6) { faults.capacity = disk.bytes + Int.random(in: 0...300_000, using: &generator) }
    disk.faults = faults
  }

  // MARK: Work

  private mutating func work(on archive: PoweredArchive) async throws {
    for _ in 0..<40 where disk.hasPower {
      switch Int.random(in: 0..<12, using: &generator) {
      case 0: await delete(archive)
      case 1: _ = try? await archive.compactor.run()
      case 2: try? await archive.audit.flush()
      default: await deliver(archive)
      }
      try await subscribe(to: archive)
    }
  }

  /// A delivery of some objects, some of them seen before, in groups.
  private mutating func deliver(_ archive: PoweredArchive) async {
    let source = Source(channel: .association, name: "TEST", site: .main)
    guard let delivery = try? await archive.archive.openDelivery(from: source, by: PoweredArchive.principal) else {
      return
    }
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      var group: [(key: Key, shade: UInt8)] = []
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        guard let key = Self.keys.randomElement(using: &generator),
          let shade = Expectations.shades.randomElement(using: &generator),
          let syntax = Expectations.syntaxes.randomElement(using: &generator),
          // Of one instance there is one in a group: which of two came first would be another test.
          !group.contains(where: { $0.key == key }),
          let file = try? key.object(shade).file(in: syntax)
        else { continue }
        sent[key, default: [:]][file] = shade
        guard (try? await delivery.stage(Chunks(file), as: .part10)) != nil else { continue }
        group.append((key, shade))
      }
      if let outcomes = try? await delivery.settle() {
        #expect(outcomes.count == group.count, "seed \(seed)")
        for (outcome, sent) in zip(outcomes, group) {
          let isPossible = expected.acknowledged(outcome, sent.key, sent.shade)
          #expect(isPossible, "seed \(seed): \(sent) was answered \(outcome.kind)")
        }
      } else {
        for sent in group { expected.unanswered(sent.key, sent.shade) }
      }
    }
    await delivery.close()
  }

  private mutating func delete(_ archive: PoweredArchive) async {
    let study = Int.random(in: 1...3, using: &generator)
    let keys = Self.keys.filter { $0.study == study }
    guard let uid = try? SmallObject(study: study).studyUID else { return }
    do {
      _ = try await archive.archive.delete(.study(uid), as: PoweredArchive.principal, reason: "seed \(seed)")
      expected.deleted(keys)
    } catch let error as ArchiveError where error.code == .notFound {
      for key in keys {
        #expect(expected.possible(key).contains(nil), "seed \(seed): \(key) is not there to be deleted")
      }
    } catch {
      expected.deletionUnanswered(keys)
    }
  }

  /// Reads the journal as a subscriber does that remembers everything.
  private mutating func subscribe(to archive: PoweredArchive) async throws {
    guard let entries = try? await archive.catalog.journal(after: .start, limit: 10_000) else { return }
    for entry in entries {
      let isTheSame = expected.read(entry)
      #expect(isTheSame, "seed \(seed): \(entry.position) means something else now")
    }
  }

  // MARK: Recovery

  /// Recovers, with another loss of power in the middle now and then, and looks at everything.
  private mutating func recover(_ life: Int) async throws {
    for attempt in 0..<2 {
      if attempt == 0 {
        guard generator.oneIn(2) else { continue }
        let rebuilds = generator.oneIn(3)
        var archive = rebuilds ? try await open() : nil
        disk.faults.powerFailsAfter = Int.random(in: 1...60, using: &generator)
        if rebuilds {
          try? await archive?.rebuild()
        } else {
          archive = try? await open()
        }
        disk.faults.powerFailsAfter = 0
        disk = disk.afterCrash()
        await archive?.end()
      } else {
        var archive = try await open()
        try await check(archive, "after crash \(life)")
        if generator.oneIn(3) {
          try await archive.rebuild()
          try await check(archive, "rebuilt after crash \(life)")
        }
        await archive.end()
        // A second start finds nothing to do and changes nothing.
        archive = try await open()
        try await check(archive, "started again after crash \(life)")
        await archive.end()
      }
    }
  }

  private mutating func check(_ opened: PoweredArchive, _ when: String) async throws {
    let found = try await contents(opened, when)
    for key in Self.keys where !expected.possible(key).contains(found[key]) {
      let missing = found[key] == nil ? "is lost" : "is there"
      Issue.record("seed \(seed) \(when): \(key) \(missing), expected \(expected.possible(key))")
    }
    if let keys = expected.halfDeleted {
      let left = keys.count { found[$0] != nil }
      #expect(left == 0 || left == keys.count, "seed \(seed) \(when): deleted by halves")
    }
    expected.found(found, of: Self.keys)

    let aside = try await opened.archive.quarantined(as: PoweredArchive.principal, limit: 1000)
    #expect(expected.aside.isSubset(of: aside.map(\.record)), "seed \(seed) \(when): set aside and lost")
    let before = Set(expected.journal.keys)
    try await subscribe(to: opened)
    let entries = try await opened.catalog.journal(after: .start, limit: 10_000)
    #expect(before.isSubset(of: entries.map(\.position)), "seed \(seed) \(when): journal entries are lost")
    #expect(try await opened.audit.verify().isEmpty, "seed \(seed) \(when): the audit's chain is broken")
    for finding in try await opened.archive.verify(as: PoweredArchive.principal)
    where finding.problem != .damagedStretch {
      Issue.record("seed \(seed) \(when): \(finding)")
    }
  }

  /// What every way of asking gives: the same at each level, whole, and one of the files that were sent.
  private func contents(_ opened: PoweredArchive, _ when: String) async throws -> [Key: UInt8] {
    var found: [Key: UInt8] = [:]
    for key in Self.keys {
      guard let uid = InstanceUID(key.object(0).instance) else { continue }
      let references = try await opened.catalog.instances(of: .instances([uid]), within: .all)
      guard let reference = references.first else { continue }
      var bytes: [UInt8] = []
      for try await chunk in try await opened.archive.bytes(of: reference) { bytes += Array(chunk.readableBytesView) }
      let shade = sent[key]?[bytes]
      #expect(references.count == 1 && shade != nil, "seed \(seed) \(when): \(key) is not what was sent")
      found[key] = shade
    }
    let instances = try await opened.catalog.find(Query(level: .instance), within: .all).matches
    #expect(instances.count == found.count, "seed \(seed) \(when): instances that are found")
    let studies = try await opened.catalog.find(Query(level: .study), within: .all).matches
    let series = try await opened.catalog.find(Query(level: .series), within: .all).matches
    #expect(
      Set(studies.compactMap(\.study)) == Set(instances.compactMap(\.study)), "seed \(seed) \(when): studies")
    #expect(
      Set(series.compactMap(\.series)) == Set(instances.compactMap(\.series)), "seed \(seed) \(when): series")
    let counted = try await opened.catalog.counters(within: .all).reduce(0) { $0 + $1.instances }
    #expect(counted == found.count, "seed \(seed) \(when): counted \(counted) of \(found.count)")
    return found
  }
}
