public import DICOM

/// Everything the catalog needs to know of one arrived instance.
public struct InstanceEntry: Sendable {
  public var patient: PatientIdentity
  public var study: StudyUID
  public var series: SeriesUID
  public var instance: InstanceUID
  public var sopClass: UID
  /// The header: every element, with large values as references into the payload.
  public var header: DataSet
  public var record: StoredRecord
  /// Where the frames lie in the payload; `nil` without pixel data, or when they cannot be told apart without decoding.
  public var frames: FrameIndex?

  public init(
    patient: PatientIdentity, study: StudyUID, series: SeriesUID, instance: InstanceUID, sopClass: UID,
    header: DataSet, record: StoredRecord, frames: FrameIndex?
  ) {
    self.patient = patient
    self.study = study
    self.series = series
    self.instance = instance
    self.sopClass = sopClass
    self.header = header
    self.record = record
    self.frames = frames
  }
}

/// An instance as the catalog gives it back: enough to read it.
public struct InstanceReference: Sendable, Hashable {
  public var study: StudyUID
  public var series: SeriesUID
  public var instance: InstanceUID
  public var sopClass: String
  public var transferSyntax: String
  public var record: RecordID
  public var location: RecordLocation
  public var digest: Digest
  public var receivedAt: Instant
  /// `FrameIndex.encoded`, if the frames are known.
  public var frames: [UInt8]?
  /// What is believed of the study instead of what the object says; `nil` when nothing was corrected.
  public var belief: Belief?
  /// The profile by which it was coerced when it came; `nil` when it was taken as it is.
  public var profile: ProfileVersion?

  public init(
    study: StudyUID, series: SeriesUID, instance: InstanceUID, sopClass: String, transferSyntax: String,
    record: RecordID, location: RecordLocation, digest: Digest, receivedAt: Instant, frames: [UInt8]?,
    belief: Belief? = nil, profile: ProfileVersion? = nil
  ) {
    self.study = study
    self.series = series
    self.instance = instance
    self.sopClass = sopClass
    self.transferSyntax = transferSyntax
    self.record = record
    self.location = location
    self.digest = digest
    self.receivedAt = receivedAt
    self.frames = frames
    self.belief = belief
    self.profile = profile
  }

  /// What the bytes that are given back of it depend on: the record and the belief.
  public var version: String { belief.map { "\(record)-\($0.version)" } ?? record.description }
}
