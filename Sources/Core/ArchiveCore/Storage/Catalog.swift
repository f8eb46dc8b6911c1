import DICOM

/// What the archive believes: patients, studies, series, instances, and the journal of how they came to be.
public protocol Catalog: Sendable {
  /// Carries out the changes, all or none, writes their journal entries and audit records in the same transaction,
  /// and returns once that transaction is on stable storage. Concurrent callers may share one transaction.
  ///
  /// - Returns: one outcome per change, in order.
  func commit(_ changes: [ArchiveChange]) async throws -> [ChangeOutcome]

  /// Answers a query, newest study first, narrowed to the sites before limit and offset.
  func find(_ query: Query, within sites: Principal.Sites) async throws -> QueryResult

  /// A page of the list of studies, newest first, narrowed to the sites before it is limited.
  func studies(_ search: StudySearch, within sites: Principal.Sites) async throws -> StudyPage

  /// The current instances of a selection in a stable order (series, then arrival); empty when nothing is visible.
  func instances(of selection: Selection, within sites: Principal.Sites) async throws -> [InstanceReference]

  /// Records of the selected instances, current and duplicate: what a deletion must name.
  func records(of selection: Selection, within sites: Principal.Sites) async throws -> [RecordID]

  /// What was ever corrected of a study, in order of time.
  func corrections(of study: StudyUID) async throws -> [Correction]

  /// The sites that sent some part of these studies.
  func sites(of studies: Set<StudyUID>) async throws -> Set<SiteID>

  /// The record of an instance as it is kept now, by record.
  func location(of record: RecordID) async throws -> RecordLocation?

  /// Where other records of the same bytes lie that were filed as duplicates of this one.
  func copies(of record: RecordID) async throws -> [RecordLocation]

  /// Records out of sight because they conflict, newest first.
  func quarantined(within sites: Principal.Sites, limit: Int) async throws -> [QuarantinedRecord]

  /// Live (not deleted) records of a container, for the compactor.
  func records(in container: ContainerID) async throws -> [CataloguedRecord]

  /// Whether a container has any live record, without listing them.
  func holdsRecords(in container: ContainerID) async throws -> Bool

  /// The records of a container that are set aside.
  func quarantined(in container: ContainerID) async throws -> [RecordID]

  /// How far a container has been applied: the end of its last committed record; 0 when unknown.
  func appliedOffset(of container: ContainerID) async throws -> UInt64

  /// Entries after a position, oldest first.
  func journal(after position: JournalPosition, limit: Int) async throws -> [JournalEntry]

  /// Where the journal ends now.
  func journalEnd() async throws -> JournalPosition

  /// What the counters say: studies, series, instances, bytes by site and modality. A site's lines count all of what it may
  /// know of, so a study of two sites counts for both.
  func counters(within sites: Principal.Sites) async throws -> [StudyCounter]
}

/// A study, a series of it, or an instance of that.
public enum Selection: Hashable, Sendable {
  case study(StudyUID)
  case series(StudyUID, SeriesUID)
  case instance(StudyUID, SeriesUID, InstanceUID)
  /// By SOP Instance UIDs alone (C-MOVE and C-GET at image level list them).
  case instances([InstanceUID])

  public var study: StudyUID? {
    switch self {
    case .study(let study), .series(let study, _), .instance(let study, _, _): study
    case .instances: nil
    }
  }
}

/// A change of what we believe, as a value.
public enum ArchiveChange: Sendable {
  /// A record has arrived. `.alreadySo` when the current record of that instance has the same digest,
  /// `.conflict` when it has another.
  case store(InstanceEntry)
  /// The record is the same content as the current one in other bytes; it is remembered so that it can be deleted with it.
  /// `.outdated` unless the current record is the one it was compared with; `nil` takes whichever is current.
  case duplicate(InstanceEntry, of: RecordID? = nil)
  /// The record conflicts with the current one; listed, out of searches. `.outdated` unless the current record is the one
  /// it was compared with; `nil` carries out what was decided before.
  case quarantine(InstanceEntry, of: RecordID? = nil)
  /// The records are deleted; instances, series, studies and patients that lose their last record go with them.
  case delete(records: [RecordID], by: Principal, at: Instant, reason: String)
  /// Something else is believed of a study than its objects say. `.alreadySo` when the correction is known; one of a study
  /// that is not there is remembered for its arrival.
  case correct(Correction)
  /// The compactor has copied the records elsewhere.
  case relocate([RecordID: RecordLocation])
  /// A container has been worked through up to here (recovery found nothing, or a sealed tail).
  case applied(ContainerID, upTo: UInt64)
}

public enum ChangeOutcome: Sendable, Equatable {
  case applied
  /// Nothing to do: what the change asks for holds already, with this record as the current one.
  case alreadySo(RecordID?)
  /// Another record is current for this SOP Instance UID.
  case conflict(InstanceReference)
  /// The record that the change was decided against is not current any more: nothing was done.
  case outdated
}

/// A record with the series it belongs to, as the compactor needs it.
public struct CataloguedRecord: Hashable, Sendable {
  public enum State: Int, Hashable, Sendable { case current = 0, duplicate = 1, quarantined = 2, deleted = 3 }
  public var record: RecordID
  public var location: RecordLocation
  public var state: State
  public var study: StudyUID
  public var series: SeriesUID
  /// When the series last received an instance.
  public var seriesChangedAt: Instant

  public init(
    record: RecordID, location: RecordLocation, state: State, study: StudyUID, series: SeriesUID,
    seriesChangedAt: Instant
  ) {
    self.record = record
    self.location = location
    self.state = state
    self.study = study
    self.series = series
    self.seriesChangedAt = seriesChangedAt
  }
}

public struct QuarantinedRecord: Hashable, Sendable {
  public var record: RecordID
  public var instance: InstanceUID
  public var study: StudyUID
  public var series: SeriesUID
  public var digest: Digest
  public var receivedAt: Instant
  public var source: String
  public var site: SiteID

  public init(
    record: RecordID, instance: InstanceUID, study: StudyUID, series: SeriesUID, digest: Digest, receivedAt: Instant,
    source: String, site: SiteID
  ) {
    self.record = record
    self.instance = instance
    self.study = study
    self.series = series
    self.digest = digest
    self.receivedAt = receivedAt
    self.source = source
    self.site = site
  }
}

/// A maintained count, so that nobody counts rows: one line per site and modality.
public struct StudyCounter: Hashable, Sendable, Codable {
  public var site: SiteID
  public var modality: String
  public var studies: Int
  public var series: Int
  public var instances: Int
  public var bytes: Int

  public init(site: SiteID, modality: String, studies: Int, series: Int, instances: Int, bytes: Int) {
    self.site = site
    self.modality = modality
    self.studies = studies
    self.series = series
    self.instances = instances
    self.bytes = bytes
  }
}
