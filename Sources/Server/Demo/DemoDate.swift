/// A day, counted from 1970-01-01.
struct DemoDate: Hashable, Comparable, Sendable {
  var day: Int

  static func < (left: DemoDate, right: DemoDate) -> Bool { left.day < right.day }

  /// The last day of the demo: Monday 2 March 2026. Nothing asks what day it is, so every run gives the same.
  static let present = DemoDate(day: 20_514)

  func before(days: Int) -> DemoDate { DemoDate(day: day - days) }

  /// A value of VR DA (PS3.5 §6.2).
  var dicom: String {
    let date = civil
    return "\(date.year)\(twoDigits(date.month))\(twoDigits(date.day))"
  }

  /// Whether it lies between the last Sundays of March and October (Directive 2000/84/EC).
  var isSummerTime: Bool {
    let date = civil
    // Day 3 was a Sunday.
    let sunday = date.day - (day - 3) % 7
    switch date.month {
    case 4...9: return true
    case 3: return sunday >= 25
    case 10: return sunday < 25
    default: return false
    }
  }

  /// After Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  private var civil: (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
  }
}

/// A time of day in seconds.
struct DemoTime: Hashable, Sendable {
  var seconds: Int

  func after(seconds more: Int) -> DemoTime { DemoTime(seconds: min(86_399, seconds + more)) }

  /// A value of VR TM (PS3.5 §6.2).
  var dicom: String {
    twoDigits(seconds / 3600) + twoDigits(seconds / 60 % 60) + twoDigits(seconds % 60)
  }
}

private func twoDigits(_ value: Int) -> String {
  value < 10 ? "0\(value)" : "\(value)"
}
