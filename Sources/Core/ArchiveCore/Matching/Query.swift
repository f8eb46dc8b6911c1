public import DICOM

/// A question to the archive, as C-FIND (PS3.4 §C.4.1) and QIDO-RS (PS3.18 §10.6) both ask it.
public struct Query: Sendable, Hashable {
  public enum Level: Int, Sendable, Hashable, Comparable, CaseIterable {
    case patient, study, series, instance
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  public var level: Level
  /// All must match.
  public var keys: [MatchingKey]
  public var limit: Int?
  /// Answers to pass over, counted from the beginning or from behind `after`.
  public var offset: Int
  /// Where an earlier answer to the same question ended.
  public var after: QueryCursor?
  /// The zone that dates and times of keys and answers are in; `nil` takes them as objects have them.
  public var zone: TimeZoneAdjustment?

  public init(
    level: Level, keys: [MatchingKey] = [], limit: Int? = nil, offset: Int = 0, after: QueryCursor? = nil
  ) {
    self.level = level
    self.keys = keys
    self.limit = limit
    self.offset = offset
    self.after = after
  }
}

/// A place in the order of the answers to a query: behind one of them.
///
/// To go on there costs no more than to begin, and what arrives or goes meanwhile moves nobody: no answer comes twice, and
/// none that was there all the time is left out. Opaque: it is the catalog's that made it, for the level it was made at.
public struct QueryCursor: Sendable, Hashable {
  /// What the catalog orders answers by, the foremost first.
  public var position: [Int64]

  public init(position: [Int64]) { self.position = position }
}

/// One attribute and what it must be (PS3.4 §C.2.2.2).
public struct MatchingKey: Sendable, Hashable {
  public indirect enum Condition: Sendable, Hashable {
    /// Anything, even nothing (§C.2.2.2.3).
    case universal
    /// The value itself (§C.2.2.2.1); person names match by component group, without regard to case.
    case single(String)
    /// One of these UIDs (§C.2.2.2.2).
    case uidList([String])
    /// A pattern of `*` and `?` (§C.2.2.2.4).
    case wildcard(String)
    /// From, to, or both, inclusive; dates, times and date-times in DICOM's own writing (§C.2.2.2.5).
    case range(from: String?, to: String?)
    /// Some item of the sequence matches all of these (§C.2.2.2.6).
    case sequence([MatchingKey])
    /// Of a date, which the time of the day belongs to, so that both are one moment: from, to, or both, inclusive
    /// (§C.2.2.2.5.1). A date without a time is its first moment.
    case span(time: Tag, from: DateAndTime?, to: DateAndTime?)
    /// A person name that sounds like one of these (§C.2.2.2.1.1, `SimilarName`), or matches it literally.
    case similar([String])
    /// One of these values (PS3.4 §C.2.2.2.1 as QIDO-RS and Modalities in Study use it).
    case anyOf([String])
  }

  public var tag: Tag
  public var vr: VR
  public var condition: Condition

  public init(_ tag: Tag, _ vr: VR, _ condition: Condition) {
    self.tag = tag
    self.vr = vr
    self.condition = condition
  }
}

/// One answer: the attributes of its level and of the levels above, and the computed ones (Modalities in Study,
/// Number of Study Related Instances …), all text in UTF-8.
public struct Match: Sendable, Equatable {
  public var study: StudyUID?
  public var series: SeriesUID?
  public var instance: InstanceUID?
  public var attributes: DataSet

  public init(study: StudyUID?, series: SeriesUID?, instance: InstanceUID?, attributes: DataSet) {
    self.study = study
    self.series = series
    self.instance = instance
    self.attributes = attributes
  }
}

public struct QueryResult: Sendable, Equatable {
  public var matches: [Match]
  /// Whether there are more answers behind the limit.
  public var hasMore: Bool
  /// Behind the last of the matches; `nil` when there is none.
  public var end: QueryCursor?

  public init(matches: [Match], hasMore: Bool, end: QueryCursor? = nil) {
    self.matches = matches
    self.hasMore = hasMore
    self.end = end
  }
}
