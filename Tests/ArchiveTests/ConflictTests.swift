import ArchiveCore
import DICOM
import EmbeddedStore
import NIOCore
import Synchronization
import TestKit
import Testing

/// What somebody else does to the catalog between a decision and its commit.
private struct MeddledCatalog: CatalogInFront {
  let real: any Catalog
  /// Called before each commit that carries out a decision about a conflict, with how many there were.
  let meddle: @Sendable (Int) async throws -> Void
  private let decisions = Counted()

  init(_ real: any Catalog, meddle: @escaping @Sendable (Int) async throws -> Void) {
    self.real = real
    self.meddle = meddle
  }

  var decided: Int { decisions.count }

  func commit(_ changes: [ArchiveChange]) async throws -> [ChangeOutcome] {
    let isDecision = changes.contains { change in
      switch change {
      case .duplicate, .quarantine: true
      default: false
      }
    }
    if isDecision { try await meddle(decisions.next()) }
    return try await real.commit(changes)
  }
}

private final class Counted: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock { $0 } }
  func next() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }
}

@Suite("A conflict")
struct ConflictTests {
  /// The second of two objects under one UID: other bytes of the same content, or another content.
  private func second(other: Bool) throws -> [UInt8] {
    var object = SmallObject(study: 1)
    if other { object.shade = 9 }
    return try object.file(in: .implicitVRLittleEndian)
  }

  private func archive(_ test: TestArchive, _ catalog: any Catalog) -> Archive {
    Archive(
      Archive.Parts(
        blobs: test.blobs, catalog: catalog, documents: test.documents, audit: test.audit, environment: .system))
  }

  private func store(_ file: [UInt8], in archive: Archive) async throws -> IngestOutcome.Kind? {
    let delivery = try await archive.openDelivery(from: TestArchive.source, by: TestArchive.principal)
    _ = try await delivery.stage(Chunks(file), as: .part10)
    do {
      let kind = try await delivery.settle().first?.kind
      await delivery.close()
      return kind
    } catch {
      await delivery.close()
      throw error
    }
  }

  private func content(_ test: TestArchive) async throws -> [UInt8] {
    let references = try await test.archive.instances(
      .study(SmallObject(study: 1).studyUID), as: TestArchive.principal)
    #expect(references.count == 1)
    guard let reference = references.first else { return [] }
    var bytes: [UInt8] = []
    for try await piece in try await test.archive.bytes(of: reference) { bytes += piece.readableBytesView }
    return bytes
  }

  private func rebuild(_ test: TestArchive) async throws {
    _ = try await test.catalog.withRebuild { try await archive(test, $0).replayEverything() }
  }

  @Test(
    "with a record that is deleted while it is decided is none: what arrived takes its place", arguments: [true, false])
  func deletedMeanwhile(other: Bool) async throws {
    let test = try await TestArchive()
    try await test.store([try SmallObject(study: 1).file()])
    let catalog = MeddledCatalog(test.catalog) { decision in
      guard decision == 1 else { return }
      _ = try await test.archive.delete(
        .study(SmallObject(study: 1).studyUID), as: TestArchive.principal, reason: "meanwhile")
    }
    #expect(try await store(try second(other: other), in: archive(test, catalog)) == .stored)
    #expect(try await content(test) == second(other: other))
    #expect(try await test.archive.quarantined(as: TestArchive.principal, limit: 10).isEmpty)
    // A rebuild decides alike: nothing was written down against the record that had gone.
    try await rebuild(test)
    #expect(try await content(test) == second(other: other))
    #expect(try await test.archive.quarantined(as: TestArchive.principal, limit: 10).isEmpty)
  }

