public import ArchiveCore

/// An instance that is to be sent somewhere.
public struct ForwardRequest: Hashable, Sendable {
  public var study: StudyUID
  public var instance: InstanceUID
  public var record: RecordID

  public init(study: StudyUID, instance: InstanceUID, record: RecordID) {
    self.study = study
    self.instance = instance
    self.record = record
  }
}

/// Because of what something is sent: a rule as it was then.
public struct ForwardCause: Hashable, Sendable {
  public var rule: String
  public var version: Int
  /// Whose studies the rule may move.
  public var sites: Principal.Sites

  public init(rule: String, version: Int, sites: Principal.Sites) {
    self.rule = rule
    self.version = version
    self.sites = sites
  }

  /// The system acting for this cause: it reads images and nothing else.
  public var principal: Principal {
    Principal(kind: .system, name: "rule \(rule) v\(version)", roles: [.radiologist], sites: sites)
  }
}

/// One instance on its way to one destination.
public struct ForwardItem: Hashable, Sendable {
  public enum State: Int, Hashable, Sendable, CaseIterable {
    case waiting = 0
    case sent = 1
    /// It keeps failing, or the receiver does not want it.
    case setAside = 2
  }

  /// Grows in the order things were queued.
  public var id: Int64
  public var destination: String
  public var study: StudyUID
  public var instance: InstanceUID
  public var record: RecordID
  public var cause: ForwardCause
  public var state: State
  /// How often it failed.
  public var attempts: Int
  public var queuedAt: Instant
  public var settledAt: Instant?
  /// Why it failed last, or what the receiver remarked; never in a peer's own words.
  public var reason: String?

  public init(
    id: Int64, destination: String, study: StudyUID, instance: InstanceUID, record: RecordID, cause: ForwardCause,
    state: State, attempts: Int, queuedAt: Instant, settledAt: Instant?, reason: String?
  ) {
    self.id = id
    self.destination = destination
    self.study = study
    self.instance = instance
    self.record = record
    self.cause = cause
    self.state = state
    self.attempts = attempts
    self.queuedAt = queuedAt
    self.settledAt = settledAt
    self.reason = reason
  }
}

/// Items of one study for one destination, because of one rule, in order.
public struct ForwardBatch: Hashable, Sendable {
  public var study: StudyUID
  public var cause: ForwardCause
  public var items: [ForwardItem]

  public init(study: StudyUID, cause: ForwardCause, items: [ForwardItem]) {
    self.study = study
    self.cause = cause
    self.items = items
  }
}

/// What became of an item.
public struct Settlement: Hashable, Sendable {
  public enum Result: Hashable, Sendable {
    case sent(remark: String?)
    case setAside(reason: String)
    /// It failed, so often by now, and is to be tried again.
    case again(reason: String, failures: Int)
    /// There is no such instance any more.
    case gone
  }

  public var item: Int64
  public var result: Result

  public init(_ item: Int64, _ result: Result) {
    self.item = item
    self.result = result
  }
}

/// A destination that cannot be worked with for a while.
public struct Postponement: Hashable, Sendable {
  /// Failures in a row.
  public var failures: Int
  public var until: Instant
  public var reason: String

  public init(failures: Int, until: Instant, reason: String) {
    self.failures = failures
    self.until = until
    self.reason = reason
  }
}

/// A destination's queue as a whole. Its counts are kept with it, so that nobody counts rows.
public struct QueueStatus: Hashable, Sendable {
  public var destination: String
  public var isPaused: Bool
  public var waiting: Int
  public var setAside: Int
  public var sent: Int
  /// When the item was queued that waits longest.
  public var oldest: Instant?
  public var postponement: Postponement?

  public init(
    destination: String, isPaused: Bool = false, waiting: Int = 0, setAside: Int = 0, sent: Int = 0,
    oldest: Instant? = nil, postponement: Postponement? = nil
  ) {
    self.destination = destination
    self.isPaused = isPaused
    self.waiting = waiting
    self.setAside = setAside
    self.sent = sent
    self.oldest = oldest
    self.postponement = postponement
  }
}
