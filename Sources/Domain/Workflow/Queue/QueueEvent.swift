/// What a queue has just done, for figures and the log.
public enum QueueEvent: Hashable, Sendable {
  case sent(destination: String, instances: Int)
  case failed(destination: String, reason: String)
  case setAside(destination: String, reason: String)
  /// The destination cannot be worked with for so long.
  case postponed(destination: String, reason: String, wait: Duration)
}
