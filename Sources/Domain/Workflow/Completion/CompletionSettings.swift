/// How long a source must be silent before its study counts as complete.
public struct CompletionSettings: Hashable, Sendable {
  /// For sources that are not listed.
  public var quiet: Duration
  /// By AE title, account or token name.
  public var sources: [String: Duration]
  /// How long is still waited when a sender has closed its association; `nil` for senders that open one for each image.
  public var afterDelivery: Duration?

  public init(
    quiet: Duration = .seconds(60), sources: [String: Duration] = [:], afterDelivery: Duration? = nil
  ) {
    self.quiet = quiet
    self.sources = sources
    self.afterDelivery = afterDelivery
  }

  public func quiet(of source: String) -> Duration { sources[source] ?? quiet }
}
