/// How long a source must be silent before its study counts as complete.
public struct CompletionSettings: Hashable, Sendable {
  /// For sources that are not listed.
  public var quiet: Duration
  /// By AE title, account or token name.
  public var sources: [String: Duration]

  public init(quiet: Duration = .seconds(60), sources: [String: Duration] = [:]) {
    self.quiet = quiet
    self.sources = sources
  }

  public func quiet(of source: String) -> Duration { sources[source] ?? quiet }
}
