public import ArchiveCore
public import Foundation

/// What a house says of its queries and retrievals.
public struct QueryRetrieveSettings: Sendable {
  /// Further AE titles of ours, each with less to see.
  public var views: [ArchiveView]
  /// Whether everybody's queries and retrievals must be hierarchical unless they negotiate relational ones.
  public var isStrict: Bool
  /// The zone of times that state none, by the site of whoever asks.
  public var zone: @Sendable (SiteID) -> TimeZone

  public init(
    views: [ArchiveView] = [], isStrict: Bool = false,
    zone: @escaping @Sendable (SiteID) -> TimeZone = { _ in .gmt }
  ) {
    self.views = views
    self.isStrict = isStrict
    self.zone = zone
  }
}
