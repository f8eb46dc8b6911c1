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
    var known: Set<[String]> = []
    while !Task.isShuttingDownGracefully {
      // A figure that cannot be had now is had next time.
      known = (try? await measure(known)) ?? known
      do {
        try await cancelWhenGracefulShutdown { try await opened.environment.sleep(Self.interval) }
      } catch {
        return
      }
    }
  }

  /// - Parameter known: sites and modalities that have figures; of those that are gone there is nothing now.
  private func measure(_ known: Set<[String]>) async throws -> Set<[String]> {
    registry.set(MetricNames.storeBytes, to: Double(try await opened.blobs.bytesOnDisk()))
    let counters = try await opened.catalog.counters(within: .all)
    let present = Set(counters.map { [$0.site.value, $0.modality] })
    for line in known.subtracting(present) {
      set(StudyCounter(site: SiteID(line[0]), modality: line[1], studies: 0, series: 0, instances: 0, bytes: 0))
    }
    for counter in counters { set(counter) }
    let attributes = try FileManager.default.attributesOfFileSystem(forPath: opened.directory.path)
    if let free = attributes[.systemFreeSize] as? NSNumber {
      registry.set(MetricNames.diskFreeBytes, to: free.doubleValue)
    }
    return present
  }

  private func set(_ counter: StudyCounter) {
    let labels = [("site", counter.site.value), ("modality", counter.modality)]
    registry.set(MetricNames.studies, labels, to: Double(counter.studies))
    registry.set(MetricNames.instances, labels, to: Double(counter.instances))
  }
}
