/// A date and a time as their attributes say them (PS3.5 §6.2, DA and TM).
public struct DateTime: Hashable, Sendable, CustomStringConvertible {
  /// `YYYYMMDD`, or empty.
  public var date: String
  /// `HHMMSS.FFFFFF`, precise as far as it is known, or empty.
  public var time: String

  public init(date: String, time: String) {
    self.date = date
    self.time = time
  }

  /// One text, as in a DT without offset from UTC.
  public var description: String { date + time }
}
