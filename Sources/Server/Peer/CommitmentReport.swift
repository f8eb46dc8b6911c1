import DICOM
import DIMSE
import NIOCore
import Synchronization
import Workflow

/// Waits for what an archive reports about a transaction of storage commitment, on whichever association (PS3.4 §J.3.3).
final class CommitmentReport: Sendable {
  private struct State {
    var information: DataSet?
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  static let sopClass = UID(rawValue: CommitmentTransaction.sopClass)
  static let sopInstance = UID(rawValue: CommitmentTransaction.sopInstance)

  private let transaction: String
  private let state = Mutex(State())

  init(of transaction: String) { self.transaction = transaction }

  /// What was reported, when something was.
  var information: DataSet? { state.withLock { $0.information } }

  /// Takes a request that may be the report.
  @Sendable func take(_ request: DIMSERequest) async throws -> DIMSEStatus {
    guard case .normalized(let command) = request.command, command.field == .nEventReport else {
      return .unrecognizedOperation
    }
    let bytes = try await request.dataSet.collect(upTo: ResponseStream.maximumIdentifierLength)
    let information = try Part10.readDataSet(
      Array(bytes.readableBytesView), in: request.presentationContext.transferSyntax)
    guard information.string(.transactionUID) == transaction else { return .noSuchArgument }
    let waiters = state.withLock { state in
      state.information = information
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
    return .success
  }

  /// Waits until it was taken, or the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isThere = state.withLock { state in
          if state.information != nil || Task.isCancelled { return true }
          state.waiters.append(continuation)
          return false
        }
        if isThere { continuation.resume() }
      }
    } onCancel: {
      // Whoever waits does so for the same end.
      let waiters = state.withLock { state in
        defer { state.waiters = [] }
        return state.waiters
      }
      for waiter in waiters { waiter.resume() }
    }
  }
}

/// An application entity that takes reports of commitment and nothing else.
struct CommitmentListener: DIMSEServiceProvider {
  let report: CommitmentReport

  func negotiate(
    _ request: AssociateRequest, peer: SocketAddress?, security: SecureConnection?
  ) async -> AssociateDecision {
    .accept(
      request.acceptance(allowsRole: { $0.sopClass == CommitmentReport.sopClass }) { proposal in
        let native = PeerSyntaxes.native.map(\.uid).first { proposal.transferSyntaxes.contains($0) }
        guard let native, [CommitmentReport.sopClass, .verification].contains(proposal.abstractSyntax) else {
          return .refuse(.abstractSyntaxNotSupported)
        }
        return .accept(native)
      })
  }

  func handle(_ request: DIMSERequest, over association: ServerAssociation) async throws {
    if case .cEcho = request.command { return try await association.send(request.response(.success)) }
    try await association.send(request.response(try await report.take(request)))
  }
}
