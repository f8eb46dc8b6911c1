import ArchiveCore
import Metrics

/// What a door counts of images coming in, searches, and images going out.
struct DoorMetrics: Sendable {
  private let door: String

  /// - Parameter door: the label's value: `dimse`, `dicomweb`.
  init(door: String) { self.door = door }

  func stored(_ outcomes: [IngestOutcome]) {
    for outcome in outcomes {
      let kept =
        switch outcome.kind {
        case .stored: "stored"
        case .alreadyStored: "already_stored"
        case .quarantined: "quarantined"
        }
      count(MetricNames.ingestInstances, [("outcome", kept)])
      Counter(label: MetricNames.ingestBytes, dimensions: [("door", door)]).increment(by: outcome.bytes)
    }
  }

  func refused() { count(MetricNames.ingestInstances, [("outcome", "refused")]) }

  /// Counts a search and how long it took.
  func searched<Value>(
    _ level: Query.Level, _ search: () async throws -> Value
  ) async throws -> Value {
    let clock = ContinuousClock()
    let start = clock.now
    let value = try await search()
    let labels = [("door", door), ("level", "\(level)")]
    Counter(label: MetricNames.queries, dimensions: labels).increment()
    let seconds = (clock.now - start) / .seconds(1)
    Recorder(label: MetricNames.queryDuration, dimensions: labels).record(seconds)
    return value
  }

  func retrieved(_ instances: [InstanceReference]) {
    let label = [("door", door)]
    Counter(label: MetricNames.instancesRetrieved, dimensions: label).increment(by: instances.count)
    let bytes = instances.reduce(UInt64(0)) { $0 &+ $1.location.length }
    Counter(label: MetricNames.bytesRetrieved, dimensions: label).increment(by: bytes)
  }

  private func count(_ name: String, _ labels: [(String, String)]) {
    Counter(label: name, dimensions: [("door", door)] + labels).increment()
  }
}
