public import DICOM
public import Foundation

/// Dates and times as somebody elsewhere reads their clocks: timezone query adjustment (PS3.4 §C.5.1.1.1).
///
/// Attributes are brought into one zone before they are matched and answered, keys are in that zone already. What an object
/// says of its own zone (Timezone Offset From UTC) counts; without it `local` is assumed. A date without a time stays as it
/// is, and so do birth dates, which are facts of a register and no moments.
public struct TimeZoneAdjustment: Sendable, Hashable {
  /// Of the keys and of the answers, in minutes east of UTC.
  public var offsetMinutes: Int
  /// Of objects that do not say theirs.
  public var local: TimeZone

  public init(offsetMinutes: Int, local: TimeZone) {
    self.offsetMinutes = offsetMinutes
    self.local = local
  }

  /// Reads Timezone Offset From UTC, `&ZZXX` (PS3.3 §C.12.1.1.8); `nil` when there is none that can be.
  public static func minutes(of dataSet: DataSet) -> Int? {
    guard let text = dataSet.string(.timezoneOffsetFromUTC) else { return nil }
    return TemporalSpan(dateTime: "2000" + text)?.offsetMinutes
  }

  /// Timezone Offset From UTC as text.
  public static func text(_ minutes: Int) -> String {
    let size = minutes.magnitude
    return (minutes < 0 ? "-" : "+") + ClockText.digits(Int64(size / 60 * 100 + size % 60), 4)
  }

  /// The attributes of an answer in the zone of whoever asks, which is said with them.
  public func adjusted(_ attributes: DataSet) -> DataSet {
    var adjusted = adjusted(attributes, own: Self.minutes(of: attributes), depth: 0)
    adjusted.set(.timezoneOffsetFromUTC, .sh, Self.text(offsetMinutes))
    return adjusted
  }

  private func adjusted(_ attributes: DataSet, own: Int?, depth: Int) -> DataSet {
    var adjusted = attributes
    for element in attributes {
      switch element.interpretedVR {
      case .da where element.tag != .patientBirthDate:
        guard let timeTag = DateAndTime.time(of: element.tag),
          let moved = moved(attributes.string(element.tag), attributes.string(timeTag), own)
        else { continue }
        adjusted.set(element.tag, .da, moved.date)
        adjusted.set(timeTag, .tm, moved.time)
      case .dt:
        let values = attributes.strings(element.tag).map { dateTime($0, own) ?? $0 }
        adjusted.set(element.tag, .dt, strings: values)
      case .sq where depth < Query.maximumKeyDepth:
        let items = attributes.items(element.tag).map {
          self.adjusted($0, own: Self.minutes(of: $0) ?? own, depth: depth + 1)
        }
        adjusted.set(element.tag, items: items)
      default: continue
      }
    }
    return adjusted
  }

  /// A date-time without an offset of its own, moved; `nil` when it has one or is too coarse to be moved.
  private func dateTime(_ text: String, _ own: Int?) -> String? {
    let text = MatchingText.normalised(text)
    guard text.utf8.count >= 10, let span = TemporalSpan(dateTime: text), span.offsetMinutes == nil else { return nil }
    let time = text.index(text.startIndex, offsetBy: 8)
    return moved(String(text[..<time]), String(text[time...]), own).map { $0.date + $0.time }
  }

  private func moved(_ date: String?, _ time: String?, _ own: Int?) -> (date: String, time: String)? {
    guard let date, let time, let moment = DateAndTime(date: date, time: time).moments?.first else { return nil }
    let own = own ?? offset(of: moment)
    let clock = MatchingText.normalised(time).filter { $0 != ":" }
    let minutes = moment.time / 60_000_000 + Int64(offsetMinutes - own)
    let days = minutes >= 0 ? minutes / 1440 : (minutes - 1439) / 1440
    let minuteOfDay = minutes - days * 1440
    // Seconds and what is behind them do not move; a time of whole hours stays one when it can.
    let isHour = clock.utf8.count == 2 && minuteOfDay % 60 == 0
    let hourAndMinute = ClockText.digits(minuteOfDay / 60, 2) + (isHour ? "" : ClockText.digits(minuteOfDay % 60, 2))
    return (ClockText.digits(CalendarDay.number(moment.day, plus: days), 8), hourAndMinute + clock.dropFirst(4))
  }

  /// The offset that clocks at home had at a time they showed.
  private func offset(of moment: DayAndTime) -> Int {
    let shown = CalendarDay.days(moment.day) * 86_400 + moment.time / 1_000_000 - CalendarDay.secondsTo1970
    let guess = local.secondsFromGMT(for: Date(timeIntervalSince1970: Double(shown)))
    return local.secondsFromGMT(for: Date(timeIntervalSince1970: Double(shown - Int64(guess)))) / 60
  }
}

/// Days as the number `yyyymmdd`, counted (proleptic Gregorian calendar).
package enum CalendarDay {
  static let secondsTo1970 = days(1970_01_01) * 86_400

  /// Since 1 January of the year 0.
  static func days(_ number: Int64) -> Int64 {
    TemporalSpan.days(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }

  /// The day so many days later, not before 1 January of the year 1.
  package static func number(_ number: Int64, plus days: Int64) -> Int64 {
    let target = max(self.days(number) + days, self.days(1_01_01))
    let shifted = target - 60
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let calendarMonth = month < 10 ? month + 3 : month - 9
    return (era * 400 + yearOfEra + (calendarMonth <= 2 ? 1 : 0)) * 10_000 + calendarMonth * 100 + day
  }
}

private enum ClockText {
  static func digits(_ number: Int64, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
