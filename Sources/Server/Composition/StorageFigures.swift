import ArchiveCore
import Doors
import EmbeddedStore
import Foundation
import ServiceLifecycle

/// Measures now and then how much is stored, for `/metrics`.
struct StorageFigures: Service {
  let opened: OpenArchive
  let registry: PrometheusRegistry

  /// Between two measurements.
  static let interval = Duration.seconds(15)

  func run() async throws {
    while !Task.isShuttingDownGracefully {
      // A figure that cannot be had now is had next time.
      try? await measure()
      do {
        try await cancelWhenGracefulShutdown { try await opened.environment.sleep(Self.interval) }
      } catch {
        return
      }
    }
  }

  private func measure() async throws {
    registry.set(MetricNames.storeBytes, to: Double(try await opened.blobs.bytesOnDisk()))
    for counter in try await opened.catalog.counters(within: .all) {
      let labels = [("site", counter.site.value), ("modality", counter.modality)]
      registry.set(MetricNames.studies, labels, to: Double(counter.studies))
      registry.set(MetricNames.instances, labels, to: Double(counter.instances))
    }
    let attributes = try FileManager.default.attributesOfFileSystem(forPath: opened.directory.path)
    if let free = attributes[.systemFreeSize] as? NSNumber {
      registry.set(MetricNames.diskFreeBytes, to: free.doubleValue)
    }
  }
}
