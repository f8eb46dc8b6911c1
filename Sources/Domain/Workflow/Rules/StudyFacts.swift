public import ArchiveCore
public import DICOM

/// What a rule may know of something that happened to a study.
public struct StudyFacts: Sendable {
  public var study: StudyUID
  public var trigger: RoutingRule.Trigger
  public var at: Instant
  public var sources: Set<String>
  public var sites: Set<SiteID>
  public var modalities: Set<String>
  public var isImport: Bool
  /// The attributes of each series, or of each instance when a rule asks for those, with those of study and patient.
  public var dataSets: [DataSet]

  public init(
    study: StudyUID, trigger: RoutingRule.Trigger, at: Instant, sources: Set<String>, sites: Set<SiteID>,
    modalities: Set<String>, isImport: Bool, dataSets: [DataSet] = []
  ) {
    self.study = study
    self.trigger = trigger
    self.at = at
    self.sources = sources
    self.sites = sites
    self.modalities = modalities
    self.isImport = isImport
    self.dataSets = dataSets
  }

  /// Series or instances of one study that are looked at.
  public static let maximumDataSets = 2000
}

/// That a rule sends something somewhere.
public struct RoutingDecision: Hashable, Sendable {
  public var cause: ForwardCause
  public var destination: String

  public init(cause: ForwardCause, destination: String) {
    self.cause = cause
    self.destination = destination
  }
}
