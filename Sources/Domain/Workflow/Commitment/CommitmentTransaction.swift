public import ArchiveCore
public import DICOM

/// What a transaction of storage commitment is about: its UID and the instances (PS3.4 §J.3.2.1.1).
public struct CommitmentTransaction: Hashable, Sendable {
  /// The Storage Commitment Push Model SOP Class, and its one instance (PS3.4 §J.3.5).
  public static let sopClass = "1.2.840.10008.1.20.1"
  public static let sopInstance = "1.2.840.10008.1.20.1.1"
  /// Action Type ID of a request.
  public static let request: UInt16 = 1
  /// The most instances of one transaction: references of that many fit into the longest data set that is taken.
  public static let maximumInstances = 25_000

  public var item: WorkUID
  public var claims: [InstanceClaim]

  public init(item: WorkUID, claims: [InstanceClaim]) {
    self.item = item
    self.claims = claims
  }

  /// Reads the action information of a request.
  public init(reading attributes: DataSet) throws(CommitmentRefusal) {
    guard let uid = attributes.string(.transactionUID).map(MatchingText.normalised), let item = WorkUID(uid) else {
      throw .missing(.transactionUID)
    }
    let items = attributes.items(.referencedSOPSequence)
    guard !items.isEmpty else { throw .missing(.referencedSOPSequence) }
    guard items.count <= Self.maximumInstances else { throw .tooMany }
    self.item = item
    claims = []
    claims.reserveCapacity(items.count)
    for reference in items {
      guard let sopClass = reference.string(.referencedSOPClassUID).map(MatchingText.normalised),
        let uid = reference.string(.referencedSOPInstanceUID).map(MatchingText.normalised),
        let instance = InstanceUID(uid)
      else { throw .missing(.referencedSOPSequence) }
      claims.append(InstanceClaim(sopClass: sopClass, instance: instance))
    }
  }

  /// The action information of a request.
  public var attributes: DataSet {
    var attributes = DataSet()
    attributes.set(.transactionUID, .ui, item.value)
    attributes.setReferences(.referencedSOPSequence, claims.map { ($0, nil) })
    return attributes
  }
}

/// Why a request of commitment cannot be taken.
public enum CommitmentRefusal: Error, Hashable, Sendable {
  case missing(Tag)
  case tooMany
}

/// The outcome of a transaction (PS3.4 §J.3.3.1.2).
public struct CommitmentOutcome: Hashable, Sendable {
  /// Failure Reason (0008,1197), PS3.3 §C.14.1.1.
  public enum Failure: UInt16, Hashable, Sendable {
    case processingFailure = 0x0110
    case noSuchObjectInstance = 0x0112
    case classInstanceConflict = 0x0119
  }

  public var transaction: CommitmentTransaction
  public var failures: [InstanceUID: Failure]

  public init(_ transaction: CommitmentTransaction, _ holdings: [Holding]) {
    self.transaction = transaction
    failures = [:]
    for (claim, holding) in zip(transaction.claims, holdings) {
      switch holding {
      case .kept: continue
      case .unknown: failures[claim.instance] = .noSuchObjectInstance
      case .otherClass: failures[claim.instance] = .classInstanceConflict
      case .unreadable: failures[claim.instance] = .processingFailure
      }
    }
  }

  /// Event Type ID: 1 when everything is kept, 2 when something is not.
  public var eventType: UInt16 { failures.isEmpty ? 1 : 2 }

  /// The event information.
  public func attributes(retrieveFrom title: String) -> DataSet {
    var attributes = DataSet()
    attributes.set(.transactionUID, .ui, transaction.item.value)
    attributes.set(.retrieveAETitle, .ae, title)
    let kept = transaction.claims.filter { failures[$0.instance] == nil }
    if !kept.isEmpty { attributes.setReferences(.referencedSOPSequence, kept.map { ($0, nil) }) }
    if !failures.isEmpty {
      attributes.setReferences(
        .failedSOPSequence,
        transaction.claims.compactMap { claim in failures[claim.instance].map { (claim, $0) } })
    }
    return attributes
  }
}

extension DataSet {
  fileprivate mutating func setReferences(
    _ tag: Tag, _ claims: [(InstanceClaim, CommitmentOutcome.Failure?)]
  ) {
    let items = claims.map { claim, failure in
      var item = DataSet()
      item.set(.referencedSOPClassUID, .ui, claim.sopClass)
      item.set(.referencedSOPInstanceUID, .ui, claim.instance.value)
      if let failure { item.set(.failureReason, .us, Int(failure.rawValue)) }
      return item
    }
    set(tag, items: items)
  }
}
