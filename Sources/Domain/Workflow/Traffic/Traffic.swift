public import ArchiveCore

/// Who has sent how much, hour by hour: a fold of the journal.
///
/// Adding entries commutes, so that the newest may be read first; pages of any size give the same. An entry may be added
/// once only.
public struct Traffic: Hashable, Sendable {
  /// How long volumes are kept.
  public static let volumesKept = Duration.seconds(86_400)
  /// How long it is known that somebody sent something at all.
  public static let sourcesKept = Duration.seconds(7 * 86_400)
  /// Sources at a time; further ones are not counted, and `isPartial` says so.
  public static let maximumSources = 500
  /// Studies in `recent`.
  public static let maximumRecent = 12

  /// Where instances come from.
  public struct Origin: Hashable, Sendable {
    public var channel: Source.Channel?
    /// AE title, account or token name.
    public var name: String
    public var site: SiteID

    public init(channel: Source.Channel?, name: String, site: SiteID) {
      self.channel = channel
      self.name = name
      self.site = site
    }
  }

  public struct Volume: Hashable, Sendable {
    public var instances = 0
    public var bytes: UInt64 = 0
    /// Studies of which it sent the first instance.
    public var studies = 0
  }

  /// A study that something arrived for, and from where it came last.
  public struct Arrival: Hashable, Sendable {
    public var study: StudyUID
    public var at: Instant
    public var origin: Origin

    /// Total among arrivals of a study, so that of those in the same moment the same one is kept in whatever order they
    /// are read.
    fileprivate func isBefore(_ other: Arrival) -> Bool {
      func key(_ arrival: Arrival) -> (Instant, String, String, String) {
        (arrival.at, arrival.origin.name, arrival.origin.site.value, arrival.origin.channel?.rawValue ?? "")
      }
      return key(self) < key(other)
    }
  }

  public struct Flow: Hashable, Sendable {
    public var lastSeen: Instant
    /// By hours since 1970.
    public var hours: [Int64: Volume] = [:]
  }

  public private(set) var flows: [Origin: Flow] = [:]
  /// The studies that something arrived for last, newest first.
  public private(set) var recent: [Arrival] = []
  /// Whether there was more than is kept.
  public internal(set) var isPartial = false

  public init() {}

  public mutating func add(_ entry: JournalEntry) {
    var facts: InstanceFacts?
    switch entry.event {
    case .instanceStored(let stored): facts = stored
    case .instanceResent, .instanceQuarantined: break
    case .instanceDeleted, .duplicateRemoved, .studyCorrected, .seriesRestated, .studyCompleted,
      .workItemChanged:
      return
    }
    let origin = Origin(channel: entry.channel, name: entry.sourceName, site: entry.site)
    guard flows[origin] != nil || flows.count < Self.maximumSources else {
      isPartial = true
      return
    }
    var flow = flows[origin] ?? Flow(lastSeen: entry.at)
    flow.lastSeen = max(flow.lastSeen, entry.at)
    if let facts {
      var volume = flow.hours[entry.at.hour] ?? Volume()
      volume.instances += 1
      volume.bytes = volume.bytes.addingReportingOverflow(facts.bytes).partialValue
      volume.studies += facts.studyEdge ? 1 : 0
      flow.hours[entry.at.hour] = volume
      note(Arrival(study: facts.study, at: entry.at, origin: origin))
    }
    flows[origin] = flow
  }

  /// Drops what is older than is kept.
  public mutating func forget(at now: Instant) {
    let firstHour = now.adding(.zero - Self.volumesKept).hour
    let firstSeen = now.adding(.zero - Self.sourcesKept)
    flows = flows.filter { $0.value.lastSeen >= firstSeen }.mapValues { flow in
      Flow(lastSeen: flow.lastSeen, hours: flow.hours.filter { $0.key >= firstHour })
    }
  }

  private mutating func note(_ arrival: Arrival) {
    if let index = recent.firstIndex(where: { $0.study == arrival.study }) {
      guard recent[index].isBefore(arrival) else { return }
      recent.remove(at: index)
    }
    let place =
      recent.firstIndex { ($0.at, $0.study.value) < (arrival.at, arrival.study.value) } ?? recent.endIndex
    recent.insert(arrival, at: place)
    if recent.count > Self.maximumRecent { recent.removeLast() }
  }
}

extension Instant {
  /// Whole hours since 1970.
  var hour: Int64 { seconds / 3600 }
}
