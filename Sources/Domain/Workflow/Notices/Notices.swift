public import ArchiveCore

/// What is owed to nodes, for whoever runs the house.
public struct Notices: Sendable {
  private let store: any WorkflowStore
  private let archive: Archive
  private let environment: Environment

  public init(store: any WorkflowStore, archive: Archive, environment: Environment) {
    self.store = store
    self.archive = archive
    self.environment = environment
  }

  /// Notices in a state, oldest first, behind an id.
  public func list(
    in state: Notice.State, after id: Int64, limit: Int, as principal: Principal
  ) async throws -> [Notice] {
    try await require(principal)
    return try await store.notices(in: state, after: id, limit: limit)
  }

  /// What is set aside for a node waits again, and what waits is tried at once.
  public func retry(to node: String, as principal: Principal) async throws {
    try await require(principal)
    try await store.commit([
      .retryNotices(to: node, at: environment.now()), note(principal, node, "notices: retry"),
    ])
  }

  /// Gives a notice up.
  public func remove(_ id: Int64, as principal: Principal) async throws {
    try await require(principal)
    try await store.commit([.removeNotice(id), note(principal, "\(id)", "notice removed")])
  }

  private func require(_ principal: Principal) async throws {
    try await archive.authorize(.administer, of: principal, object: "notices")
    guard principal.sites == .all else { throw ArchiveError(.forbidden, "notices serve every site") }
  }

  private func note(_ principal: Principal, _ object: String, _ detail: String) -> WorkflowChange {
    .audit(
      AuditRecord(
        at: environment.now(), action: .administer, principal: principal.label, object: object, count: 1,
        detail: detail))
  }
}
