public import ArchiveCore

/// Which studies go where: data, never code.
public struct RoutingRule: Hashable, Sendable, Codable {
  public enum Trigger: String, Hashable, Sendable, Codable, CaseIterable {
    /// Each instance by itself, as soon as it is stored.
    case onArrival
    /// All instances of a study that were not sent yet, when it is complete.
    case onCompletion
  }

  /// Ours, for ever; empty before it is kept.
  public var id: String
  /// Counts its changes, from 1.
  public var version: Int
  public var name: String
  public var enabled: Bool
  public var when: RuleConditions
  public var trigger: Trigger
  /// Names of destinations.
  public var to: [String]
  /// Whether imports, migrations and demonstrations are moved too.
  public var includeImports: Bool
  /// The sites of who made it; all when absent. It moves only studies that these may know of.
  public var sites: [String]?

  public init(
    id: String = "", version: Int = 1, name: String, enabled: Bool = true, when: RuleConditions = RuleConditions(),
    trigger: Trigger = .onCompletion, to: [String], includeImports: Bool = false, sites: [String]? = nil
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.enabled = enabled
    self.when = when
    self.trigger = trigger
    self.to = to
    self.includeImports = includeImports
    self.sites = sites
  }

  public var scope: Principal.Sites {
    get { sites.map { .only(Set($0.map(SiteID.init))) } ?? .all }
    set {
      switch newValue {
      case .all: sites = nil
      case .only(let only): sites = only.map(\.value).sorted()
      }
    }
  }

  public var cause: ForwardCause { ForwardCause(rule: id, version: version, sites: scope) }

  /// Rules that there may be.
  public static let maximumCount = 500
}

/// When a rule applies: each condition that is there must hold; one that lists several holds for any of them.
public struct RuleConditions: Hashable, Sendable, Codable {
  /// AE titles, accounts or tokens that sent a part of it.
  public var sources: [String]?
  public var sites: [String]?
  /// Modality (0008,0060).
  public var modalities: [String]?
  /// All must hold for one series, or one instance, of the study.
  public var attributes: [AttributeCondition]?
  public var time: TimeWindow?
  public var weekdays: [Weekday]?

  public init(
    sources: [String]? = nil, sites: [String]? = nil, modalities: [String]? = nil,
    attributes: [AttributeCondition]? = nil, time: TimeWindow? = nil, weekdays: [Weekday]? = nil
  ) {
    self.sources = sources
    self.sites = sites
    self.modalities = modalities
    self.attributes = attributes
    self.time = time
    self.weekdays = weekdays
  }
}
