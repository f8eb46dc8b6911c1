/// When the compactor acts, and how large its packs become.
public struct CompactionSettings: Hashable, Sendable {
  /// How long a series has had no new instance before its records are moved.
  public var quietPeriod: Duration = .seconds(3600)
  /// How long a container stays after nothing refers to it: readers that were given a location finish meanwhile.
  public var gracePeriod: Duration = .seconds(3600)
  /// A delivery at least so large that holds whole series and nothing else becomes a pack as it is.
  public var promotionBytes: UInt64 = 67_108_864
  /// A pack takes no more series when it has reached this.
  public var packBytes: UInt64 = 1_073_741_824
  /// A pack of which less than this part is still wanted, in percent, is copied together.
  public var packLivePercent: UInt64 = 50

  public init() {}
}

/// What one run of the compactor did.
public struct CompactionReport: Hashable, Sendable {
  public var promoted: [ContainerID] = []
  public var packs: [ContainerID] = []
  public var recordsMoved = 0
  public var removed: [ContainerID] = []
  /// Containers left alone because a record in them is damaged, and why.
  public var damaged: [ContainerID: String] = [:]

  public init() {}
}
