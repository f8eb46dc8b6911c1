import ArchiveCore
import TestKit

/// As much of a catalog as the compactor asks for: which record is where, in what state, of which series.
actor LocationCatalog: Catalog {
  func corrections(of study: StudyUID) -> [Correction] { [] }
  func sites(of studies: Set<StudyUID>) async throws -> Set<SiteID> { [.main] }

  func studies(_ search: StudySearch, within sites: Principal.Sites) async throws -> StudyPage {
    StudyPage(studies: [], hasMore: false)
  }

  private(set) var records: [RecordID: CataloguedRecord] = [:]
  private var commitFails = false

  func add(_ record: StoredRecord, study: StudyUID, series: SeriesUID, at: Instant) {
    records[record.attributes.id] = CataloguedRecord(
      record: record.attributes.id, location: record.location, state: .current, study: study, series: series,
      seriesChangedAt: at)
  }

  func delete(_ record: RecordID) { records[record]?.state = .deleted }
  func forgetEverything() { records = [:] }
  func failCommits(_ fails: Bool) { commitFails = fails }

  func commit(_ changes: [ArchiveChange]) throws -> [ChangeOutcome] {
    if commitFails { throw ArchiveError(.unavailable, "commit failed") }
    for case .relocate(let moved) in changes {
      for (record, location) in moved { records[record]?.location = location }
    }
    return changes.map { _ in .applied }
  }

  func records(in container: ContainerID) -> [CataloguedRecord] {
    records.values.filter { $0.location.container == container }
  }

  func records(of selection: Selection, within sites: Principal.Sites) -> [RecordID] {
    guard case .series(let study, let series) = selection else { return [] }
    return records.values.filter { $0.study == study && $0.series == series && $0.state != .deleted }.map(\.record)
  }

  func location(of record: RecordID) -> RecordLocation? {
    guard let found = records[record], found.state != .deleted else { return nil }
    return found.location
  }

  func copies(of record: RecordID) -> [RecordLocation] { [] }
  func holdsRecords(in container: ContainerID) -> Bool { !records(in: container).isEmpty }
  func quarantined(in container: ContainerID) -> [RecordID] { [] }
  func find(_ query: Query, within sites: Principal.Sites) -> QueryResult { QueryResult(matches: [], hasMore: false) }
  func instances(of selection: Selection, within sites: Principal.Sites) -> [InstanceReference] { [] }
  func quarantined(within sites: Principal.Sites, limit: Int) -> [QuarantinedRecord] { [] }
  func appliedOffset(of container: ContainerID) -> UInt64 { 0 }
  func journal(after position: JournalPosition, limit: Int) -> [JournalEntry] { [] }
  func journalEnd() -> JournalPosition { .start }
  func counters(within sites: Principal.Sites) -> [StudyCounter] { [] }
}
