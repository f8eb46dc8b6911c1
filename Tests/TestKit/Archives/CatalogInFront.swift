public import ArchiveCore

/// A catalog before another one: it does what it says itself, and leaves everything else to that one.
public protocol CatalogInFront: Catalog {
  var real: any Catalog { get }
}

extension CatalogInFront {
  public func commit(_ changes: [ArchiveChange]) async throws -> [ChangeOutcome] { try await real.commit(changes) }
  public func studies(_ search: StudySearch, within sites: Principal.Sites) async throws -> StudyPage {
    try await real.studies(search, within: sites)
  }
  public func find(_ query: Query, within sites: Principal.Sites) async throws -> QueryResult {
    try await real.find(query, within: sites)
  }
  public func instances(
    of selection: Selection, within sites: Principal.Sites
  ) async throws -> [InstanceReference] {
    try await real.instances(of: selection, within: sites)
  }
  public func records(of selection: Selection, within sites: Principal.Sites) async throws -> [RecordID] {
    try await real.records(of: selection, within: sites)
  }
  public func corrections(of study: StudyUID) async throws -> [Correction] { try await real.corrections(of: study) }
  public func sites(of studies: Set<StudyUID>) async throws -> Set<SiteID> { try await real.sites(of: studies) }
  public func location(of record: RecordID) async throws -> RecordLocation? { try await real.location(of: record) }
  public func copies(of record: RecordID) async throws -> [RecordLocation] { try await real.copies(of: record) }
  public func quarantined(within sites: Principal.Sites, limit: Int) async throws -> [QuarantinedRecord] {
    try await real.quarantined(within: sites, limit: limit)
  }
  public func records(in container: ContainerID) async throws -> [CataloguedRecord] {
    try await real.records(in: container)
  }
  public func holdsRecords(in container: ContainerID) async throws -> Bool {
    try await real.holdsRecords(in: container)
  }
  public func quarantined(in container: ContainerID) async throws -> [RecordID] {
    try await real.quarantined(in: container)
  }
  public func appliedOffset(of container: ContainerID) async throws -> UInt64 {
    try await real.appliedOffset(of: container)
  }
  public func journal(after position: JournalPosition, limit: Int) async throws -> [JournalEntry] {
    try await real.journal(after: position, limit: limit)
  }
  public func journalEnd() async throws -> JournalPosition { try await real.journalEnd() }
  public func counters(within sites: Principal.Sites) async throws -> [StudyCounter] {
    try await real.counters(within: sites)
  }
}
