import NIOCore

/// The archive: receives, keeps, finds and gives back DICOM objects.
///
/// Every call carries the `Principal` who asks. The policy is asked once here, searches and retrievals are narrowed to
/// the principal's sites before anything is counted, and each access is audited.
public struct Archive: Sendable {
  /// What the archive is put together from. `Server` chooses; tests choose otherwise.
  public struct Parts: Sendable {
    public var blobs: any BlobStore
    public var catalog: any Catalog
    public var documents: any SeriesDocuments
    public var audit: any AuditTrail
    public var environment: Environment
    public var policy: AccessPolicy
    /// What was made of payloads and forgets them when they are deleted.
    public var derived: [any DerivedContent] = []
    let undecided = UndecidedRecords()
    /// Deliveries that were closed lately.
    public let deliveryEnds = DeliveryEnds()
    /// Which profiles sources are held to.
    public let profiles = ProfileRegister()

    public init(
      blobs: any BlobStore, catalog: any Catalog, documents: any SeriesDocuments, audit: any AuditTrail,
      environment: Environment, policy: AccessPolicy = AccessPolicy()
    ) {
      self.blobs = blobs
      self.catalog = catalog
      self.documents = documents
      self.audit = audit
      self.environment = environment
      self.policy = policy
    }
  }

  let parts: Parts

  public init(_ parts: Parts) { self.parts = parts }

  /// Deliveries that were closed lately.
  public var deliveryEnds: DeliveryEnds { parts.deliveryEnds }

  /// Begins a delivery: an association, a STOW request, an import.
  public func openDelivery(from source: Source, by principal: Principal) async throws -> Delivery {
    try await require(.store, of: principal, object: source.name)
    return Delivery(
      id: DeliveryID(bits: parts.environment.random()), parts: parts, source: source, principal: principal)
  }

  /// Answers a query, narrowed to what the principal may know of.
  public func find(_ query: Query, as principal: Principal) async throws -> QueryResult {
    try await require(.search, of: principal, object: "\(query.level)")
    let result = try await parts.catalog.find(query, within: parts.policy.scope(of: principal))
    try await parts.audit.noteRead(.search, by: principal, object: "\(query.level)", count: result.matches.count)
    return result
  }

  /// The instances of a selection, to be read.
  ///
  /// - Throws: `ArchiveError` `.notFound` when the principal may know of none.
  public func instances(_ selection: Selection, as principal: Principal) async throws -> [InstanceReference] {
    try await require(.retrieve, of: principal, object: selection.study?.value ?? "instances")
    let found = try await parts.catalog.instances(of: selection, within: parts.policy.scope(of: principal))
    guard !found.isEmpty else { throw ArchiveError(.notFound, "there is no such \(selection.noun)") }
    for (study, count) in found.countedByStudy() {
      try await parts.audit.noteRead(.retrieve, by: principal, object: study.value, count: count)
    }
    return found
  }

  /// Deletes a selection: the decision is in the ledger before the catalog forgets.
  ///
  /// - Returns: how many instances went.
  public func delete(_ selection: Selection, as principal: Principal, reason: String) async throws -> Int {
    try await require(.delete, of: principal, object: selection.study?.value ?? "instances")
    let sites = parts.policy.scope(of: principal)
    let instances = try await parts.catalog.instances(of: selection, within: sites)
    guard !instances.isEmpty else { throw ArchiveError(.notFound, "there is no such \(selection.noun)") }
    // To see a study one of its sites is enough; to take it from the others is for whoever answers for all of them.
    guard try await parts.catalog.sites(of: Set(instances.map(\.study))).allSatisfy(sites.includes) else {
      throw ArchiveError(.forbidden, "the study belongs to other sites too")
    }
    let records = try await parts.catalog.records(of: selection, within: sites)
    let now = parts.environment.now()
    try await parts.undecided.write(to: parts.blobs)
    try await parts.blobs.appendToLedger(
      LedgerEntry(
        decision: .delete, records: records, at: now, principalKind: principal.kind, principalName: principal.name,
        reason: reason))
    _ = try await parts.catalog.commit([.delete(records: records, by: principal, at: now, reason: reason)])
    let digests = Set(instances.map(\.digest))
    for content in parts.derived { await content.forget(digests) }
    if case .instance = selection { return instances.count }
    for (series, study) in Set(instances.map { SeriesOfStudy(series: $0.series, study: $0.study) }).map({
      ($0.series, $0.study)
    }) {
      try await parts.documents.remove(series, of: study)
    }
    return instances.count
  }

  /// Records set aside because they conflict.
  public func quarantined(as principal: Principal, limit: Int) async throws -> [QuarantinedRecord] {
    try await require(.administer, of: principal, object: "quarantine")
    return try await parts.catalog.quarantined(within: parts.policy.scope(of: principal), limit: limit)
  }

  /// What happened after a position, of at most so many entries looked at.
  public func journal(
    after position: JournalPosition, limit: Int, as principal: Principal
  ) async throws -> JournalPage {
    try await require(.search, of: principal, object: "journal")
    let sites = parts.policy.scope(of: principal)
    let entries = try await parts.catalog.journal(after: position, limit: limit)
    return JournalPage(
      entries: entries.filter { sites.includes($0.site) }, next: entries.last?.position ?? position)
  }

  /// Where the journal ends now, for whoever wants to hear what comes.
  public func journalEnd(as principal: Principal) async throws -> JournalPosition {
    try await require(.search, of: principal, object: "journal")
    return try await parts.catalog.journalEnd()
  }

  /// How much there is, by site and modality.
  public func counters(as principal: Principal) async throws -> [StudyCounter] {
    try await require(.search, of: principal, object: "counters")
    return try await parts.catalog.counters(within: parts.policy.scope(of: principal))
  }

  /// The sites that sent some part of a study. For the system's own work: what it answers is not narrowed.
  package func sites(of study: StudyUID) async throws -> Set<SiteID> {
    try await parts.catalog.sites(of: [study])
  }

  /// Asks the policy for somebody who works on the archive's behalf.
  package func authorize(_ operation: Operation, of principal: Principal, object: String) async throws {
    try await require(operation, of: principal, object: object)
  }

  /// Asks the policy and, when it says no, remembers who wanted what.
  func require(_ operation: Operation, of principal: Principal, object: String) async throws {
    do {
      try parts.policy.require(operation, of: principal)
    } catch {
      try await parts.audit.write(
        AuditRecord(
          at: parts.environment.now(), action: .refused, principal: principal.label, object: object, count: 0,
          detail: operation.rawValue))
      throw error
    }
  }
}

private struct SeriesOfStudy: Hashable {
  var series: SeriesUID
  var study: StudyUID
}

extension Principal {
  /// Kind and name, as journal and audit write it: "node:STORESCU".
  public var label: String { "\(kind):\(name)" }
}

extension Selection {
  /// What a person calls it.
  var noun: String {
    switch self {
    case .study: "study"
    case .series: "series"
    case .instance: "instance"
    case .instances: "instance"
    }
  }
}

extension [InstanceReference] {
  fileprivate func countedByStudy() -> [StudyUID: Int] {
    reduce(into: [:]) { counts, reference in counts[reference.study, default: 0] += 1 }
  }
}
