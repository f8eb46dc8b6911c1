import ArchiveCore
import Metrics

/// What the DICOM door counts.
struct DIMSEMetrics: Sendable {
  private let stored = Counter(
    label: "isocenter_ingest_instances_total", dimensions: [("door", "dimse"), ("outcome", "stored")])
  private let already = Counter(
    label: "isocenter_ingest_instances_total", dimensions: [("door", "dimse"), ("outcome", "already_stored")])
  private let quarantined = Counter(
    label: "isocenter_ingest_instances_total", dimensions: [("door", "dimse"), ("outcome", "quarantined")])
  private let refusedObjects = Counter(
    label: "isocenter_ingest_instances_total", dimensions: [("door", "dimse"), ("outcome", "refused")])
  private let bytes = Counter(label: "isocenter_ingest_bytes_total", dimensions: [("door", "dimse")])

  func stored(_ outcomes: [IngestOutcome]) {
    for outcome in outcomes {
      switch outcome.kind {
      case .stored: stored.increment()
      case .alreadyStored: already.increment()
      case .quarantined: quarantined.increment()
      }
      bytes.increment(by: outcome.bytes)
    }
  }

  func refused() { refusedObjects.increment() }
}
