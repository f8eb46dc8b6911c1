public import ArchiveCore
import DICOM
public import DIMSE
public import Logging
public import NIOCore

/// The archive as an application entity: Verification, Storage, Query/Retrieve (PS3.4 Annexes A, B, C) as SCP.
///
/// The door finds out who calls and translates; the core decides and does.
public struct DIMSEDoor: DIMSEServiceProvider {
  let archive: Archive
  /// Who brings instances into the syntaxes that a receiver takes.
  let transcoder: InstanceTranscoder
  let nodes: NodeDirectory
  /// How nodes are called over TLS.
  let security: NodeSecurity
  /// Who checks the passcodes of user identities; `nil` ignores them.
  let signIn: SignIn?
  /// Our own AE title.
  let aeTitle: AETitle
  /// Whether a caller must use our title. Off in open mode, where a stranger need not know it.
  let checksCalledTitle: Bool
  /// Service classes beside those of the archive itself.
  let services: [any ServiceClassProvider]
  let callers = AssociationTable()
  let metrics = DoorMetrics(door: "dimse")
  let logger: Logger
  /// Issuer of Patient ID for objects of a site that name none.
  let issuer: @Sendable (SiteID) -> String
  let settings: QueryRetrieveSettings

  /// - Parameters:
  ///   - transcoder: in this process and without a cache that others share, when left out.
  ///   - signIn: who checks the passcodes of user identities (PS3.7 §D.3.3.7); ignored when left out.
  public init(
    archive: Archive, nodes: NodeDirectory, aeTitle: AETitle, checksCalledTitle: Bool,
    transcoder: InstanceTranscoder? = nil, services: [any ServiceClassProvider] = [],
    security: NodeSecurity = .none, signIn: SignIn? = nil,
    logger: Logger = Logger(label: "isocenter.dimse"),
    issuer: @escaping @Sendable (SiteID) -> String = { $0.value },
    settings: QueryRetrieveSettings = QueryRetrieveSettings()
  ) {
    self.settings = settings
    self.archive = archive
    self.transcoder = transcoder ?? InstanceTranscoder(archive: archive)
    self.nodes = nodes
    self.security = security
    self.signIn = signIn
    self.aeTitle = aeTitle
    self.checksCalledTitle = checksCalledTitle
    self.services = services
    self.logger = logger
    self.issuer = issuer
  }

  public func negotiate(
    _ request: AssociateRequest, peer: SocketAddress?, security: SecureConnection?
  ) async -> AssociateDecision {
    guard !checksCalledTitle || isOurs(request.calledAETitle) else {
      return .reject(AssociateReject(.permanent, .calledAETitleNotRecognized))
    }
    let caller: NodeDirectory.Caller
    let identity: UserIdentityDecision
    do {
      guard let known = try await node(of: request, peer: peer, security: security) else {
        await noteInsecureCall(request, security)
        return .reject(AssociateReject(.permanent, .callingAETitleNotRecognized))
      }
      caller = known
      identity = try await examine(request.userInformation.userIdentity, from: peer)
    } catch {
      return .reject(AssociateReject(.transient, .temporaryCongestion))
    }
    if case .refuse(let reject) = identity { return .reject(reject) }
    var acceptance = acceptance(of: request, from: caller.exchange)
    if case .verified(let wantsResponse) = identity, wantsResponse { acceptance.userIdentityResponse = [] }
    return .accept(acceptance)
  }

  /// What is agreed to, whoever asks.
  func acceptance(
    of request: AssociateRequest, from exchange: NodeExchange = NodeExchange()
  ) -> AssociateAcceptance {
    let announced = ServiceContexts.announcedStorage(in: request)
    let preferred = exchange.acceptedTransferSyntaxes.map { UID(rawValue: $0) }
    let served = services.reduce(into: Set<UID>()) { $0.formUnion($1.sopClasses) }
    let reported = services.reduce(into: Set<UID>()) { $0.formUnion($1.reportedClasses) }
    var acceptance = request.acceptance(
      // For C-GET the requestor is the SCP of what we store to it, and of what it reports (PS3.7 §D.3.3.4).
      allowsRole: {
        ServiceContexts.isStorage($0.sopClass) || announced.contains($0.sopClass) || reported.contains($0.sopClass)
      },
      choosing: { ServiceContexts.choice($0, announced: announced, served: served, preferred: preferred) })
    acceptance.extendedNegotiations = Self.answers(to: request.userInformation.extendedNegotiations)
    return acceptance
  }

  public func handle(_ request: DIMSERequest, over association: ServerAssociation) async throws {
    guard let session = try await callers.session(of: association, making: { try await session(of: association) })
    else {
      try await association.send(request.response(.notAuthorized))
      return
    }
    switch request.command {
    case .cEcho:
      try await association.send(request.response(.success))
    case .cStore(let command):
      try await store(command, request, over: association, as: session)
    case .cFind(let command):
      if let provider = provider(of: command.sopClass) {
        return try await find(command, request, from: provider, over: association, as: session)
      }
      try await find(command, request, over: association, as: session)
    case .cMove(let command, let destination):
      try await move(command, to: destination, request, over: association, as: session)
    case .cGet(let command):
      try await get(command, request, over: association, as: session)
    case .normalized(let command):
      try await perform(command, request, over: association, as: session)
    }
  }

  public func ended(_ association: ServerAssociation) async {
    await callers.end(association)
  }

  private func session(of association: ServerAssociation) async throws -> AssociationSession? {
    guard
      var caller = try await node(of: association.request, peer: association.peer, security: association.security)
    else { return nil }
    if let person = try await person(of: association.request.userInformation.userIdentity) {
      guard let principal = person else { return nil }
      caller.principal = principal
    }
    let view = view(called: association.request.calledAETitle)
    if let view { caller.principal = view.narrowed(caller.principal) }
    return AssociationSession(
      caller: caller, callingAETitle: association.request.callingAETitle.rawValue,
      ownAETitle: view?.aeTitle ?? aeTitle.rawValue)
  }

  private func node(
    of request: AssociateRequest, peer: SocketAddress?, security: SecureConnection?
  ) async throws -> NodeDirectory.Caller? {
    try await nodes.caller(
      aeTitle: request.callingAETitle.rawValue, host: peer?.ipAddress,
      over: NodeDirectory.CallerTransport(
        isSecure: security != nil, certificate: security?.peerCertificate?.fingerprint))
  }

  /// Says why a node that is known was not let in, where its transport is the reason.
  private func noteInsecureCall(_ request: AssociateRequest, _ security: SecureConnection?) async {
    guard let node = try? await nodes.node(aeTitle: request.callingAETitle.rawValue) else { return }
    if node.tls != nil, security == nil {
      logger.notice("the node calls without TLS and is configured with it", metadata: ["node": "\(node.aeTitle)"])
    } else if let wanted = node.certificate, wanted != security?.peerCertificate?.fingerprint {
      logger.notice(
        "the node shows another certificate than it is configured with",
        metadata: [
          "node": "\(node.aeTitle)", "shown": "\(security?.peerCertificate?.fingerprint ?? "none")",
        ])
    }
  }
}
