import ArchiveCore
import Doors
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration again and brings what can change to where it is used.
struct Reload: Sendable {
  let live: LiveConfiguration
  let nodes: NodeDirectory
  let security: LiveSecurity
  let administration: Administration
  let threshold: LogThreshold
  let logger: Logger

  /// - Throws: `ArchiveError` `.badRequest` with key and line of a mistake; everything stays as it was then.
  func callAsFunction(as principal: Principal) async throws -> LiveConfiguration.Change {
    try await administration.noteReload(as: principal)
    let change: LiveConfiguration.Change
    do {
      change = try live.reload { try security.reload($0) }
    } catch let error as ConfigurationError {
      logger.error("configuration refused; the former one stays", metadata: ["error": "\(error)"])
      throw ArchiveError(.badRequest, error.description)
    }
    nodes.configure(live.current.nodes)
    if let level = Logger.Level(rawValue: live.current.logLevel) { threshold.level = level }
    logger.notice(
      "configuration read again",
      metadata: [
        "changed": "\(change.changed.joined(separator: " "))",
        "needsRestart": "\(change.needsRestart.joined(separator: " "))",
      ])
    return change
  }
}

/// SIGHUP: the customary wish that a server reads its configuration again.
struct ReloadService: Service {
  let reload: Reload

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    await cancelWhenGracefulShutdown {
      // A refusal is in the log; the next signal is another attempt.
      for await _ in signals { _ = try? await reload(as: .system("SIGHUP")) }
    }
  }
}
