package import DICOM

/// How keys are to be understood beyond what is always so: what C-FIND negotiates (PS3.4 §C.5.1.1.1) and QIDO-RS asks for.
public struct MatchingOptions: Sendable, Hashable {
  /// A range of dates with a range of times is one span (§C.2.2.2.5.1).
  public var combinesDateAndTime: Bool
  /// Person names match by words and sound (§C.2.2.2.1.1).
  public var isFuzzy: Bool
  /// `""` asks for absent and empty values (§C.2.2.2.7).
  public var matchesEmptyValues: Bool

  public init(combinesDateAndTime: Bool = false, isFuzzy: Bool = false, matchesEmptyValues: Bool = false) {
    self.combinesDateAndTime = combinesDateAndTime
    self.isFuzzy = isFuzzy
    self.matchesEmptyValues = matchesEmptyValues
  }
}

extension [MatchingKey] {
  /// The keys as the options have them understood.
  public func understood(_ options: MatchingOptions) -> [MatchingKey] {
    var keys = map { key in
      var key = key
      if case .sequence(let nested) = key.condition { key.condition = .sequence(nested.understood(options)) }
      if options.isFuzzy, key.vr == .pn { key.condition = key.condition.similarly }
      return key
    }
    if options.combinesDateAndTime { keys.combineDatesAndTimes() }
    return keys
  }

  /// Puts one key in the place of each date and time that both have the same form of range matching; other pairs stay two
  /// keys, each for itself.
  private mutating func combineDatesAndTimes() {
    for dateKey in self where dateKey.vr == .da {
      guard let time = DateAndTime.time(of: dateKey.tag), let timePlace = firstIndex(where: { $0.tag == time }),
        let datePlace = firstIndex(of: dateKey), case .range(let fromDate, let toDate) = dateKey.condition,
        case .range(let fromTime, let toTime) = self[timePlace].condition,
        (fromDate == nil) == (fromTime == nil), (toDate == nil) == (toTime == nil)
      else { continue }
      self[datePlace].condition = .span(
        time: time, from: DateAndTime(fromDate, fromTime), to: DateAndTime(toDate, toTime))
      remove(at: timePlace)
    }
  }
}

extension MatchingKey.Condition {
  fileprivate var similarly: MatchingKey.Condition {
    switch self {
    case .single(let text) where !text.isEmpty: .similar([text])
    case .wildcard(let text): .similar([text])
    case .anyOf(let texts): .similar(texts)
    default: self
    }
  }
}

/// A DA value with the TM value that belongs to it.
public struct DateAndTime: Sendable, Hashable {
  public var date: String
  public var time: String

  public init(date: String, time: String) {
    self.date = date
    self.time = time
  }

  fileprivate init?(_ date: String?, _ time: String?) {
    guard let date, let time else { return nil }
    self.init(date: date, time: time)
  }

  /// The first and the last moment it names: the day, and the microsecond of it. `nil` when it cannot be read.
  package var moments: (first: DayAndTime, last: DayAndTime)? {
    guard let day = TemporalSpan(date: MatchingText.normalised(date)),
      let time = TemporalSpan(time: MatchingText.normalised(time))
    else { return nil }
    return (DayAndTime(day: day.first, time: time.first), DayAndTime(day: day.last, time: time.last))
  }

  /// The attribute with the time of the day that another has the date of: `StudyDate` has `StudyTime`.
  package static func time(of date: Tag) -> Tag? {
    guard let keyword = DataDictionary.entry(date)?.keyword, let range = keyword.lastRange(of: "Date") else {
      return nil
    }
    guard let time = DataDictionary.tag(keyword: keyword.replacingCharacters(range, with: "Time")),
      DataDictionary.vr(time) == .tm
    else { return nil }
    return time
  }
}

/// A moment as catalogs order it: the number `yyyymmdd`, and microseconds of the day.
package struct DayAndTime: Hashable, Comparable, Sendable {
  package var day: Int64
  package var time: Int64

  package init(day: Int64, time: Int64) {
    self.day = day
    self.time = time
  }

  package static func < (left: DayAndTime, right: DayAndTime) -> Bool {
    (left.day, left.time) < (right.day, right.time)
  }
}

extension String {
  fileprivate func lastRange(of word: String) -> Range<Index>? { ranges(of: word).last }

  fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
