public import ArchiveCore

/// The administrator's work on profiles: each call asks the policy, and each change is audited in its own transaction.
///
/// A profile of one site belongs to whoever answers for the site; one of a source wherever it sends from, to whoever
/// answers for all.
public struct SourceProfiles: Sendable {
  /// A profile and which version of it holds, which need not be the last.
  public struct Status: Hashable, Sendable {
    public var record: ProfileRecord
    /// The version by which what comes in is judged and coerced; `nil` when it is off.
    public var holding: Int?
  }

  private let store: any WorkflowStore
  private let archive: Archive
  private let environment: Environment
  private let trial: ProfileTrialRun

  public init(store: any WorkflowStore, archive: Archive, environment: Environment) {
    self.store = store
    self.archive = archive
    self.environment = environment
    trial = ProfileTrialRun(store: store, archive: archive)
  }

  /// Every profile, by name.
  public func profiles(as principal: Principal) async throws -> [Status] {
    try await authorize(principal)
    let holding = archive.profiles.holding
    var records = try await store.profiles()
    // The ledger outlives the catalog: what holds is listed even when nobody knows how it was made.
    let known = Set(records.map(\.profile.id))
    records += holding.filter { !known.contains($0.id) }.map { ProfileRecord(profile: $0) }
    return records.filter { principal.mayHold($0.profile.source) }.map { record in
      Status(record: record, holding: holding.first { $0.id == record.profile.id }?.version)
    }
  }

  /// Makes a profile, which is off. Its id and version are ours to give.
  ///
  /// - Throws: `ArchiveError` `.badRequest` for what cannot be, `.limitExceeded` when there are too many.
  public func add(_ asked: SourceProfile, as principal: Principal) async throws -> Status {
    var profile = try await checked(asked, as: principal)
    guard try await store.profiles().count < SourceProfile.maximumCount else {
      throw ArchiveError(.limitExceeded, "there may be \(SourceProfile.maximumCount) profiles")
    }
    let digits = String(UInt64(truncatingIfNeeded: environment.random()), radix: 16)
    profile.id = String(repeating: "0", count: 16 - digits.count) + digits
    profile.version = 1
    let record = ProfileRecord(profile: profile)
    try await store.commit([.saveProfile(record), note(principal, profile.id, "profile v1 made")])
    return Status(record: record, holding: nil)
  }

  /// Writes the next version of a profile. The one that holds goes on holding.
  ///
  /// - Parameter version: the version the change was made from; whatever there is when `nil`.
  /// - Throws: `ArchiveError` `.notFound`; `WorkflowConflict` when somebody has changed it since.
  public func replace(
    _ id: String, by asked: SourceProfile, version: Int? = nil, as principal: Principal
  ) async throws -> Status {
    var profile = try await checked(asked, as: principal)
    let present = try await status(id, as: principal)
    profile.id = id
    // What somebody else names is compared, never counted with.
    guard version ?? present.record.profile.version == present.record.profile.version else {
      throw WorkflowConflict("the profile has changed")
    }
    profile.version = present.record.profile.version + 1
    let record = ProfileRecord(profile: profile)
    try await store.commit([.saveProfile(record), note(principal, id, "profile v\(profile.version) saved")])
    return Status(record: record, holding: present.holding)
  }

  /// - Throws: `ArchiveError` `.badRequest` while it holds.
  public func remove(_ id: String, as principal: Principal) async throws {
    guard try await status(id, as: principal).holding == nil else {
      throw ArchiveError(.badRequest, "the profile holds: switch it off first")
    }
    try await store.commit([.removeProfile(id), note(principal, id, "profile removed")])
  }

  // MARK: Trying

  /// What a profile would find and change in what came last. Nothing happens.
  public func tryOut(_ asked: SourceProfile, limit: Int, as principal: Principal) async throws
    -> ProfileTrialRun.Outcome
  {
    try await trial.run(try await checked(asked, as: principal), limit: limit, as: principal)
  }

  /// The same with a kept one, which remembers that it was tried.
  public func tryOut(_ id: String, limit: Int, as principal: Principal) async throws -> ProfileTrialRun.Outcome {
    let profile = try await status(id, as: principal).record.profile
    let outcome = try await trial.run(profile, limit: limit, as: principal)
    let trial = ProfileTrial(
      version: profile.version, at: environment.now().seconds, examined: outcome.examined,
      deviating: outcome.deviating, coerced: outcome.coerced)
    try await store.commit([
      .noteTrial(id, trial), note(principal, id, "profile v\(profile.version) tried on \(outcome.examined) instances"),
    ])
    return outcome
  }

  /// Holds the source to the profile's last version from now on.
  ///
  /// - Parameters:
  ///   - version: which that is thought to be; whatever it is when `nil`.
  ///   - insists: although it was not tried.
  /// - Throws: `ArchiveError` `.badRequest` when it was not tried and nobody insists; `WorkflowConflict` for another version.
  public func switchOn(
    _ id: String, version: Int? = nil, insists: Bool = false, as principal: Principal
  ) async throws -> Status {
    var status = try await status(id, as: principal)
    let profile = status.record.profile
    guard version ?? profile.version == profile.version else { throw WorkflowConflict("the profile has changed") }
    guard insists || status.record.trial?.version == profile.version else {
      throw ArchiveError(.badRequest, "version \(profile.version) was not tried yet: try it, or insist")
    }
    try await archive.hold(profile, true, as: principal)
    try await store.commit([
      note(principal, id, "profile v\(profile.version) switched on\(insists ? ", untried" : "")")
    ])
    status.holding = profile.version
    return status
  }

  /// What comes from now on is taken as it is; what was coerced stays coerced.
  public func switchOff(_ id: String, as principal: Principal) async throws -> Status {
    var status = try await status(id, as: principal)
    guard let version = status.holding,
      let profile = archive.profiles.profile(ProfileVersion(id: id, version: version))
    else { return status }
    try await archive.hold(profile, false, as: principal)
    try await store.commit([note(principal, id, "profile v\(version) switched off")])
    status.holding = nil
    return status
  }

  // MARK: Devices

  /// What each device sent in so many days, newest day first.
  public func devices(days: Int, as principal: Principal) async throws -> [DeviceDay] {
    try await authorize(principal)
    let first = environment.now().day - Int64(days) + 1
    return try await store.deviceDays(since: first).filter { principal.sites.includes(SiteID($0.device.site)) }
  }

  // MARK: Asking

  private func status(_ id: String, as principal: Principal) async throws -> Status {
    guard let status = try await profiles(as: principal).first(where: { $0.record.profile.id == id }) else {
      throw ArchiveError(.notFound, "there is no such profile")
    }
    return status
  }

  private func checked(_ asked: SourceProfile, as principal: Principal) async throws -> SourceProfile {
    try await authorize(principal)
    try asked.check()
    guard principal.mayHold(asked.source) else {
      throw ArchiveError(.forbidden, "the profile must be for one of your sites")
    }
    return asked
  }

  private func authorize(_ principal: Principal) async throws {
    try await archive.authorize(.administer, of: principal, object: "profiles")
  }

  private func note(_ principal: Principal, _ object: String, _ detail: String) -> WorkflowChange {
    .audit(
      AuditRecord(
        at: environment.now(), action: .administer, principal: principal.label, object: object, count: 1,
        detail: detail))
  }
}

extension Principal {
  /// Whether they answer for every site that the profile may concern.
  fileprivate func mayHold(_ source: ProfiledSource) -> Bool {
    switch sites {
    case .all: true
    case .only(let sites): source.site.map { sites.contains(SiteID($0)) } ?? false
    }
  }
}
