import ArchiveCore
import DICOM

/// A catalog that holds one study of one instance, at site north, until it is deleted; everything else is empty.
actor OneStudyCatalog: Catalog {
  func corrections(of study: StudyUID) -> [Correction] { [] }
  func sites(of studies: Set<StudyUID>) async throws -> Set<SiteID> { [SiteID("north")] }

  static let site = SiteID("north")

  private var isDeleted = false

  private func isVisible(_ sites: Principal.Sites) -> Bool { !isDeleted && sites.includes(Self.site) }

  private var facts: InstanceFacts? {
    guard let study = StudyUID("1.2.3"), let series = SeriesUID("1.2.3.4"), let instance = InstanceUID("1.2.3.4.5")
    else { return nil }
    return InstanceFacts(
      study: study, series: series, instance: instance, record: RecordID(bits: 9), site: Self.site, modality: "CT",
      bytes: 1000, seriesEdge: true, studyEdge: true)
  }

  func commit(_ changes: [ArchiveChange]) -> [ChangeOutcome] {
    for case .delete in changes { isDeleted = true }
    return changes.map { _ in .applied }
  }

  func studies(_ search: StudySearch, within sites: Principal.Sites) -> StudyPage {
    guard isVisible(sites), let facts else { return StudyPage(studies: [], hasMore: false) }
    let place = StudyListPlace(date: 20_240_301, time: 36_900_000_000, number: 1)
    guard search.after == nil || search.after != place else { return StudyPage(studies: [], hasMore: false) }
    let summary = StudySummary(
      study: facts.study, patientName: PersonName(alphabetic: "Doe^Jane", ideographic: "\u{68EE}"), patientID: "P1",
      birthDate: 19_700_102, sex: "F", accessionNumber: "A1", description: "Thorax", date: 20_240_301,
      time: 36_900_000_000, modalities: ["CT"], series: 1, instances: 1, bytes: 1000,
      sites: [Self.site, SiteID("elsewhere")], changedAt: Instant(nanoseconds: 1_700_000_000_000_000_000), place: place)
    return StudyPage(studies: [summary], hasMore: true)
  }

  func find(_ query: Query, within sites: Principal.Sites) -> QueryResult { QueryResult(matches: [], hasMore: false) }

  func instances(of selection: Selection, within sites: Principal.Sites) -> [InstanceReference] {
    guard isVisible(sites), let facts, let digest = Digest(Array(repeating: 7, count: 32)) else { return [] }
    switch selection {
    case .study(facts.study), .series(facts.study, facts.series),
      .instance(facts.study, facts.series, facts.instance):
      let location = RecordLocation(container: ContainerID(bits: 1), offset: 0, length: 1000)
      return [
        InstanceReference(
          study: facts.study, series: facts.series, instance: facts.instance, sopClass: "1.2", transferSyntax: "1.2",
          record: facts.record, location: location, digest: digest, receivedAt: Instant(nanoseconds: 0), frames: nil)
      ]
    default: return []
    }
  }

  func records(of selection: Selection, within sites: Principal.Sites) -> [RecordID] {
    instances(of: selection, within: sites).map(\.record)
  }

  func location(of record: RecordID) -> RecordLocation? { nil }

  func copies(of record: RecordID) -> [RecordLocation] { [] }
  func holdsRecords(in container: ContainerID) -> Bool { false }
  func quarantined(in container: ContainerID) -> [RecordID] { [] }

  func quarantined(within sites: Principal.Sites, limit: Int) -> [QuarantinedRecord] {
    guard sites.includes(Self.site), let facts, let digest = Digest(Array(repeating: 7, count: 32)) else { return [] }
    return [
      QuarantinedRecord(
        record: facts.record, instance: facts.instance, study: facts.study, series: facts.series, digest: digest,
        receivedAt: Instant(nanoseconds: 0), source: "CT1", site: Self.site)
    ]
  }

  func records(in container: ContainerID) -> [CataloguedRecord] { [] }
  func appliedOffset(of container: ContainerID) -> UInt64 { 0 }

  func journal(after position: JournalPosition, limit: Int) -> [JournalEntry] {
    let first = JournalPosition(epoch: 1, partition: 0, sequence: 1)
    guard position < first, let facts else { return [] }
    return [
      JournalEntry(
        position: first, at: Instant(nanoseconds: 0), principal: "node:CT1", site: Self.site, delivery: nil,
        channel: .association, event: .instanceStored(facts))
    ]
  }

  func journalEnd() -> JournalPosition { JournalPosition(epoch: 1, partition: 0, sequence: 1) }

  func counters(within sites: Principal.Sites) -> [StudyCounter] {
    isVisible(sites)
      ? [StudyCounter(site: Self.site, modality: "CT", studies: 1, series: 1, instances: 1, bytes: 1000)] : []
  }
}

/// A blob store that takes decisions and has no bytes.
struct NoBlobs: BlobStore {
  private let refusal = ArchiveError(.unavailable, "there are no bytes here")

  func openDelivery(_ delivery: DeliveryID) async throws -> any DeliveryWriter { throw refusal }
  func appendToLedger(_ entry: LedgerEntry) async throws {}
  func read(_ location: RecordLocation, _ range: Range<UInt64>) async throws -> RecordBytes { throw refusal }
  func containers() async throws -> [ContainerSummary] { [] }
  func scan(_ container: ContainerID, from offset: UInt64) async throws -> RecordScan { RecordScan(events: []) }
  func ledger() async throws -> [LedgerEntry] { [] }
  func seal(_ container: ContainerID, from offset: UInt64) async throws {}
  func promote(_ container: ContainerID) async throws {}
  func ledgerDamage() async throws -> [String] { throw refusal }
  func openPack() async throws -> any DeliveryWriter { throw refusal }
  func remove(_ container: ContainerID) async throws {}
  func bytesOnDisk() async throws -> UInt64 { 0 }
}

/// Series documents that are never there.
struct NoDocuments: SeriesDocuments {
  func put(_ document: InstanceDocument, series: SeriesUID, of study: StudyUID) async throws {}
  func documents(of series: SeriesUID, in study: StudyUID) async throws -> [RecordID: InstanceDocument] { [:] }
  func remove(_ series: SeriesUID, of study: StudyUID) async throws {}
  func removeAll() async throws {}
}
