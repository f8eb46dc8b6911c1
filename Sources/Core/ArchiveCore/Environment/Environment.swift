/// A moment: nanoseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Comparable, Sendable, Codable {
  public let nanoseconds: Int64
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Milliseconds since 1970, rounded down.
  public var milliseconds: Int64 { nanoseconds / 1_000_000 }
  /// Whole seconds since 1970, rounded down.
  public var seconds: Int64 { nanoseconds / 1_000_000_000 }

  public func adding(_ duration: Duration) -> Instant {
    let parts = duration.components
    let (scaled, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let extra = parts.attoseconds / 1_000_000_000
    guard !overflow else { return Instant(nanoseconds: duration < .zero ? .min : .max) }
    let (inner, innerOverflow) = scaled.addingReportingOverflow(extra)
    let (sum, sumOverflow) = nanoseconds.addingReportingOverflow(inner)
    guard !innerOverflow, !sumOverflow else { return Instant(nanoseconds: duration < .zero ? .min : .max) }
    return Instant(nanoseconds: sum)
  }
}

/// Everything of the outside world that is neither a file nor a connection: what time it is and what chance says.
///
/// Nothing else in the program asks for the time or for a random number, so a test can give both.
public struct Environment: Sendable {
  /// The present moment by the wall clock.
  public var now: @Sendable () -> Instant
  /// 128 random bits from a source fit for secrets.
  public var random: @Sendable () -> UInt128
  /// Waits at least so long, or throws `CancellationError`.
  public var sleep: @Sendable (Duration) async throws -> Void

  public init(
    now: @escaping @Sendable () -> Instant,
    random: @escaping @Sendable () -> UInt128,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.random = random
    self.sleep = sleep
  }

  /// A fresh UID under the UUID root: "2.25." and a random UUID as one decimal number (PS3.5 §B.2).
  public func makeUID() -> String {
    // Version 4, variant 1, as RFC 9562 §5.4 lays the bits out.
    var bits = random()
    bits = (bits & ~(UInt128(0xF000) << 64)) | (UInt128(0x4000) << 64)
    bits = (bits & ~(UInt128(0xC000_0000_0000_0000))) | UInt128(0x8000_0000_0000_0000)
    return "2.25.\(bits)"
  }
}
