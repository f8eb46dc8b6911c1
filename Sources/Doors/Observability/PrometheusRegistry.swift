public import CoreMetrics
import Synchronization

/// The server's figures, in memory, as a backend of swift-metrics; written out by `exposition()`.
///
/// Names of counters end in `_total`, times are seconds and end in `_seconds`, as Prometheus wants them. The number of
/// families and series is bounded: labels that grow without end cost figures, never memory.
public final class PrometheusRegistry: MetricsFactory {
  public static let familyLimit = 1000
  public static let seriesLimit = 1000
  public static let labelLimit = 16
  public static let labelLength = 256
  static let refusedName = "isocenter_metrics_refused_total"

  enum Kind: String, Sendable { case counter, gauge, histogram }

  enum Series: Sendable {
    case number(NumberSeries)
    case histogram(HistogramSeries)

    var handler: AnyObject {
      switch self {
      case .number(let series): series
      case .histogram(let series): series
      }
    }
  }

  struct Family: Sendable {
    var kind: Kind
    var series: [MetricLabels: Series] = [:]
  }

  /// A figure that is looked up only when somebody asks.
  public struct Reading: Sendable {
    public var name: String
    public var labels: [(String, String)]
    public var value: Double
    /// Whether it only ever grows.
    public var isCounter: Bool

    public init(_ name: String, labels: [(String, String)] = [], isCounter: Bool = false, value: Double) {
      self.name = name
      self.labels = labels
      self.value = value
      self.isCounter = isCounter
    }
  }

  private struct State: Sendable {
    var families: [String: Family] = [:]
    var collectors: [@Sendable () -> [Reading]] = []
    var refused = 0
  }

  private let state = Mutex(State())

  public init() {}

  // MARK: Recording

  /// Adds to a counter.
  public func count(_ name: String, _ labels: [(String, String)] = [], by amount: Double = 1) {
    number(name, labels, .counter).increment(by: amount)
  }

  /// Sets a gauge.
  public func set(_ name: String, _ labels: [(String, String)] = [], to value: Double) {
    number(name, labels, .gauge).set(value)
  }

  /// Counts a value in a histogram.
  public func observe(_ name: String, _ labels: [(String, String)] = [], value: Double) {
    histogram(name, labels).record(value)
  }

  /// Asks for these readings at every exposition. The closure must not block.
  public func collect(_ readings: @escaping @Sendable () -> [Reading]) {
    state.withLock { $0.collectors.append(readings) }
  }

  // MARK: swift-metrics

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    number(label.withSuffix("_total"), dimensions, .counter)
  }
  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    number(label.withSuffix("_total"), dimensions, .counter)
  }
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    number(label, dimensions, .gauge)
  }
  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    if aggregate { return histogram(label, dimensions) }
    return number(label, dimensions, .gauge)
  }
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label.withSuffix("_seconds"), dimensions)
  }

  public func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
  public func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
  public func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
  public func destroyTimer(_ handler: any TimerHandler) { forget(handler) }

  // MARK: Reading

  /// All there is, for writing out: families with their series, and the readings of the moment.
  func snapshot() -> (families: [String: Family], readings: [Reading]) {
    let (families, collectors, refused) = state.withLock { ($0.families, $0.collectors, $0.refused) }
    let readings = collectors.flatMap { $0() }
    return (families, readings + [Reading(Self.refusedName, isCounter: true, value: Double(refused))])
  }

  private func number(_ name: String, _ labels: [(String, String)], _ kind: Kind) -> NumberSeries {
    let made = series(name, labels, kind) { .number(NumberSeries()) }
    guard case .number(let series)? = made else { return NumberSeries() }
    return series
  }

  private func histogram(_ name: String, _ labels: [(String, String)]) -> HistogramSeries {
    let buckets = MetricNames.descriptions[name]?.buckets ?? (name.hasSuffix("_seconds") ? .durations : .general)
    let made = series(name, labels, .histogram) { .histogram(HistogramSeries(bounds: buckets.bounds)) }
    guard case .histogram(let series)? = made else { return HistogramSeries(bounds: []) }
    return series
  }

  /// The series of that name and those labels, made when new; `nil`, and counted, when it cannot be.
  private func series(
    _ name: String, _ labels: [(String, String)], _ kind: Kind, make: () -> Series
  ) -> Series? {
    let name = MetricLabels.sanitizedMetricName(name)
    let labels = MetricLabels(labels)
    return state.withLock { state in
      var family = state.families[name] ?? Family(kind: kind)
      guard family.kind == kind else {
        state.refused &+= 1
        return nil
      }
      if let present = family.series[labels] { return present }
      guard family.series.count < Self.seriesLimit,
        state.families[name] != nil || state.families.count < Self.familyLimit
      else {
        state.refused &+= 1
        return nil
      }
      let made = make()
      family.series[labels] = made
      state.families[name] = family
      return made
    }
  }

  private func forget(_ handler: AnyObject) {
    state.withLock { state in
      for (name, family) in state.families {
        guard let labels = family.series.first(where: { $0.value.handler === handler })?.key else { continue }
        state.families[name]?.series[labels] = nil
        if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
        return
      }
    }
  }
}

extension String {
  fileprivate func withSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? self : self + suffix }
}
