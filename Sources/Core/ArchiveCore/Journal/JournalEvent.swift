/// What can happen to the archive: the whole vocabulary of its journal (`DESIGN` §3).
///
/// Events carry identifiers and what cannot be read later, never names or pixels.
public enum JournalEvent: Hashable, Sendable {
  case instanceStored(InstanceFacts)
  case instanceDeleted(InstanceFacts)
  /// A second record of the same content arrived: nothing changed but that we know, and that its site may know of the study.
  case instanceResent(InstanceFacts)
  /// Such a second record is gone, or has taken the place of the first: then it is stored next.
  case duplicateRemoved(InstanceFacts)
  /// A record of other content under a known SOP Instance UID was set aside.
  case instanceQuarantined(InstanceUID, record: RecordID)
  /// What we believe of a study changed without an instance coming or going; the revision is the study's new one.
  case studyCorrected(StudyUID, revision: Int)
  /// A series is of another modality than was said until now: the object that said so is gone, or an earlier one arrived
  /// late. One entry for each site that may know of the study.
  case seriesRestated(StudyUID, SeriesUID, modality: String)
  /// Nothing more of a study is expected; said again with a higher revision when a late instance has arrived. One entry
  /// for each site that sent a part of it, with how many instances the study had.
  case studyCompleted(StudyUID, revision: Int, instances: Int)
  /// Something that people and machines work by was made, went on, or went.
  case workItemChanged(WorkFacts)
}

/// The facts of an instance that a projection needs even after the instance is gone.
public struct InstanceFacts: Hashable, Sendable {
  public var study: StudyUID
  public var series: SeriesUID
  public var instance: InstanceUID
  public var record: RecordID
  public var site: SiteID
  public var modality: String
  public var bytes: UInt64
  /// Whether a deletion of this instance took the last one of its series, and of its study; for a stored one whether it
  /// was the first.
  public var seriesEdge: Bool
  public var studyEdge: Bool

  public init(
    study: StudyUID, series: SeriesUID, instance: InstanceUID, record: RecordID, site: SiteID, modality: String,
    bytes: UInt64, seriesEdge: Bool, studyEdge: Bool
  ) {
    self.study = study
    self.series = series
    self.instance = instance
    self.record = record
    self.site = site
    self.modality = modality
    self.bytes = bytes
    self.seriesEdge = seriesEdge
    self.studyEdge = studyEdge
  }
}

/// A place in the journal. Opaque to callers: compare, keep, hand back.
///
/// A restore starts a new epoch, so a position from before it is recognised. Order is promised within a partition;
/// the embedded home has one.
public struct JournalPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var epoch: Int64
  public var partition: Int32
  public var sequence: Int64

  public init(epoch: Int64, partition: Int32, sequence: Int64) {
    self.epoch = epoch
    self.partition = partition
    self.sequence = sequence
  }

  /// Before everything.
  public static let start = JournalPosition(epoch: 0, partition: 0, sequence: 0)

  public static func < (left: JournalPosition, right: JournalPosition) -> Bool {
    (left.epoch, left.partition, left.sequence) < (right.epoch, right.partition, right.sequence)
  }

  public var description: String { "\(epoch)-\(partition)-\(sequence)" }

  /// Reads what `description` writes.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let epoch = Int64(parts[0]), let partition = Int32(parts[1]),
      let sequence = Int64(parts[2])
    else { return nil }
    self.init(epoch: epoch, partition: partition, sequence: sequence)
  }
}

/// One line of the journal.
public struct JournalEntry: Hashable, Sendable {
  public var position: JournalPosition
  public var at: Instant
  /// Who caused it: kind and name.
  public var principal: String
  public var site: SiteID
  public var delivery: DeliveryID?
  /// How the bytes reached us; reactors leave imports and migrations alone.
  public var channel: Source.Channel?
  public var event: JournalEvent

  public init(
    position: JournalPosition, at: Instant, principal: String, site: SiteID, delivery: DeliveryID?,
    channel: Source.Channel?, event: JournalEvent
  ) {
    self.position = position
    self.at = at
    self.principal = principal
    self.site = site
    self.delivery = delivery
    self.channel = channel
    self.event = event
  }
}
