/// How long steps stay on the worklist.
public struct WorklistSettings: Hashable, Sendable {
  /// Days after its start that a step nobody has begun is given up; `nil` for never.
  public var expiryDays: Int?

  public static let longestExpiry = 3650

  public init(expiryDays: Int? = 30) { self.expiryDays = expiryDays }
}
