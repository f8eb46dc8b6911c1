/// What the journal says of an object that people and machines work by.
public struct WorkFacts: Hashable, Sendable {
  public var kind: WorkKind
  public var item: WorkUID
  public var state: WorkState
  public var study: StudyUID?

  public init(kind: WorkKind, item: WorkUID, state: WorkState, study: StudyUID? = nil) {
    self.kind = kind
    self.item = item
    self.state = state
    self.study = study
  }
}

/// Kinds of objects that people and machines work by.
public enum WorkKind: Int, CaseIterable, Hashable, Sendable {
  /// A step of a modality's worklist (PS3.4 Annex K).
  case scheduledStep = 1
  /// A Modality Performed Procedure Step (PS3.4 §F.7).
  case performedStep = 2
  /// A Unified Procedure Step (PS3.4 Annex CC).
  case workitem = 3
  /// A transaction of storage commitment that we asked another archive for (PS3.4 Annex J).
  case commitment = 4
}

/// How far such an object is; the texts of the standard are `description`.
public enum WorkState: Int, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case scheduled = 1
  case arrived = 2
  case ready = 3
  case started = 4
  case departed = 5
  case inProgress = 6
  case completed = 7
  case discontinued = 8
  case canceled = 9
  /// Of a commitment: asked for and not answered.
  case requested = 10
  /// Of a commitment: everything is kept.
  case committed = 11
  /// Of a commitment: something is not kept, or nobody answered.
  case failed = 12
  /// There is no such object any more.
  case removed = 13

  public init?(_ text: String) {
    guard let state = WorkState.allCases.first(where: { $0.description == text }) else { return nil }
    self = state
  }

  public var description: String {
    switch self {
    case .scheduled: "SCHEDULED"
    case .arrived: "ARRIVED"
    case .ready: "READY"
    case .started: "STARTED"
    case .departed: "DEPARTED"
    case .inProgress: "IN PROGRESS"
    case .completed: "COMPLETED"
    case .discontinued: "DISCONTINUED"
    case .canceled: "CANCELED"
    case .requested: "REQUESTED"
    case .committed: "COMMITTED"
    case .failed: "FAILED"
    case .removed: "REMOVED"
    }
  }
}

extension WorkKind {
  /// As interfaces write it.
  public var name: String {
    switch self {
    case .scheduledStep: "scheduled-step"
    case .performedStep: "performed-step"
    case .workitem: "workitem"
    case .commitment: "commitment"
    }
  }
}
