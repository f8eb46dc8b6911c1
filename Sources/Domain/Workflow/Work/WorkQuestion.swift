public import ArchiveCore
import DICOM

/// Which objects to work by are wanted: narrow properties that a store has indexes for, and keys for the rest.
public struct WorkQuestion: Hashable, Sendable {
  public var kind: WorkKind
  public var sites: Principal.Sites
  /// `nil` for any.
  public var states: Set<WorkState>?
  public var study: String?
  public var accessionNumber: String?
  public var patientID: String?
  public var station: String?
  /// Between these, inclusive, as `WorkFields.start` writes moments; a bound says as much as it says.
  public var from: String?
  public var to: String?
  /// Asked of the attributes (PS3.4 §C.2.2.2).
  public var keys: [MatchingKey]

  public init(_ kind: WorkKind, within sites: Principal.Sites, keys: [MatchingKey] = []) {
    self.kind = kind
    self.sites = sites
    self.keys = keys
  }

  /// What keys of an identifier say that an index can answer. They stay keys: the index narrows, the matcher decides.
  public mutating func narrow() {
    if kind == .workitem { return narrowWorkitems() }
    let flat = WorkQuestion.flatten(keys)
    func single(_ tag: Tag) -> String? {
      if case .single(let text)? = flat[tag]?.condition, !text.isEmpty { text } else { nil }
    }
    study = single(.studyInstanceUID)
    accessionNumber = single(.accessionNumber)
    patientID = single(.patientID)
    let (stationTag, startTag): (Tag?, Tag?) =
      switch kind {
      case .scheduledStep: (.scheduledStationAETitle, .scheduledProcedureStepStartDate)
      case .performedStep: (.performedStationAETitle, .performedProcedureStepStartDate)
      case .workitem: (nil, .scheduledProcedureStepStartDateTime)
      case .commitment: (nil, nil)
      }
    station = stationTag.flatMap(single)
    switch startTag.flatMap({ flat[$0]?.condition }) {
    case .single(let text)?: (from, to) = (WorkQuestion.day(text), WorkQuestion.day(text))
    case .range(let first, let last)?: (from, to) = (first.flatMap(WorkQuestion.day), last.flatMap(WorkQuestion.day))
    default: break
    }
  }

  /// A workitem's study and patient are its own attributes; the same in its sequences are of requests, of which there
  /// may be several, so they narrow nothing.
  private mutating func narrowWorkitems() {
    for key in keys {
      switch (key.tag, key.condition) {
      case (.studyInstanceUID, .single(let text)) where !text.isEmpty: study = text
      case (.patientID, .single(let text)) where !text.isEmpty: patientID = text
      case (.procedureStepState, .single(let text)): states = Set([WorkState(text)].compactMap(\.self))
      case (.procedureStepState, .anyOf(let texts)): states = Set(texts.compactMap { WorkState($0) })
      case (.scheduledProcedureStepStartDateTime, .single(let text)):
        (from, to) = (WorkQuestion.dayWithoutOffset(text), WorkQuestion.dayWithoutOffset(text))
      case (.scheduledProcedureStepStartDateTime, .range(let first, let last)):
        (from, to) = (first.flatMap(WorkQuestion.dayWithoutOffset), last.flatMap(WorkQuestion.dayWithoutOffset))
      default: break
      }
    }
  }

  /// Moments with an offset, behind or ahead of UTC, may be another day's.
  private static func dayWithoutOffset(_ text: String) -> String? { text.contains("-") ? nil : day(text) }

  /// Only the day: moments with offsets may lie elsewhere on the clock, and the matcher is asked in the end.
  private static func day(_ text: String) -> String? {
    let digits = WorkFields.digits(text, 8)
    // An offset may bring a moment to another day: whoever states one is asked of every record.
    return digits.utf8.count == 8 && !text.contains("+") && text.utf8.count <= 21 ? digits : nil
  }

  /// Sequences that `WorkFields` takes an item of. The same attribute means something else in others.
  private static let opened: Set<Tag> = [.scheduledProcedureStepSequence, .referencedRequestSequence]

  private static func flatten(_ keys: [MatchingKey]) -> [Tag: MatchingKey] {
    var found: [Tag: MatchingKey] = [:]
    for key in keys {
      if case .sequence(let inner) = key.condition {
        // Of a performed step's several scheduled ones the index knows the first, so it is not asked about them.
        if opened.contains(key.tag) { found.merge(flatten(inner)) { first, _ in first } }
      } else {
        found[key.tag] = key
      }
    }
    return found
  }
}

/// Where a page of objects to work by ended: they come by their start, and in the order they were made.
public struct WorkCursor: Hashable, Sendable {
  public var start: String
  public var row: Int64

  public init(start: String, row: Int64) {
    self.start = start
    self.row = row
  }
}

/// A page of objects to work by.
public struct WorkPage: Hashable, Sendable {
  public var records: [WorkRecord]
  /// Where to go on; `nil` at the end.
  public var next: WorkCursor?

  public init(records: [WorkRecord], next: WorkCursor?) {
    self.records = records
    self.next = next
  }
}
