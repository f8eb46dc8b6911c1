import DICOM
public import DICOMPixels
import Metrics

/// Counts what codecs are asked for.
public struct CodecMetrics: Sendable {
  public init() {}

  @Sendable public func note(_ request: CodecRequest) {
    let operation = ("operation", request.operation.rawValue)
    let outcome = request.failure.map(\.labelName) ?? "done"
    Counter(
      label: MetricNames.codecRequests,
      dimensions: [operation, ("syntax", request.syntax.uid.rawValue), ("outcome", outcome)]
    ).increment()
    Recorder(label: MetricNames.codecDuration, dimensions: [operation]).record(request.duration / .seconds(1))
  }
}

extension PixelError.Code {
  /// As labels are written: `worker_died`.
  fileprivate var labelName: String {
    rawValue.reduce(into: "") { text, character in
      text += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
  }
}

/// Counts how often what was asked for had been made before.
public struct CacheMetrics: Sendable {
  private let name: String

  /// - Parameter name: the label's value: `frames`, `pixels`.
  public init(name: String) { self.name = name }

  @Sendable public func note(isHit: Bool) {
    Counter(
      label: MetricNames.derivedRequests, dimensions: [("cache", name), ("outcome", isHit ? "hit" : "miss")]
    ).increment()
  }
}
