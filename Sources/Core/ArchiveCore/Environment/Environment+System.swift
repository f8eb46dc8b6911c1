#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Environment {
  /// The machine's own clock and random numbers.
  public static let system = Environment(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    },
    random: {
      var generator = SystemRandomNumberGenerator()
      return UInt128.random(in: .min ... .max, using: &generator)
    },
    sleep: { try await Task.sleep(for: $0) }
  )
}
