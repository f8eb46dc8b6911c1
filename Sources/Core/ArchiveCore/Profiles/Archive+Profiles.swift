public import DICOM

extension Archive {
  /// Which profiles hold, and every version that ever did.
  public var profiles: ProfileRegister { parts.profiles }

  /// Holds a source to a profile from now on, in the place of an earlier version of it; or does so no longer.
  ///
  /// The decision is in the ledger before anything is coerced by it, so that a rebuild believes alike.
  public func hold(_ profile: SourceProfile, _ holds: Bool, as principal: Principal) async throws {
    try await require(.administer, of: principal, object: "profiles")
    try await parts.blobs.appendToLedger(
      LedgerEntry(
        decision: .profile(profile, holds: holds), records: [], at: parts.environment.now(),
        principalKind: principal.kind, principalName: principal.name, reason: ""))
    parts.profiles.take(profile, holds: holds)
  }

  /// An instance's data set as it is believed: coerced as its source's profile said when it came, and corrected since.
  public func believed(_ dataSet: DataSet, of reference: InstanceReference) -> DataSet {
    let coerced = parts.profiles.coerced(dataSet, by: reference.profile, received: reference.receivedAt)
    return reference.belief?.applied(to: coerced) ?? coerced
  }
}

extension ProfileRegister {
  /// What is coerced by a version. Images are given out even when nobody knows it any more.
  func coerced(_ dataSet: DataSet, by version: ProfileVersion?, received: Instant) -> DataSet {
    guard let profile = version.flatMap(profile) else { return dataSet }
    return profile.applied(to: dataSet, received: received)
  }
}

extension InstanceReference {
  /// Whether exactly what the object states is believed of it.
  public var isAsStated: Bool { belief == nil && profile == nil }
}
