public import ArchiveCore
public import Foundation

/// A part of the day by a site's clocks. One that ends before it begins goes on after midnight.
public struct TimeWindow: Hashable, Sendable, Codable {
  /// "HH:MM"; it is inside.
  public var from: String
  /// "HH:MM", up to "24:00"; it is outside.
  public var to: String

  public init(from: String, to: String) {
    self.from = from
    self.to = to
  }

  /// Minutes since midnight.
  static func minutes(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hours = Int(parts[0]),
      let minutes = Int(parts[1]), (0...24).contains(hours), (0...59).contains(minutes), hours < 24 || minutes == 0
    else { return nil }
    return hours * 60 + minutes
  }

  func contains(minute: Int) -> Bool {
    guard let from = Self.minutes(from), let to = Self.minutes(to) else { return false }
    return from <= to ? (from..<to).contains(minute) : minute >= from || minute < to
  }
}

public enum Weekday: String, Hashable, Sendable, Codable, CaseIterable {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}

/// What the clocks of the sites say.
public struct SiteClocks: Sendable {
  private let zones: [SiteID: TimeZone]

  /// - Parameter zones: sites that are not named are at UTC.
  public init(_ zones: [SiteID: TimeZone] = [:]) { self.zones = zones }

  /// Day of the week and minute of the day at a site.
  func local(_ moment: Instant, at site: SiteID) -> (weekday: Weekday, minute: Int) {
    let offset = zones[site]?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.seconds))) ?? 0
    let seconds = moment.seconds + Int64(offset)
    let day = Int64((Double(seconds) / 86_400).rounded(.down))
    // 1970-01-01 was a Thursday.
    let weekday = Int(((day + 3) % 7 + 7) % 7)
    return (Weekday.allCases[weekday], Int(seconds - day * 86_400) / 60)
  }
}
