/// How destinations are worked on.
public struct QueueSettings: Hashable, Sendable {
  /// Instances on one association or in one request.
  public var batch: Int
  /// Failures of one instance after which it is set aside.
  public var maximumAttempts: Int
  public var backoff: Backoff

  public init(batch: Int = 100, maximumAttempts: Int = 8, backoff: Backoff = Backoff()) {
    self.batch = batch
    self.maximumAttempts = maximumAttempts
    self.backoff = backoff
  }
}
