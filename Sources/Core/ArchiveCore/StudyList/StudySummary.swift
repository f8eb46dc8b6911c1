public import DICOM

/// One line of the list of studies.
public struct StudySummary: Hashable, Sendable {
  public var study: StudyUID
  public var patientName: PersonName
  public var patientID: String
  /// `yyyymmdd`; `nil` when absent or unreadable.
  public var birthDate: Int64?
  /// Patient's Sex as it was sent.
  public var sex: String
  public var accessionNumber: String
  public var description: String
  /// `yyyymmdd`; `nil` when absent or unreadable.
  public var date: Int64?
  /// Microseconds of the day; `nil` when absent or unreadable.
  public var time: Int64?
  public var modalities: [String]
  public var series: Int
  public var instances: Int
  public var bytes: UInt64
  /// The sites that sent a part of it, as far as the caller may know.
  public var sites: [SiteID]
  /// When an instance last arrived or went.
  public var changedAt: Instant
  public var place: StudyListPlace

  public init(
    study: StudyUID, patientName: PersonName, patientID: String, birthDate: Int64?, sex: String,
    accessionNumber: String, description: String, date: Int64?, time: Int64?, modalities: [String], series: Int,
    instances: Int, bytes: UInt64, sites: [SiteID], changedAt: Instant, place: StudyListPlace
  ) {
    self.study = study
    self.patientName = patientName
    self.patientID = patientID
    self.birthDate = birthDate
    self.sex = sex
    self.accessionNumber = accessionNumber
    self.description = description
    self.date = date
    self.time = time
    self.modalities = modalities
    self.series = series
    self.instances = instances
    self.bytes = bytes
    self.sites = sites
    self.changedAt = changedAt
    self.place = place
  }
}

/// A page of the list of studies.
public struct StudyPage: Hashable, Sendable {
  public var studies: [StudySummary]
  /// Whether there are more behind the last.
  public var hasMore: Bool

  public init(studies: [StudySummary], hasMore: Bool) {
    self.studies = studies
    self.hasMore = hasMore
  }
}
