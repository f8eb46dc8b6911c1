public import NIOCore

/// What an application does with the associations a `DIMSEServer` accepts. One value serves all of them at once.
public protocol DIMSEServiceProvider: Sendable {
  /// Decides on an A-ASSOCIATE-RQ that the upper layer itself finds acceptable.
  ///
  /// - Parameter security: what TLS has proved of the peer; `nil` without TLS.
  func negotiate(
    _ request: AssociateRequest, peer: SocketAddress?, security: SecureConnection?
  ) async -> AssociateDecision

  /// Performs one operation or notification and sends its responses, the final one last.
  ///
  /// Requests of one association come one after another. What is left of `request.dataSet` on return is discarded. An
  /// error, or a return without final response, answers Processing Failure (0110); the association lives on.
  func handle(_ request: DIMSERequest, over association: ServerAssociation) async throws

  /// Called once after the last request of an association, however it ended.
  func ended(_ association: ServerAssociation) async
}

extension DIMSEServiceProvider {
  public func ended(_ association: ServerAssociation) async {}
}

/// The answer to an A-ASSOCIATE-RQ.
public enum AssociateDecision: Hashable, Sendable {
  case accept(AssociateAcceptance)
  case reject(AssociateReject)
}

/// What an acceptor agrees to. Contexts without an entry are answered "no reason" (PS3.8 Table 9-18).
public struct AssociateAcceptance: Hashable, Sendable {
  public var presentationContexts: [PresentationContextResult]
  /// Roles granted to the requestor, at most what it proposed (PS3.7 §D.3.3.4).
  public var roleSelections: [RoleSelection] = []
  public var extendedNegotiations: [ExtendedNegotiation] = []
  /// `nil` when the requestor asked for no response (PS3.7 §D.3.3.7.2).
  public var userIdentityResponse: [UInt8]?

  public init(presentationContexts: [PresentationContextResult]) {
    self.presentationContexts = presentationContexts
  }
}

extension AssociateRequest {
  /// Answers every proposed context: `choose` gives the transfer syntax to use, or why there is none.
  ///
  /// Roles are granted as proposed wherever a context of the SOP class is accepted and `allowsRole` agrees.
  public func acceptance(
    allowsRole: (RoleSelection) -> Bool = { _ in false },
    choosing choose: (PresentationContextProposal) -> PresentationContextResult.Choice
  ) -> AssociateAcceptance {
    var accepted = Set<UInt8>()
    var acceptance = AssociateAcceptance(
      presentationContexts: presentationContexts.map { proposal in
        switch choose(proposal) {
        case .accept(let syntax):
          accepted.insert(proposal.id)
          return PresentationContextResult(id: proposal.id, result: .acceptance, transferSyntax: syntax)
        case .refuse(let result):
          return PresentationContextResult(
            id: proposal.id, result: result, transferSyntax: proposal.transferSyntaxes.first)
        }
      })
    let classes = Set(presentationContexts.lazy.filter { accepted.contains($0.id) }.map(\.abstractSyntax))
    acceptance.roleSelections = userInformation.roleSelections.filter {
      classes.contains($0.sopClass) && allowsRole($0)
    }
    return acceptance
  }
}
