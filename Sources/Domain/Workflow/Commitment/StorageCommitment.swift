public import ArchiveCore
public import DICOM

/// Storage commitment, in both roles (PS3.4 Annex J): others ask us whether we keep what they sent, and we ask others.
public struct StorageCommitment: Sendable {
  /// How long whoever waits on the association has for taking the result there, before it is delivered another way.
  static let courtesy = Duration.seconds(15)
  /// Some look for the transaction of a report, and know it only when their request was answered.
  static let pause = Duration.seconds(1)
  /// How long an archive that we asked may take.
  static let patience = Duration.seconds(24 * 3600)

  private let store: any WorkflowStore
  private let archive: Archive
  private let environment: Environment
  /// Where instances can be had: our AE title.
  private let title: String

  public init(store: any WorkflowStore, archive: Archive, environment: Environment, title: String) {
    self.store = store
    self.archive = archive
    self.environment = environment
    self.title = title
  }

  // MARK: Others ask us

  /// Looks whether we keep what a caller has sent, and owes it the result: on stable storage before anybody acknowledges
  /// that it asked.
  ///
  /// - Parameter onAssociation: whether it is tried first to tell the caller where it asked.
  /// - Returns: the outcome and the event information of its report.
  public func examine(
    _ transaction: CommitmentTransaction, for caller: String, onAssociation: Bool, as principal: Principal
  ) async throws -> (outcome: CommitmentOutcome, information: DataSet) {
    let holdings = try await archive.holdings(of: transaction.claims, as: principal)
    let outcome = CommitmentOutcome(transaction, holdings)
    let attributes = outcome.attributes(retrieveFrom: title)
    let now = environment.now()
    try await store.commit([
      .notify([
        Notice(
          to: caller, .eventReport(outcome.eventType), sopClass: CommitmentTransaction.sopClass,
          sopInstance: CommitmentTransaction.sopInstance, about: transaction.item.value, attributes: attributes,
          queuedAt: now, due: onAssociation ? now.adding(Self.courtesy) : now.adding(Self.pause))
      ]),
      .audit(
        AuditRecord(
          at: now, action: .retrieve, principal: principal.label, object: transaction.item.value,
          count: transaction.claims.count,
          detail: "storage commitment, \(outcome.failures.count) of them not kept")),
    ])
    return (outcome, attributes)
  }

  /// The caller has taken the result where it asked.
  public func taken(_ transaction: CommitmentTransaction, by caller: String) async throws {
    try await store.commit([.withdrawNotices(about: transaction.item.value, to: caller)])
  }

  /// The caller has not taken it where it asked: it is delivered over an association of our own.
  public func missed(_ transaction: CommitmentTransaction, by caller: String) async throws {
    try await store.commit([.hastenNotices(about: transaction.item.value, to: caller, at: environment.now())])
  }

  // MARK: We ask others

  /// Asks another archive whether it keeps a study.
  ///
  /// - Returns: the transaction, which goes on when the answer comes.
  public func request(_ study: StudyUID, of node: String, as principal: Principal) async throws -> WorkRecord {
    try await archive.authorize(.administer, of: principal, object: "commitment")
    let instances = try await archive.instances(.study(study), as: principal)
    guard instances.count <= CommitmentTransaction.maximumInstances else {
      throw ArchiveError(
        .limitExceeded, "one transaction takes \(CommitmentTransaction.maximumInstances) instances at most")
    }
    guard let item = WorkUID(environment.makeUID()),
      let site = try await archive.sites(of: study).filter(principal.sites.includes)
        .min(by: { $0.value < $1.value })
    else { throw ArchiveError(.notFound, "there is no such study") }
    let transaction = CommitmentTransaction(
      item: item, claims: instances.map { InstanceClaim(sopClass: $0.sopClass, instance: $0.instance) })
    var attributes = transaction.attributes
    let asked = attributes
    attributes.set(.studyInstanceUID, .ui, study.value)
    attributes.set(.retrieveAETitle, .ae, node)
    let now = environment.now()
    let record = WorkRecord(
      kind: .commitment, item: item, site: site, state: .requested, changedAt: now, attributes: attributes)
    try await store.commit([
      .saveWork(record, by: principal),
      .notify([
        Notice(
          to: node, .action(CommitmentTransaction.request), sopClass: CommitmentTransaction.sopClass,
          sopInstance: CommitmentTransaction.sopInstance, attributes: asked, queuedAt: now)
      ]),
      .audit(
        AuditRecord(
          at: now, action: .export, principal: principal.label, object: study.value, count: instances.count,
          detail: "asked \(node) for storage commitment")),
    ])
    return record
  }

  /// Takes what an archive reports that we asked (PS3.4 §J.3.3).
  ///
  /// - Throws: `ArchiveError` `.notFound` for a transaction that we did not ask this node for.
  public func report(
    eventType: UInt16, _ information: DataSet, from node: String, as principal: Principal
  ) async throws {
    guard let uid = information.string(.transactionUID).map(MatchingText.normalised), let item = WorkUID(uid),
      var record = try await store.work(.commitment, item), record.fields.station == node
    else { throw ArchiveError(.notFound, "we asked for no such transaction") }
    // Said again after the answer to it was lost.
    guard record.state == .requested else { return }
    let asked = Set(record.attributes.items(.referencedSOPSequence).compactMap { $0.string(.referencedSOPInstanceUID) })
    let kept = Set(information.items(.referencedSOPSequence).compactMap { $0.string(.referencedSOPInstanceUID) })
    let failed = information.items(.failedSOPSequence)
    // Whoever says success and leaves something out has not said it of that.
    record.state = eventType == 1 && failed.isEmpty && asked.isSubset(of: kept) ? .committed : .failed
    record.changedAt = environment.now()
    if !failed.isEmpty {
      record.attributes.set(.failedSOPSequence, items: failed)
    }
    try await store.commit([.saveWork(record, by: principal)])
  }

  /// Gives up on archives that have not answered for a day.
  public func expire() async throws {
    let now = environment.now()
    let latest = now.adding(.zero - Self.patience)
    var question = WorkQuestion(.commitment, within: .all)
    question.states = [.requested]
    for try await var record in WorkSearch(question, in: store) where record.changedAt < latest {
      record.state = .failed
      record.changedAt = now
      do {
        try await store.commit([.saveWork(record, by: .system("commitment"))])
      } catch is WorkflowConflict {
        // The answer has come after all.
        continue
      }
    }
  }

  /// Transactions that we asked for.
  public func transactions(
    _ states: Set<WorkState>?, of study: StudyUID?, after cursor: WorkCursor?, limit: Int, as principal: Principal
  ) async throws -> WorkPage {
    try await archive.authorize(.administer, of: principal, object: "commitment")
    var question = WorkQuestion(.commitment, within: principal.sites)
    question.states = states
    question.study = study?.value
    return try await store.work(question, after: cursor, limit: limit)
  }

  /// - Throws: `ArchiveError` `.notFound`.
  public func transaction(_ item: WorkUID, as principal: Principal) async throws -> WorkRecord {
    try await archive.authorize(.administer, of: principal, object: "commitment")
    guard let record = try await store.work(.commitment, item), principal.sites.includes(record.site) else {
      throw ArchiveError(.notFound, "there is no such transaction")
    }
    return record
  }
}
