/// What the audit remembers: who did what to which study, when, and whether it was allowed (DICOM PS3.15 §A.5).
public struct AuditRecord: Hashable, Sendable, Codable {
  public enum Action: String, Hashable, Sendable, Codable, CaseIterable {
    case signIn, signInRefused, signOut
    case search, retrieve
    case store, delete, quarantine, correct
    /// Instances were given to another system because a rule said so (disclosure).
    case export
    case administer
    case refused
    case start, stop
  }

  public var at: Instant
  public var action: Action
  /// "person:admin", "node:STORESCU".
  public var principal: String
  /// Study Instance UID, account name, node title: what it was done to. Never a patient's name or number.
  public var object: String
  /// How many instances, answers …
  public var count: Int
  /// More, in few words and without patient data.
  public var detail: String

  public init(at: Instant, action: Action, principal: String, object: String, count: Int, detail: String) {
    self.at = at
    self.action = action
    self.principal = principal
    self.object = object
    self.count = count
    self.detail = detail
  }
}

/// The append-only, hash-chained memory of accesses.
///
/// Changes are audited in the transaction that makes them. Reads are gathered for at most a second, coalesced by
/// principal, study and minute, and written together; while they cannot be written, reads are refused.
public protocol AuditTrail: Sendable {
  /// Notes a read.
  ///
  /// - Throws: `ArchiveError` `.unavailable` while earlier reads could not be written.
  func noteRead(_ action: AuditRecord.Action, by principal: Principal, object: String, count: Int) async throws

  /// Writes a record now; it is on stable storage when this returns.
  func write(_ record: AuditRecord) async throws

  /// Brings gathered reads to stable storage.
  func flush() async throws

  /// Newest first.
  func records(limit: Int) async throws -> [AuditRecord]

  /// Recomputes the chains. Empty when every record is as it was written.
  func verify() async throws -> [AuditFinding]
}

/// A break in an audit chain.
public struct AuditFinding: Hashable, Sendable, CustomStringConvertible {
  public var writer: String
  public var sequence: Int64
  public var problem: String

  public init(writer: String, sequence: Int64, problem: String) {
    self.writer = writer
    self.sequence = sequence
    self.problem = problem
  }

  public var description: String { "\(writer) #\(sequence): \(problem)" }
}
