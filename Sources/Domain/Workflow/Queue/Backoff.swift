/// How long to wait after failures in a row: twice as long each time up to a bound, less a random part, so that many who
/// failed together do not come back together.
public struct Backoff: Hashable, Sendable {
  public var first: Duration
  public var longest: Duration

  public init(first: Duration = .seconds(5), longest: Duration = .seconds(600)) {
    self.first = first
    self.longest = longest
  }

  /// - Parameters:
  ///   - failures: in a row, from 1.
  ///   - chance: 0 to 1; up to a half of the wait is taken off by it.
  public func delay(after failures: Int, chance: Double) -> Duration {
    var delay = first
    for _ in 1..<max(1, min(failures, 64)) where delay < longest { delay *= 2 }
    return min(delay, longest) * (1 - min(max(chance, 0), 1) / 2)
  }
}
