public import ArchiveCore

/// The administrator's work on rules, destinations and queues: each call asks the policy, and each change is audited in
/// its own transaction.
///
/// Rules belong to the sites of who made them. Destinations and queues speak of every site, so they are for whoever
/// answers for all of them.
public struct Forwarding: Sendable {
  private let store: any WorkflowStore
  private let archive: Archive
  private let environment: Environment
  private let dryRun: DryRun
  private let connect: @Sendable (DestinationRecord) async throws -> any Destination

  public init(
    store: any WorkflowStore, archive: Archive, environment: Environment, clocks: SiteClocks = SiteClocks(),
    completion: CompletionSettings = CompletionSettings(),
    connect: @escaping @Sendable (DestinationRecord) async throws -> any Destination
  ) {
    self.store = store
    self.archive = archive
    self.environment = environment
    self.connect = connect
    dryRun = DryRun(store: store, archive: archive, clocks: clocks, completion: completion)
  }

  /// Rings when queues may have changed.
  public var queueBell: Bell { store.queueBell }

  // MARK: Rules

  public func rules(as principal: Principal) async throws -> [RoutingRule] {
    try await archive.authorize(.administer, of: principal, object: "rules")
    return try await store.rules().filter { $0.scope.isWithin(principal.sites) }
  }

  /// Makes a rule. Its id, version and sites are ours to give.
  ///
  /// - Throws: `ArchiveError` `.badRequest` for what cannot be, `.limitExceeded` when there are too many.
  public func addRule(_ asked: RoutingRule, as principal: Principal) async throws -> RoutingRule {
    var rule = try await checked(asked, as: principal)
    guard try await store.rules().count < RoutingRule.maximumCount else {
      throw ArchiveError(.limitExceeded, "there may be \(RoutingRule.maximumCount) rules")
    }
    let digits = String(UInt64(truncatingIfNeeded: environment.random()), radix: 16)
    rule.id = String(repeating: "0", count: 16 - digits.count) + digits
    rule.version = 1
    try await store.commit([.saveRule(rule), note(principal, rule.id, "rule v1 made")])
    return rule
  }

  /// Replaces a rule; what was decided before stays decided.
  ///
  /// - Parameter version: the version the change was made from; whatever there is when `nil`.
  /// - Throws: `ArchiveError` `.notFound`; `WorkflowConflict` when somebody has changed it since.
  public func replaceRule(
    _ id: String, by asked: RoutingRule, version: Int? = nil, as principal: Principal
  ) async throws -> RoutingRule {
    var rule = try await checked(asked, as: principal)
    let present = try await self.rule(id, as: principal)
    rule.id = id
    // What somebody else names is compared, never counted with.
    guard version ?? present.version == present.version else { throw WorkflowConflict("the rule has changed") }
    rule.version = present.version + 1
    try await store.commit([.saveRule(rule), note(principal, id, "rule v\(rule.version) saved")])
    return rule
  }

  public func removeRule(_ id: String, as principal: Principal) async throws {
    try await archive.authorize(.administer, of: principal, object: "rules")
    _ = try await rule(id, as: principal)
    try await store.commit([.removeRule(id), note(principal, id, "rule removed")])
  }

  /// What a rule would have done with what came in since then. Nothing happens.
  public func dryRun(
    _ asked: RoutingRule, since: Instant, limit: Int, as principal: Principal
  ) async throws -> DryRun.Outcome {
    let rule = try await checked(asked, as: principal, needsDestinations: false)
    return try await dryRun.run(rule, since: since, limit: limit)
  }

  private func rule(_ id: String, as principal: Principal) async throws -> RoutingRule {
    guard let rule = try await rules(as: principal).first(where: { $0.id == id }) else {
      throw ArchiveError(.notFound, "there is no such rule")
    }
    return rule
  }

  private func checked(
    _ asked: RoutingRule, as principal: Principal, needsDestinations: Bool = true
  ) async throws -> RoutingRule {
    try await archive.authorize(.administer, of: principal, object: "rules")
    try asked.check()
    var rule = asked
    // Nobody gives a rule more sites than they have.
    if asked.sites == nil || !asked.scope.isWithin(principal.sites) { rule.scope = principal.sites }
    if needsDestinations {
      let known = Set(try await store.destinations().map(\.name))
      guard let missing = asked.to.first(where: { !known.contains($0) }) else { return rule }
      throw ArchiveError(.badRequest, "there is no destination named \(missing.prefix(64))")
    }
    return rule
  }

  // MARK: Destinations

