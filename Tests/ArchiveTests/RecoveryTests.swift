import ArchiveCore
import DICOM
import EmbeddedStore
import TestKit
import Testing

@Suite("An archive after a stop")
struct RecoveryTests {
  /// What a catalog answers, as text that two catalogs can be compared by.
  static func answers(_ test: TestArchive) async throws -> [String] {
    var lines: [String] = []
    for level in Query.Level.allCases {
      let result = try await test.archive.find(Query(level: level), as: TestArchive.principal)
      lines += try result.matches.map { match in
        "\(level) \(try DataSetWriter.encode(match.attributes, in: .explicitVRLittleEndian))"
      }.sorted()
    }
    let aside = try await test.archive.quarantined(as: TestArchive.principal, limit: 100)
    return lines + aside.map { "aside \($0.record) \($0.digest)" }.sorted()
  }

  @Test("answers every query alike from a rebuilt catalog: after deletions, re-sends and a conflict")
  func rebuild() async throws {
    let test = try await TestArchive()
    for study in 1...4 {
      try await test.store((1...3).map { try SmallObject(study: study, instance: $0).file() })
    }
    // Deleted; deleted and sent again; re-sent in another syntax; a conflict; a duplicate of something then deleted.
    _ = try await test.archive.delete(
      .study(SmallObject(study: 1).studyUID), as: TestArchive.principal, reason: "t")
    _ = try await test.archive.delete(
      .study(SmallObject(study: 2).studyUID), as: TestArchive.principal, reason: "t")
    try await test.store([try SmallObject(study: 2, instance: 1).file()])
    try await test.store([try SmallObject(study: 3, instance: 1).file(in: .implicitVRLittleEndian)])
    var other = SmallObject(study: 3, instance: 2)
    other.shade = 5
    try await test.store([try other.file()])
    try await test.store([try SmallObject(study: 4, instance: 3).file()])
    _ = try await test.archive.delete(
      .study(SmallObject(study: 4).studyUID), as: TestArchive.principal, reason: "t")

    let before = try await Self.answers(test)
    let journal = try await test.catalog.journalEnd()
    let summary = try await test.catalog.withRebuild { rebuilding in
      try await Archive(
        Archive.Parts(
          blobs: test.blobs, catalog: rebuilding, documents: test.documents, audit: test.audit, environment: .system)
      ).replayEverything()
    }
    #expect(summary.damaged == 0)
    #expect(try await Self.answers(test) == before)
    #expect(try await test.catalog.journalEnd() == journal, "a rebuild wakes no subscriber")
  }

  @Test("answers alike from a rebuilt catalog when objects contradict each other and the first of them goes")
  func contradictions() async throws {
    let test = try await TestArchive()
    let first = SmallObject(study: 1)
    var next = SmallObject(study: 1, instance: 2)
    next.patientID = "P7"
    next.patientName = "Roe^Richard"
    next.accession = "B7"
    next.studyDate = "20250607"
    next.modality = "CT"
    var elsewhere = SmallObject(study: 2)
    elsewhere.patientID = "P7"
    elsewhere.patientName = "Poe^Edgar"
    for object in [first, next, elsewhere] { try await test.store([try object.file()]) }
    let instance = try #require(InstanceUID(first.instance))
    let series = try #require(SeriesUID(first.series))
    _ = try await test.archive.delete(
      .instance(first.studyUID, series, instance), as: TestArchive.principal, reason: "t")

    let found = try await test.archive.find(Query(level: .study), as: TestArchive.principal).matches.map(\.attributes)
    #expect(Set(found.map { $0.string(.accessionNumber) }) == ["B7", "A2"])
    #expect(found.map { $0.string(.patientName) } == ["Roe^Richard", "Roe^Richard"], "P7 was named so first")
    let before = try await Self.answers(test)
    let counters = try await test.catalog.counters(within: .all)
    #expect(counters.map(\.modality) == ["CT", "OT"])
    _ = try await test.catalog.withRebuild { rebuilding in
      try await Archive(
        Archive.Parts(
          blobs: test.blobs, catalog: rebuilding, documents: test.documents, audit: test.audit, environment: .system)
      ).replayEverything()
    }
    #expect(try await Self.answers(test) == before)
    #expect(try await test.catalog.counters(within: .all) == counters)
  }

  @Test("finds what was synced but not yet committed, and finding it twice changes nothing")
  func recovery() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/data"
    do {
      let test = try await TestArchive(at: path)
      try await test.store([try SmallObject(study: 1).file()])
      // A delivery that reaches the disk and then stops: what a crash between the two syncs leaves.
      let writer = try await test.blobs.openDelivery(DeliveryID(bits: 7))
      let file = try SmallObject(study: 2).file()
      try await writer.begin(RecordID(bits: 77))
      for try await chunk in Chunks(file) { try await writer.append(chunk) }
      _ = try await writer.finish(
        RecordAttributes(
          id: RecordID(bits: 77), delivery: DeliveryID(bits: 7), receivedAt: Environment.system.now(),
          source: TestArchive.source, principalKind: .node, principalName: "TEST",
          transferSyntax: TransferSyntax.explicitVRLittleEndian.uid.rawValue),
        sync: true)
      try await test.catalog.close()
    }
    do {
      let test = try await TestArchive(at: path)
      let summary = try await test.archive.recover()
      #expect(summary.applied == 1)
      #expect(try await test.archive.find(Query(level: .study), as: TestArchive.principal).matches.count == 2)
      #expect(try await test.archive.recover().applied == 0)
      try await test.catalog.close()
    }
  }

  @Test("does not list what a container holds to see whether it holds anything")
  func boundedQuestion() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/data"
    do {
      let test = try await TestArchive(at: path)
      let delivery = try await test.archive.openDelivery(from: TestArchive.source, by: TestArchive.principal)
      for instance in 1...5 {
        _ = try await delivery.stage(Chunks(try SmallObject(study: 1, instance: instance).file()), as: .part10)
      }
      _ = try await delivery.settle()
      // Not closed: a crash.
      try await test.catalog.close()
    }
    let test = try await TestArchive.reopened(at: path)
    let catalog = ListlessCatalog(test.catalog)
    let archive = Archive(
      Archive.Parts(
        blobs: test.blobs, catalog: catalog, documents: test.documents, audit: test.audit, environment: .system))
    let summary = try await archive.recover()
    #expect(summary.containers == 1 && summary.skipped == 5)
    try await test.catalog.close()
  }
}

/// A catalog that lists the records of no container.
private struct ListlessCatalog: CatalogInFront {
  let real: any Catalog
  init(_ real: any Catalog) { self.real = real }

  func records(in container: ContainerID) async throws -> [CataloguedRecord] {
    throw ArchiveError(.limitExceeded, "the whole list of a container was asked for")
  }
}
