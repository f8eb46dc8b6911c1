public import ArchiveCore
public import DICOM
import DIMSE
public import Workflow

/// The Storage Commitment Push Model (PS3.4 Annex J) on both ends of the wire: N-ACTION of those who ask us,
/// N-EVENT-REPORT of those we asked.
public struct StorageCommitmentProvider: ServiceClassProvider {
  private static let sopClass = UID(rawValue: CommitmentTransaction.sopClass)
  private static let sopInstance = UID(rawValue: CommitmentTransaction.sopInstance)
  private static let eventTypes: ClosedRange<UInt16> = 1...2

  private let commitment: StorageCommitment
  private let nodes: NodeDirectory

  public init(_ commitment: StorageCommitment, nodes: NodeDirectory) {
    self.commitment = commitment
    self.nodes = nodes
  }

  public var sopClasses: Set<UID> { [Self.sopClass] }
  public var reportedClasses: Set<UID> { [Self.sopClass] }

  public func perform(_ request: ServiceRequest) async throws -> ServiceAnswer {
    guard request.command.sopInstance == Self.sopInstance else {
      throw ServiceRefusal(.noSuchObjectInstance, "the one instance of this class is \(Self.sopInstance)")
    }
    switch (request.command.field, request.command.typeID) {
    case (.nAction, CommitmentTransaction.request): return try await examine(request)
    case (.nAction, _): throw ServiceRefusal(.noSuchActionType)
    case (.nEventReport, let type?) where Self.eventTypes.contains(type):
      try await commitment.report(
        eventType: type, request.attributes, from: request.caller.aeTitle, as: request.caller.principal)
      return ServiceAnswer()
    case (.nEventReport, _): throw ServiceRefusal(.noSuchEventType)
    default: throw ServiceRefusal(.unrecognizedOperation)
    }
  }

  private func examine(_ request: ServiceRequest) async throws -> ServiceAnswer {
    let transaction: CommitmentTransaction
    do {
      transaction = try CommitmentTransaction(reading: request.attributes)
    } catch .missing(let tag) {
      throw ServiceRefusal(.invalidArgumentValue, "\(tag) is missing or cannot be read", offending: [tag])
    } catch .tooMany {
      throw ServiceRefusal(
        .resourceLimitation, "at most \(CommitmentTransaction.maximumInstances) instances a transaction")
    }
    let caller = request.caller.aeTitle
    // Who cannot be called back is told where it asked.
    let node = try await nodes.node(aeTitle: caller)
    let onAssociation = node?.exchange?.commitmentReports.map { $0 == .same } ?? (node == nil)
    let (outcome, information) = try await commitment.examine(
      transaction, for: caller, onAssociation: onAssociation, as: request.caller.principal)
    guard onAssociation else { return ServiceAnswer() }
    let commitment = commitment
    return ServiceAnswer(
      report: ServiceReport(
        NormalizedCommand(
          field: .nEventReport, sopClass: Self.sopClass, sopInstance: Self.sopInstance, typeID: outcome.eventType),
        information: information, taken: { try await commitment.taken(transaction, by: caller) },
        otherwise: { try await commitment.missed(transaction, by: caller) }))
  }
}
