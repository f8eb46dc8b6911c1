import Testing

@testable import ArchiveCore

@Suite("A throttle of attempts")
struct AttemptThrottleTests {
  static let limits = AttemptThrottle.Limits(
    free: 3, first: .seconds(1), longest: .seconds(10), memory: .seconds(100), entries: 4)
  let start = Instant(nanoseconds: 1_000_000_000_000)

  /// Failures so far, and the wait before the next attempt.
  @Test(
    "lets the first ones through and doubles the wait after each further one, up to a limit",
    arguments: [
      (0, nil), (1, nil), (3, nil), (4, 1), (5, 2), (6, 4), (7, 8), (8, 10), (9, 10), (200, 10),
    ] as [(Int, Int?)])
  func table(failures: Int, seconds: Int?) {
    var throttle = AttemptThrottle(Self.limits)
    for _ in 0..<failures { throttle.begin("a", at: start) }
    #expect(throttle.wait(for: "a", at: start) == seconds.map { .seconds($0) })
    #expect(throttle.wait(for: "b", at: start) == nil)
  }

  @Test("opens again when the wait is over")
  func opens() {
    var throttle = AttemptThrottle(Self.limits)
    for _ in 0..<6 { throttle.begin("a", at: start) }
    #expect(throttle.wait(for: "a", at: start.adding(.milliseconds(3500))) == .milliseconds(500))
    #expect(throttle.wait(for: "a", at: start.adding(.seconds(4))) == nil)
  }

  @Test("forgets failures after its memory")
  func forgets() {
    var throttle = AttemptThrottle(Self.limits)
    for _ in 0..<8 { throttle.begin("a", at: start) }
    let later = start.adding(.seconds(100))
    throttle.begin("a", at: later)
    #expect(throttle.wait(for: "a", at: later) == nil)
  }

  @Test("takes back one attempt and forgives a name everything")
  func takesBack() {
    var throttle = AttemptThrottle(Self.limits)
    for _ in 0..<4 { throttle.begin("a", at: start) }
    throttle.takeBack("a")
    #expect(throttle.wait(for: "a", at: start) == nil)
    throttle.begin("a", at: start)
    #expect(throttle.wait(for: "a", at: start) == .seconds(1))
    throttle.forgive("a")
    #expect(throttle.count == 0)
    throttle.takeBack("a")
    #expect(throttle.count == 0)
  }

  @Test("stays within its table and remembers whom it suspects most")
  func bounded() {
    var throttle = AttemptThrottle(Self.limits)
    for _ in 0..<5 { throttle.begin("guessed", at: start) }
    for number in 0..<100 { throttle.begin("name \(number)", at: start.adding(.milliseconds(number))) }
    #expect(throttle.count == Self.limits.entries)
    #expect(throttle.wait(for: "guessed", at: start) == .seconds(2))
  }

  @Test("locks nobody out when the clock is set back")
  func clock() throws {
    var throttle = AttemptThrottle(Self.limits)
    for _ in 0..<8 { throttle.begin("a", at: start) }
    let wait = try #require(throttle.wait(for: "a", at: Instant(nanoseconds: .min)))
    #expect(wait <= Self.limits.longest)
  }
}
