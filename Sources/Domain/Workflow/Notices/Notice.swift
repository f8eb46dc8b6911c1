public import ArchiveCore
public import DICOM

/// A message of a normalised service that is owed to a node (PS3.7 §10): the result of a commitment, an event of a step,
/// the availability of instances. It waits until the node has taken it.
public struct Notice: Hashable, Sendable {
  /// PS3.7 §10.1; with the Event or Action Type ID.
  public enum Operation: Hashable, Sendable {
    case eventReport(UInt16)
    case action(UInt16)
    case create
    case set
  }

  public enum State: Int, Hashable, Sendable {
    case waiting = 0
    /// The node keeps failing, or does not want it.
    case setAside = 1
  }

  /// Grows in the order notices were made; 0 before.
  public var id: Int64
  /// AE title of the node.
  public var node: String
  public var operation: Operation
  public var sopClass: String
  public var sopInstance: String?
  /// What it is about, a UID, for whoever may take it back.
  public var subject: String?
  public var attributes: DataSet
  public var state: State
  public var attempts: Int
  public var queuedAt: Instant
  /// When it may be tried.
  public var due: Instant
  /// Why it failed last; never in a peer's own words.
  public var reason: String?

  public init(
    id: Int64 = 0, to node: String, _ operation: Operation, sopClass: String, sopInstance: String?,
    about subject: String? = nil, attributes: DataSet, state: State = .waiting, attempts: Int = 0, queuedAt: Instant,
    due: Instant? = nil,
    reason: String? = nil
  ) {
    self.id = id
    self.node = node
    self.operation = operation
    self.sopClass = sopClass
    self.sopInstance = sopInstance
    self.subject = subject
    self.attributes = attributes
    self.state = state
    self.attempts = attempts
    self.queuedAt = queuedAt
    self.due = due ?? queuedAt
    self.reason = reason
  }
}

extension Notice {
  /// The SOP class that is negotiated for it: steps are instances of UPS Push, and their events travel under UPS Event
  /// (PS3.4 §CC.3.1).
  public var abstractSyntax: String {
    if case .eventReport = operation, sopClass == UnifiedStep.sopClass.rawValue {
      return UID.unifiedProcedureStepEvent.rawValue
    }
    return sopClass
  }

  /// The same for another node.
  public func to(_ node: String) -> Notice {
    var notice = self
    notice.node = node
    return notice
  }
}

/// What became of a notice.
public enum NoticeOutcome: Hashable, Sendable {
  case delivered
  /// It failed and is tried again at that moment.
  case again(at: Instant, reason: String)
  case setAside(reason: String)
}
