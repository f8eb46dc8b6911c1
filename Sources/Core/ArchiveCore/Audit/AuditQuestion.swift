/// What is asked of the audit: every condition that is there must hold.
public struct AuditQuestion: Hashable, Sendable {
  public var action: AuditRecord.Action?
  /// A part of who did it; capital letters count.
  public var principal: String?
  /// A part of what it was done to.
  public var object: String?
  public var from: Instant?
  /// The first moment that no longer counts.
  public var until: Instant?
  /// Only what stands before this entry in the order of writing.
  public var before: Int64?

  public init(
    action: AuditRecord.Action? = nil, principal: String? = nil, object: String? = nil, from: Instant? = nil,
    until: Instant? = nil, before: Int64? = nil
  ) {
    self.action = action
    self.principal = principal
    self.object = object
    self.from = from
    self.until = until
    self.before = before
  }

  public func matches(_ entry: AuditEntry) -> Bool {
    let record = entry.record
    return (action ?? record.action) == record.action && record.at >= (from ?? record.at)
      && (until.map { record.at < $0 } ?? true) && (before.map { entry.id < $0 } ?? true)
      && (principal.map { record.principal.contains($0) } ?? true)
      && (object.map { record.object.contains($0) } ?? true)
  }
}

/// A record and its place in the order of writing.
public struct AuditEntry: Hashable, Sendable {
  public var id: Int64
  public var record: AuditRecord

  public init(id: Int64, record: AuditRecord) {
    self.id = id
    self.record = record
  }
}
