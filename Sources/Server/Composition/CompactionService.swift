import ArchiveCore
import Logging
import ServiceLifecycle

/// Runs the compactor now and then until the server stops.
struct CompactionService: Service {
  let configuration: Configuration
  let opened: OpenArchive
  let logger: Logger

  func run() async throws {
    var settings = CompactionSettings()
    settings.quietPeriod = .seconds(configuration.quietSeconds)
    settings.gracePeriod = .seconds(configuration.graceSeconds)
    let compactor = Compactor(
      blobs: opened.blobs, catalog: opened.catalog, environment: opened.environment, settings: settings)
    while !Task.isShuttingDownGracefully {
      do {
        try await cancelWhenGracefulShutdown {
          try await opened.environment.sleep(.seconds(max(1, configuration.quietSeconds / 2)))
        }
        _ = try await compactor.run()
      } catch is CancellationError {
        return
      } catch {
        // Nothing depends on it: what could not be packed now is packed later.
        logger.warning("compaction failed", metadata: ["error": "\(error)"])
      }
    }
  }
}
