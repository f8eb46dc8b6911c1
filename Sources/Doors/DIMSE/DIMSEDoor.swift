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
  /// Our own AE title.
  let aeTitle: AETitle
  /// Whether a caller must use our title. Off in open mode, where a stranger need not know it.
  let checksCalledTitle: Bool
  let callers = AssociationTable()
  let metrics = DoorMetrics(door: "dimse")
  let logger: Logger
  /// Issuer of Patient ID for objects of a site that name none.
  let issuer: @Sendable (SiteID) -> String
  let settings: QueryRetrieveSettings

  /// - Parameter transcoder: in this process and without a cache that others share, when left out.
  public init(
    archive: Archive, nodes: NodeDirectory, aeTitle: AETitle, checksCalledTitle: Bool,
    transcoder: InstanceTranscoder? = nil,
    logger: Logger = Logger(label: "isocenter.dimse"),
    issuer: @escaping @Sendable (SiteID) -> String = { $0.value },
    settings: QueryRetrieveSettings = QueryRetrieveSettings()
  ) {
    self.settings = settings
    self.archive = archive
    self.transcoder = transcoder ?? InstanceTranscoder(archive: archive)
    self.nodes = nodes
    self.aeTitle = aeTitle
    self.checksCalledTitle = checksCalledTitle
    self.logger = logger
    self.issuer = issuer
  }

  public func negotiate(_ request: AssociateRequest, peer: SocketAddress?) async -> AssociateDecision {
    guard !checksCalledTitle || isOurs(request.calledAETitle) else {
      return .reject(AssociateReject(.permanent, .calledAETitleNotRecognized))
    }
    let caller: NodeDirectory.Caller
    do {
      guard let known = try await self.caller(of: request, peer: peer) else {
        return .reject(AssociateReject(.permanent, .callingAETitleNotRecognized))
      }
      caller = known
    } catch {
      return .reject(AssociateReject(.transient, .temporaryCongestion))
    }
    let announced = ServiceContexts.announcedStorage(in: request)
    let preferred = caller.exchange.acceptedTransferSyntaxes.map { UID(rawValue: $0) }
    var acceptance = request.acceptance(
      // For C-GET the requestor is the SCP of what we store to it (PS3.7 §D.3.3.4).
      allowsRole: { ServiceContexts.isStorage($0.sopClass) || announced.contains($0.sopClass) },
      choosing: { ServiceContexts.choice($0, announced: announced, preferred: preferred) })
    acceptance.extendedNegotiations = Self.answers(to: request.userInformation.extendedNegotiations)
    return .accept(acceptance)
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
      try await find(command, request, over: association, as: session)
    case .cMove(let command, let destination):
      try await move(command, to: destination, request, over: association, as: session)
    case .cGet(let command):
      try await get(command, request, over: association, as: session)
    case .normalized:
      try await association.send(request.response(.unrecognizedOperation))
    }
  }

  public func ended(_ association: ServerAssociation) async {
    await callers.end(association)
  }

  private func session(of association: ServerAssociation) async throws -> AssociationSession? {
    guard var caller = try await caller(of: association.request, peer: association.peer) else { return nil }
    let view = view(called: association.request.calledAETitle)
    if let view { caller.principal = view.narrowed(caller.principal) }
    return AssociationSession(
      caller: caller, callingAETitle: association.request.callingAETitle.rawValue,
      ownAETitle: view?.aeTitle ?? aeTitle.rawValue)
  }

  private func caller(of request: AssociateRequest, peer: SocketAddress?) async throws -> NodeDirectory.Caller? {
    try await nodes.caller(aeTitle: request.callingAETitle.rawValue, host: peer?.ipAddress)
  }
}
