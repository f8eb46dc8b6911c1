import ArchiveCore
import Logging
import ServiceLifecycle

/// Runs the compactor now and then until the server stops.
struct CompactionService: Service {
  let live: LiveConfiguration
  let opened: OpenArchive
  let logger: Logger

  func run() async throws {
    let compactor = Compactor(
      blobs: opened.blobs, catalog: opened.catalog, environment: opened.environment, settings: settings)
    while !Task.isShuttingDownGracefully {
      do {
        try await cancelWhenGracefulShutdown {
          try await opened.environment.sleep(.seconds(max(1, live.current.quietSeconds / 2)))
        }
        await compactor.use(settings)
        _ = try await compactor.run()
      } catch is CancellationError {
        return
      } catch {
        // Nothing depends on it: what could not be packed now is packed later.
        logger.warning("compaction failed", metadata: ["error": "\(error)"])
      }
    }
  }

  private var settings: CompactionSettings {
    let configuration = live.current
    var settings = CompactionSettings()
    settings.quietPeriod = .seconds(configuration.quietSeconds)
    settings.gracePeriod = .seconds(configuration.graceSeconds)
    return settings
  }
}
