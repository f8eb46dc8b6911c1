import ArchiveCore
import CoreMetrics
import DICOMPixels
import Doors
import ServiceLifecycle

/// Codecs in processes of their own, what they made lately, and how busy they are, for `/metrics`.
struct TranscodingRoom: Service {
  let transcoder: InstanceTranscoder
  private let pool: CodecWorkerPool
  private let opened: OpenArchive
  private let registry: PrometheusRegistry

  init(opened: OpenArchive, registry: PrometheusRegistry) {
    self.opened = opened
    self.registry = registry
    pool = CodecWorkerPool.ofThisProgram(observe: CodecMetrics().note)
    transcoder = InstanceTranscoder(
      archive: opened.archive, codecs: pool, scratch: opened.scratch, pixels: opened.pixels, frames: opened.frames)
  }

  /// Measures now and then.
  func run() async throws {
    while !Task.isShuttingDownGracefully {
      let workers = await pool.figures
      registry.set(MetricNames.codecWorkers, to: Double(workers.workers))
      registry.set(MetricNames.codecWorkersBusy, to: Double(workers.busy))
      registry.set(MetricNames.codecWaiting, to: Double(workers.waiting))
      await measure(opened.frames, "frames")
      await measure(opened.pixels, "pixels")
      do {
        try await cancelWhenGracefulShutdown { try await opened.environment.sleep(StorageFigures.interval) }
      } catch {
        return
      }
    }
  }

  private func measure<Value>(_ cache: DerivedCache<Value>, _ name: String) async {
    let figures = await cache.figures
    registry.set(MetricNames.derivedBytes, [("cache", name)], to: Double(figures.bytes))
    registry.set(MetricNames.derivedEntries, [("cache", name)], to: Double(figures.entries))
  }
}
