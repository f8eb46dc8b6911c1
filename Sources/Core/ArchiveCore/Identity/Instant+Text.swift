extension Instant {
  /// `2026-11-21T11:04:56.123Z` (RFC 3339), rounded down to milliseconds.
  public var rfc3339: String {
    let (date, clock, fraction) = parts
    return "\(date.joined(separator: "-"))T\(clock.joined(separator: ":")).\(fraction)Z"
  }

  /// `20261121110456.123+0000`: a DT (PS3.5 §6.2), rounded down to milliseconds.
  public var dicomDateTime: String {
    let (date, clock, fraction) = parts
    return "\(date.joined())\(clock.joined()).\(fraction)+0000"
  }

  private var parts: (date: [String], clock: [String], fraction: String) {
    let milliseconds = Self.floor(nanoseconds, 1_000_000)
    let seconds = Self.floor(milliseconds, 1000)
    let days = Self.floor(seconds, 86_400)
    let ofDay = seconds &- days &* 86_400
    let fraction = milliseconds &- seconds &* 1000
    return (
      Self.civil(days), [Self.two(ofDay / 3600), Self.two(ofDay / 60 % 60), Self.two(ofDay % 60)],
      "\(fraction < 100 ? "0" : "")\(Self.two(fraction))"
    )
  }

  /// Year, month and day of so many days after 1970-01-01 in the Gregorian calendar: 400 years have 146,097 days, and
  /// a year counted from March has its leap day at the end.
  private static func civil(_ days: Int64) -> [String] {
    let shifted = days &+ 719_468
    let era = floor(shifted, 146_097)
    let ofEra = shifted &- era &* 146_097
    let year = (ofEra &- ofEra / 1460 &+ ofEra / 36_524 &- ofEra / 146_096) / 365
    let ofYear = ofEra &- (365 &* year &+ year / 4 &- year / 100)
    let month = (5 &* ofYear &+ 2) / 153
    let day = ofYear &- (153 &* month &+ 2) / 5 &+ 1
    let january = month >= 10
    return ["\(year &+ era &* 400 &+ (january ? 1 : 0))", two(january ? month &- 9 : month &+ 3), two(day)]
  }

  private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient &- 1 : quotient
  }

  private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
