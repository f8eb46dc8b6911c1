/// One round of a measurement.
enum Round {
  /// Long enough to outlast a tick of the scheduler, short enough for the peer to have its turn under like conditions.
  static let length = Duration.milliseconds(300)

  /// Nanoseconds for each file, over as many repetitions as fit into a round.
  static func measure(_ work: Benchmarks.Work) async throws -> Double {
    let clock = ContinuousClock()
    let began = clock.now
    var done = 0
    var spent = Duration.zero
    repeat {
      done += try await work()
      spent = clock.now - began
    } while spent < length
    return spent / .nanoseconds(1) / Double(max(done, 1))
  }
}