  /// Every destination: whoever makes rules must know their names.
  public func destinations(as principal: Principal) async throws -> [DestinationRecord] {
    try await archive.authorize(.administer, of: principal, object: "destinations")
    return try await store.destinations()
  }

  /// Adds a destination, or replaces one; what waits for it stays.
  ///
  /// - Parameter keepsToken: a token that is not given is the present one's.
  /// - Throws: `ArchiveError` `.badRequest` for what cannot be, `.notFound` when one is to be replaced that is not there.
  public func saveDestination(
    _ asked: DestinationRecord, replacing: Bool, keepsToken: Bool = true, as principal: Principal
  ) async throws -> DestinationRecord {
    try await requireAll(principal, "destinations")
    try asked.check()
    var record = asked
    let present = try await store.destinations()
    let former = present.first { $0.name == record.name }
    if replacing, former == nil { throw ArchiveError(.notFound, "there is no such destination") }
    if !replacing, former != nil {
      throw ArchiveError(.badRequest, "there is a destination named \(record.name)")
    }
    guard replacing || present.count < DestinationRecord.maximumCount else {
      throw ArchiveError(.limitExceeded, "there may be \(DestinationRecord.maximumCount) destinations")
    }
    // A secret is never sent to another address than the one it was given for.
    if keepsToken, record.token == nil, former?.address == record.address { record.token = former?.token }
    try await store.commit([
      .saveDestination(record), .postpone(record.name, nil),
      note(principal, record.name, replacing ? "destination replaced" : "destination made"),
    ])
    return record
  }

  /// - Throws: `ArchiveError` `.badRequest` while a rule sends there.
  public func removeDestination(_ name: String, as principal: Principal) async throws {
    try await requireAll(principal, "destinations")
    _ = try await destination(name)
    if let rule = try await store.rules().first(where: { $0.to.contains(name) }) {
      throw ArchiveError(.badRequest, "rule \(rule.id) sends there")
    }
    try await store.commit([.removeDestination(name), note(principal, name, "destination removed")])
  }

  /// Asks a destination whether it is there: why not, or `nil` when all is well.
  public func echo(_ name: String, as principal: Principal) async throws -> String? {
    try await requireAll(principal, "destinations")
    let record = try await destination(name)
    do {
      try await connect(record).echo()
      return nil
    } catch let failure as DestinationFailure {
      return failure.reason
    }
  }

  private func destination(_ name: String) async throws -> DestinationRecord {
    guard let record = try await store.destinations().first(where: { $0.name == name }) else {
      throw ArchiveError(.notFound, "there is no such destination")
    }
    return record
  }

  // MARK: Queues

  public func queues(as principal: Principal) async throws -> [QueueStatus] {
    try await requireAll(principal, "queues")
    return try await store.queues()
  }

  /// Items in a state, oldest first, behind an id.
  public func items(
    of destination: String, in state: ForwardItem.State, after id: Int64, limit: Int, as principal: Principal
  ) async throws -> [ForwardItem] {
    try await requireAll(principal, "queues")
    _ = try await self.destination(destination)
    return try await store.items(of: destination, in: state, after: id, limit: limit)
  }

  public enum QueueAction: String, CaseIterable, Hashable, Sendable {
    case pause
    case resume
    /// What is set aside waits again, and what waits is tried at once.
    case retry
    /// Nothing waits and nothing is set aside any more.
    case empty
  }

  /// - Returns: the queue afterwards.
  public func carryOut(_ action: QueueAction, on destination: String, as principal: Principal) async throws
    -> QueueStatus
  {
    try await requireAll(principal, "queues")
    _ = try await self.destination(destination)
    let changes: [WorkflowChange] =
      switch action {
      case .pause: [.pause(destination, true)]
      case .resume: [.pause(destination, false), .postpone(destination, nil)]
      case .retry: [.retry(destination, at: environment.now()), .postpone(destination, nil)]
      case .empty: [.empty(destination)]
      }
    try await store.commit(changes + [note(principal, destination, "queue: \(action.rawValue)")])
    guard let status = try await store.queue(of: destination) else {
      throw ArchiveError(.notFound, "there is no such destination")
    }
    return status
  }

  // MARK: Asking

  private func requireAll(_ principal: Principal, _ object: String) async throws {
    try await archive.authorize(.administer, of: principal, object: object)
    guard principal.sites == .all else { throw ArchiveError(.forbidden, "\(object) serve every site") }
  }

  private func note(_ principal: Principal, _ object: String, _ detail: String) -> WorkflowChange {
    .audit(
      AuditRecord(
        at: environment.now(), action: .administer, principal: principal.label, object: object, count: 1,
        detail: detail))
  }
}
