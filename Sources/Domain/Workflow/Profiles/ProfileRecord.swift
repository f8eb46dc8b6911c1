public import ArchiveCore

/// A profile as it is kept: its last version, whether that holds or not, and what trying it showed.
public struct ProfileRecord: Hashable, Sendable, Codable {
  public var profile: SourceProfile
  public var trial: ProfileTrial?

  public init(profile: SourceProfile, trial: ProfileTrial? = nil) {
    self.profile = profile
    self.trial = trial
  }
}

/// That a version was tried on what its source has sent.
public struct ProfileTrial: Hashable, Sendable, Codable {
  public var version: Int
  /// Seconds since 1970.
  public var at: Int64
  public var examined: Int
  public var deviating: Int
  public var coerced: Int

  public init(version: Int, at: Int64, examined: Int, deviating: Int, coerced: Int) {
    self.version = version
    self.at = at
    self.examined = examined
    self.deviating = deviating
    self.coerced = coerced
  }
}
