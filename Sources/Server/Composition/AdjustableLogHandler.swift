import Doors
import Logging
import Synchronization

/// The least level that is logged, for every logger of the process; changes while it runs.
final class LogThreshold: Sendable {
  private let state: Mutex<Logger.Level>
  init(_ level: Logger.Level) { state = Mutex(level) }

  var level: Logger.Level {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

/// Lines of JSON whose level follows the configuration, unless a logger was given one of its own.
struct AdjustableLogHandler: LogHandler {
  private let threshold: LogThreshold
  private var handler: JSONLogHandler
  private var own: Logger.Level?

  init(label: String, threshold: LogThreshold) {
    self.threshold = threshold
    handler = JSONLogHandler(label: label, level: threshold.level)
  }

  var logLevel: Logger.Level {
    get { own ?? threshold.level }
    set { own = newValue }
  }

  var metadata: Logger.Metadata {
    get { handler.metadata }
    set { handler.metadata = newValue }
  }

  var metadataProvider: Logger.MetadataProvider? {
    get { handler.metadataProvider }
    set { handler.metadataProvider = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { handler[metadataKey: key] }
    set { handler[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) { handler.log(event: event) }
}
