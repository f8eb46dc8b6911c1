public import ArchiveCore

/// Somebody who takes instances: all that the workflow knows of a protocol. Doors implement it.
public protocol Destination: Sendable {
  /// Sends instances in this order, as streams, and tells of each what became of it; what it does not tell of has not
  /// been tried.
  ///
  /// - Parameter report: answers whether to go on with the next.
  /// - Throws: `DestinationFailure` when the receiver as a whole cannot be worked with.
  func send(
    _ instances: [InstanceReference], report: @Sendable (InstanceReference, SendResult) async -> Bool
  ) async throws

  /// Whether the receiver is there and would talk to us.
  ///
  /// - Throws: `DestinationFailure`.
  func echo() async throws
}

/// What became of one instance that was sent.
public enum SendResult: Hashable, Sendable {
  /// The receiver has it; `remark` says what it warned of.
  case sent(remark: String?)
  /// The receiver does not take it, now or later.
  case refused(reason: String)
  /// The receiver could not take it now.
  case deferred(reason: String)
}

/// A receiver that cannot be worked with. The reason is ours: codes and kinds, never a peer's own words.
public struct DestinationFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public var reason: String
  /// The instance that was under way when it happened; `nil` when none was.
  public var during: InstanceUID?

  public init(_ reason: String, during: InstanceUID? = nil) {
    self.reason = reason
    self.during = during
  }

  public var description: String { reason }
}