  @Test("with a record that gives way to another is decided against that one", arguments: [true, false])
  func replacedMeanwhile(other: Bool) async throws {
    let test = try await TestArchive()
    var third = SmallObject(study: 1)
    third.shade = 77
    let replacement = try third.file()
    try await test.store([try SmallObject(study: 1).file()])
    let catalog = MeddledCatalog(test.catalog) { decision in
      guard decision == 1 else { return }
      _ = try await test.archive.delete(
        .study(SmallObject(study: 1).studyUID), as: TestArchive.principal, reason: "meanwhile")
      try await test.store([replacement])
    }
    #expect(try await store(try second(other: other), in: archive(test, catalog)) == .quarantined)
    #expect(catalog.decided == 2)
    for _ in 0..<2 {
      #expect(try await content(test) == replacement)
      #expect(try await test.archive.quarantined(as: TestArchive.principal, limit: 10).count == 1)
      try await rebuild(test)
    }
  }

  @Test("that never comes to rest is given up, and the sender is told to come again")
  func restless() async throws {
    let test = try await TestArchive()
    try await test.store([try SmallObject(study: 1).file()])
    let catalog = MeddledCatalog(test.catalog) { decision in
      var next = SmallObject(study: 1)
      next.shade = UInt8(truncatingIfNeeded: 100 + decision)
      _ = try await test.archive.delete(
        .study(SmallObject(study: 1).studyUID), as: TestArchive.principal, reason: "meanwhile")
      try await test.store([try next.file()])
    }
    let error = await #expect(throws: ArchiveError.self) {
      try await store(try second(other: true), in: archive(test, catalog))
    }
    #expect(error?.code == .unavailable)
    #expect((2..<20).contains(catalog.decided))
    #expect(try await test.archive.quarantined(as: TestArchive.principal, limit: 10).isEmpty)
  }

  @Test("whose decision a crash left to the catalog alone is written down by recovery")
  func unwritten() async throws {
    let test = try await TestArchive()
    try await test.store([try SmallObject(study: 1).file()])
    let crashing = Archive(
      Archive.Parts(
        blobs: LedgerNeverReached(real: test.blobs), catalog: test.catalog, documents: test.documents,
        audit: test.audit, environment: .system))
    let delivery = try await crashing.openDelivery(from: TestArchive.source, by: TestArchive.principal)
    _ = try await delivery.stage(Chunks(try second(other: true)), as: .part10)
    #expect(try await delivery.settle().map(\.kind) == [.quarantined])
    #expect(try await test.blobs.ledger().isEmpty)
    let restarted = EmbeddedBlobStore(test.directory, environment: .system)
    let archive = Archive(
      Archive.Parts(
        blobs: restarted, catalog: test.catalog, documents: test.documents, audit: test.audit, environment: .system))
    for _ in 0..<2 {
      _ = try await archive.recover()
      let aside = try await archive.quarantined(as: TestArchive.principal, limit: 10).map(\.record)
      #expect(try await restarted.ledger().map(\.decision) == [.quarantine])
      #expect(try await restarted.ledger().map(\.records) == [aside])
    }
    await delivery.close()
  }
}

/// A store whose process ends before decisions reach the ledger.
private struct LedgerNeverReached: BlobStore {
  let real: any BlobStore

  func appendToLedger(_ entry: LedgerEntry) async throws {}

  func openDelivery(_ delivery: DeliveryID) async throws -> any DeliveryWriter { try await real.openDelivery(delivery) }
  func read(_ location: RecordLocation, _ range: Range<UInt64>) async throws -> RecordBytes {
    try await real.read(location, range)
  }
  func containers() async throws -> [ContainerSummary] { try await real.containers() }
  func scan(_ container: ContainerID, from offset: UInt64) async throws -> RecordScan {
    try await real.scan(container, from: offset)
  }
  func ledger() async throws -> [LedgerEntry] { try await real.ledger() }
  func ledgerDamage() async throws -> [String] { try await real.ledgerDamage() }
  func seal(_ container: ContainerID, from offset: UInt64) async throws {
    try await real.seal(container, from: offset)
  }
  func openPack() async throws -> any DeliveryWriter { try await real.openPack() }
  func promote(_ container: ContainerID) async throws { try await real.promote(container) }
  func remove(_ container: ContainerID) async throws { try await real.remove(container) }
  func bytesOnDisk() async throws -> UInt64 { try await real.bytesOnDisk() }
}
