/// What a caller may want of the archive.
public enum Operation: String, CaseIterable, Hashable, Sendable {
  case search
  case retrieve
  case store
  case delete
  case correct
  /// Fills and changes the worklist.
  case schedule
  case administer
  case readAudit
  case readMetrics
}

/// The one answer to "may they?": deny unless a role says so.
///
/// The policy speaks twice: `permits` for the operation as a whole, and `scope` as the predicate that a search or a
/// retrieval is narrowed by before limits, offsets and counts. To someone outside the scope, a study does not exist.
public struct AccessPolicy: Sendable {
  public init() {}

  /// The operations a role opens.
  public func operations(of role: Role) -> Set<Operation> {
    switch role {
    case .administrator: Set(Operation.allCases)
    case .radiologist: [.search, .retrieve]
    case .technologist: [.search, .retrieve, .store, .correct, .schedule]
    case .sender: [.store]
    case .auditor: [.readAudit, .readMetrics]
    }
  }

  public func permits(_ operation: Operation, to principal: Principal) -> Bool {
    principal.roles.contains { operations(of: $0).contains(operation) }
  }

  /// - Throws: `ArchiveError` with code `.forbidden` when no role of the principal opens the operation.
  public func require(_ operation: Operation, of principal: Principal) throws(ArchiveError) {
    guard permits(operation, to: principal) else {
      throw ArchiveError(.forbidden, "\(principal.name) may not \(operation.rawValue)")
    }
  }

  /// The sites whose studies exist for this principal.
  public func scope(of principal: Principal) -> Principal.Sites { principal.sites }
}
