/// A day, counted from 1970-01-01.
struct DemoDate: Hashable, Comparable, Sendable {
  var day: Int

  static func < (left: DemoDate, right: DemoDate) -> Bool { left.day < right.day }

  /// The last day of the demo: Monday 2 March 2026. Nothing asks what day it is, so every run gives the same.
  static let present = DemoDate(day: 20_514)

  func before(days: Int) -> DemoDate { DemoDate(day: day - days) }

  /// A value of VR DA (PS3.5 §6.2).
  var dicom: String {
    // Civil date from day number, after Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)\(twoDigits(month))\(twoDigits(dayOfMonth))"
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
