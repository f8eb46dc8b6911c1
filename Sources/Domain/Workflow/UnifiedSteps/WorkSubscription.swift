public import ArchiveCore
public import DICOM

/// That a node is told of a workitem, or of every one to come that matches keys (PS3.4 §CC.2.3).
public struct WorkSubscription: Hashable, Sendable {
  /// AE title.
  public var subscriber: String
  /// `nil`: of those to come, the node's one global subscription.
  public var item: WorkUID?
  /// Whether a finished workitem is to be kept until the node has read it.
  public var isLocked: Bool
  /// Of a filtered global subscription, as an identifier of C-FIND; empty for all.
  public var keys: DataSet
  /// Of a global subscription: whose workitems it may hear of.
  public var sites: Principal.Sites

  public init(
    _ subscriber: String, to item: WorkUID?, isLocked: Bool, keys: DataSet = DataSet(), sites: Principal.Sites = .all
  ) {
    self.subscriber = subscriber
    self.item = item
    self.isLocked = isLocked
    self.keys = keys
    self.sites = sites
  }

  /// Whether a new workitem is one of those that a global subscription is for.
  public func admits(_ record: WorkRecord) -> Bool {
    record.kind == .workitem && sites.includes(record.site)
      && Matcher(UnifiedStep.keys(of: keys)).matches(record.attributes)
  }
}
