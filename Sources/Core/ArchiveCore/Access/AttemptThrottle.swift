/// How often somebody may guess: failures of one name or address make the next attempt wait, twice as long each time.
///
/// An attempt counts as failed from its beginning until it has succeeded, so guesses made at the same time do not slip
/// past. A pure value; the time is given.
struct AttemptThrottle: Sendable {
  struct Limits: Sendable {
    /// Failures that cost nothing but the hash.
    var free: Int
    /// The wait after the first failure that is not free.
    var first: Duration
    /// The wait never grows past this.
    var longest: Duration
    /// Failures are forgotten so long after the last.
    var memory: Duration
    /// Names or addresses remembered; behind it the least suspicious are forgotten.
    var entries: Int

    /// One account's name. The longest wait is short: it also keeps the owner out while a stranger guesses.
    static let account = Limits(
      free: 5, first: .seconds(1), longest: .seconds(60), memory: .seconds(3600), entries: 10_000)
    /// One address. Many people may share one, so more is free; a guesser waits long.
    static let address = Limits(
      free: 20, first: .seconds(1), longest: .seconds(900), memory: .seconds(3600), entries: 10_000)
  }

  private struct Entry {
    var failures: Int
    var last: Instant
    var blockedUntil: Instant
  }

  private let limits: Limits
  private var entries: [String: Entry] = [:]

  init(_ limits: Limits) { self.limits = limits }

  var count: Int { entries.count }

  /// How long until the next attempt is allowed; `nil` when it is allowed now.
  func wait(for key: String, at now: Instant) -> Duration? {
    guard let entry = entries[key], entry.blockedUntil > now else { return nil }
    let (left, overflow) = entry.blockedUntil.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
    // A clock that was set back must not lock anybody out for longer than the longest wait.
    return overflow ? limits.longest : min(.nanoseconds(left), limits.longest)
  }

  /// Counts an attempt as failed.
  mutating func begin(_ key: String, at now: Instant) {
    var entry = entries[key] ?? Entry(failures: 0, last: now, blockedUntil: now)
    if entry.last.adding(limits.memory) <= now { entry.failures = 0 }
    entry.failures = entry.failures == .max ? .max : entry.failures &+ 1
    entry.last = now
    entry.blockedUntil = now.adding(delay(after: entry.failures))
    if entries[key] == nil, entries.count >= limits.entries { makeRoom(at: now) }
    entries[key] = entry
  }

  /// The attempt was no guess after all: it does not count. Others of the same address still do.
  mutating func takeBack(_ key: String) {
    guard var entry = entries[key] else { return }
    entry.failures &-= 1
    if entry.failures <= limits.free { entry.blockedUntil = entry.last }
    entries[key] = entry.failures > 0 ? entry : nil
  }

  /// The owner of the name has shown up: nothing is held against it any more.
  mutating func forgive(_ key: String) { entries[key] = nil }

  private func delay(after failures: Int) -> Duration {
    let paid = failures &- limits.free
    guard paid > 0 else { return .zero }
    let doublings = min(paid &- 1, 20)
    return min(limits.first * (1 << doublings), limits.longest)
  }

  /// Forgets what is old; failing that, whoever failed least and longest ago, so that a flood of new names does not
  /// wash out the one under attack.
  private mutating func makeRoom(at now: Instant) {
    entries = entries.filter { $0.value.last.adding(limits.memory) > now }
    guard entries.count >= limits.entries else { return }
    let mildest = entries.min { left, right in
      (left.value.failures, left.value.last) < (right.value.failures, right.value.last)
    }
    if let mildest { entries[mildest.key] = nil }
  }
}
