import CoreMetrics
import Synchronization

/// A number with its labels, that counts up or moves about.
final class NumberSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
  private let number = Mutex(0.0)

  var value: Double { number.withLock { $0 } }

  func increment(by amount: Int64) { increment(by: Double(amount)) }
  func increment(by amount: Double) {
    guard amount.isFinite else { return }
    number.withLock { $0 += amount }
  }
  func decrement(by amount: Double) { increment(by: -amount) }
  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { number.withLock { $0 = value } }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
  func reset() { set(0.0) }
}

/// Values counted by size, in fixed buckets.
final class HistogramSeries: RecorderHandler, TimerHandler {
  struct Reading: Sendable {
    /// One count a bucket, not cumulative; the last is for everything above the last bound.
    var counts: [UInt64]
    var sum: Double
  }

  let bounds: [Double]
  private let state: Mutex<Reading>

  init(bounds: [Double]) {
    self.bounds = bounds
    state = Mutex(Reading(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
  }

  var reading: Reading { state.withLock { $0 } }

  func record(_ value: Int64) { record(Double(value)) }
  func record(_ value: Double) {
    guard value.isFinite else { return }
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock { reading in
      reading.counts[bucket] &+= 1
      reading.sum += value
    }
  }
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
  func preferDisplayUnit(_ unit: TimeUnit) {}
}
