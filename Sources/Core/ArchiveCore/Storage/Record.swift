/// Where a record's payload lies.
///
/// Containers are never edited, so a location stays true until the compactor moves the record and frees the
/// container, a grace period later.
public struct RecordLocation: Hashable, Sendable {
  public var container: ContainerID
  /// First byte of the payload in the container.
  public var offset: UInt64
  /// Bytes of payload: a whole Part 10 file (PS3.10 §7).
  public var length: UInt64

  public init(container: ContainerID, offset: UInt64, length: UInt64) {
    self.container = container
    self.offset = offset
    self.length = length
  }
}

/// SHA-256 of a record's payload.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// Thirty-two bytes.
  public let bytes: [UInt8]

  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  public var description: String {
    let digits: [UInt8] = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// What a record says of itself beside its payload: enough to rebuild the catalog from nothing else.
public struct RecordAttributes: Hashable, Sendable {
  public var id: RecordID
  public var delivery: DeliveryID
  public var receivedAt: Instant
  public var source: Source
  /// Who stored it, for the record: kind and name of the principal.
  public var principalKind: Principal.Kind
  public var principalName: String
  /// Transfer Syntax UID of the payload (PS3.5 §10).
  public var transferSyntax: String
  /// The profile by which something else is believed of it than it states.
  public var profile: ProfileVersion?

  public init(
    id: RecordID, delivery: DeliveryID, receivedAt: Instant, source: Source, principalKind: Principal.Kind,
    principalName: String, transferSyntax: String, profile: ProfileVersion? = nil
  ) {
    self.id = id
    self.delivery = delivery
    self.receivedAt = receivedAt
    self.source = source
    self.principalKind = principalKind
    self.principalName = principalName
    self.transferSyntax = transferSyntax
    self.profile = profile
  }
}

/// A record whose trailer is written: it exists.
public struct StoredRecord: Hashable, Sendable {
  public var attributes: RecordAttributes
  public var location: RecordLocation
  public var digest: Digest

  public init(attributes: RecordAttributes, location: RecordLocation, digest: Digest) {
    self.attributes = attributes
    self.location = location
    self.digest = digest
  }
}

/// A decision that must survive a rebuild of the catalog: it is written to the ledger, and synced, before the catalog
/// hears of it.
///
/// Deletions name records, not UIDs, so replaying them in any order gives the same state: a deleted record stays
/// deleted, and a later record of the same SOP Instance UID is untouched by it. Corrections have an order of their own,
/// by time.
public struct LedgerEntry: Hashable, Sendable {
  public enum Decision: Hashable, Sendable {
    /// The records are gone from every answer and may be reclaimed.
    case delete
    /// The records differ from the current one of the same SOP Instance UID; kept under their digest, out of searches.
    case quarantine
    /// Something else is to be believed of a study than its objects say; concerns no record.
    case correct(CorrectionID, StudyUID, Correction.Action)
    /// A source is held to a profile from then on, or no longer; concerns no record. Instances name the version by which
    /// they were coerced.
    case profile(SourceProfile, holds: Bool)
  }

  public var decision: Decision
  public var records: [RecordID]
  public var at: Instant
  public var principalKind: Principal.Kind
  public var principalName: String
  /// Why, in the caller's words; no patient data.
  public var reason: String

  public init(
    decision: Decision, records: [RecordID], at: Instant, principalKind: Principal.Kind, principalName: String,
    reason: String
  ) {
    self.decision = decision
    self.records = records
    self.at = at
    self.principalKind = principalKind
    self.principalName = principalName
    self.reason = reason
  }
}
