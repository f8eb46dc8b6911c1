package import DICOM

/// The moments that a date, a time or a date-time names (PS3.5 §6.2): a value of less precision is a span.
///
/// Dates count as the number `yyyymmdd`, times in microseconds of the day, date-times in microseconds since
/// 1 January of the year 0, in UTC when an offset is known and in local time otherwise.
package struct TemporalSpan: Hashable, Sendable {
  package var first: Int64
  package var last: Int64
  /// Offset from UTC in minutes, of a date-time that states one; `first` and `last` are local without it.
  package var offsetMinutes: Int?

  package init?(_ text: String, _ vr: VR) {
    switch vr {
    case .da: self.init(date: text)
    case .tm: self.init(time: text)
    case .dt: self.init(dateTime: text)
    default: return nil
    }
  }

  /// A DA: `YYYYMMDD`, or `YYYY.MM.DD` as ACR-NEMA wrote it.
  package init?(date text: String) {
    var digits = Array(text.utf8)
    if digits.count == 10, digits[4] == 0x2E, digits[7] == 0x2E {
      digits.remove(at: 7)
      digits.remove(at: 4)
    }
    guard digits.count == 8, let value = TemporalSpan.number(digits[...]) else { return nil }
    guard value >= 1_0000, TemporalSpan.isDay(month: value / 100 % 100, day: value % 100) else { return nil }
    first = value
    last = value
  }

  /// A TM: `HH`, `HHMM`, `HHMMSS` or `HHMMSS.F`, or with colons as ACR-NEMA wrote it.
  package init?(time text: String) {
    guard let (start, length) = TemporalSpan.timeOfDay(text.utf8.filter { $0 != 0x3A }[...]) else { return nil }
    first = start
    last = start + length - 1
  }

  /// A DT: `YYYY[MM[DD[HH[MM[SS[.F]]]]]][&ZZXX]`.
  package init?(dateTime text: String) {
    var bytes = Array(text.utf8)[...]
    if bytes.count > 5, let sign = bytes.dropLast(4).last, sign == 0x2B || sign == 0x2D {
      guard let zone = TemporalSpan.number(bytes.suffix(4)) else { return nil }
      let minutes = Int(zone / 100 * 60 + zone % 100) * (sign == 0x2D ? -1 : 1)
      guard zone % 100 < 60, minutes >= -12 * 60, minutes <= 14 * 60 else { return nil }
      offsetMinutes = minutes
      bytes = bytes.dropLast(5)
    }
    guard let year = TemporalSpan.number(bytes.prefix(4)), bytes.count >= 4 else { return nil }
    let date = bytes.dropFirst(4).prefix(4)
    guard date.count % 2 == 0, date.isEmpty || TemporalSpan.number(date) != nil else { return nil }
    let month = date.isEmpty ? 1 : TemporalSpan.number(date.prefix(2)) ?? 0
    let day = date.count == 4 ? TemporalSpan.number(date.suffix(2)) ?? 0 : 1
    guard TemporalSpan.isDay(month: month, day: day) else { return nil }
    let clock = bytes.dropFirst(8)
    let start = TemporalSpan.days(year: year, month: month, day: day) * TemporalSpan.day
    if clock.isEmpty {
      let nextMonth = month == 12 ? (year + 1, Int64(1)) : (year, month + 1)
      let end: Int64 =
        switch date.count {
        case 0: TemporalSpan.days(year: year + 1, month: 1, day: 1) * TemporalSpan.day
        case 2: TemporalSpan.days(year: nextMonth.0, month: nextMonth.1, day: 1) * TemporalSpan.day
        default: start + TemporalSpan.day
        }
      first = start
      last = end - 1
    } else {
      guard date.count == 4, let (time, length) = TemporalSpan.timeOfDay(clock) else { return nil }
      first = start + time
      last = start + time + length - 1
    }
    if let offsetMinutes {
      let shift = Int64(offsetMinutes) * 60_000_000
      first -= shift
      last -= shift
    }
  }

  private static let day: Int64 = 86_400_000_000

  private static func isDay(month: Int64, day: Int64) -> Bool { (1...12).contains(month) && (1...31).contains(day) }

  /// All digits and at most eight of them, or nothing.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.count <= 8 else { return nil }
    var value: Int64 = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      value = value * 10 + Int64(digit - 0x30)
    }
    return value
  }

  /// Start and length in microseconds.
  private static func timeOfDay(_ bytes: ArraySlice<UInt8>) -> (Int64, Int64)? {
    let whole = bytes.prefix { $0 != 0x2E }
    guard whole.count == 2 || whole.count == 4 || whole.count == 6, let value = number(whole) else { return nil }
    let parts: (hour: Int64, minute: Int64, second: Int64) =
      switch whole.count {
      case 2: (value, 0, 0)
      case 4: (value / 100, value % 100, 0)
      default: (value / 10_000, value / 100 % 100, value % 100)
      }
    guard parts.hour < 24, parts.minute < 60, parts.second <= 60 else { return nil }
    var start = ((parts.hour * 60 + parts.minute) * 60 + parts.second) * 1_000_000
    var length: Int64 = whole.count == 2 ? 3_600_000_000 : whole.count == 4 ? 60_000_000 : 1_000_000
    if whole.count < bytes.count {
      let fraction = bytes.dropFirst(whole.count + 1)
      guard whole.count == 6, fraction.count <= 6 else { return nil }
      if !fraction.isEmpty {
        guard let digits = number(fraction) else { return nil }
        for _ in 0..<fraction.count { length /= 10 }
        start += digits * length
      }
    }
    return (start, length)
  }

  /// Days since 1 January of the year 0 in the proleptic Gregorian calendar.
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear + 60
  }
}
