public import DICOM
public import NIOCore

/// An association this side accepted.
public struct ServerAssociation: Sendable, Identifiable {
  /// Tells associations that are open at the same time apart.
  public var id: ObjectIdentifier { ObjectIdentifier(association) }
  public let request: AssociateRequest
  public let acceptance: AssociateAccept
  public let peer: SocketAddress?
  /// How the connection is secured; `nil` when it is not.
  public var security: SecureConnection? { association.security }
  /// The accepted presentation contexts by identifier.
  public let presentationContexts: [UInt8: PresentationContext]
  let association: Association

  /// Sends a response in one write. Waits only while the peer is slow to read.
  ///
  /// - Throws: `AssociationError` when the association has ended.
  public func send(_ response: DIMSEResponse) async throws {
    let message = association.fragmenter(contextID: response.contextID)
      .message(response.commandSet, dataSet: response.dataSet)
    if !response.status.isPending { association.requestAnswered(response.messageID, serial: response.serial) }
    try await association.send([message])
  }

  /// Whether C-CANCEL came for this request (PS3.7 §9.3.2.3).
  public func isCancelled(_ request: DIMSERequest) -> Bool {
    association.isCancelled(request.messageID, serial: request.serial)
  }

  /// Whether the peer is gone: whoever works for it without sending may stop.
  public var hasEnded: Bool { association.hasEnded }

  /// A context in which `store` may send an instance of this class encoded so: accepted with this transfer syntax, and
  /// the peer as SCP of the class (PS3.7 §D.3.3.4).
  public func contextForStoring(_ sopClass: UID, in transferSyntax: TransferSyntax) -> PresentationContext? {
    contextsForStoring(sopClass).first { $0.transferSyntax == transferSyntax }
  }

  /// Every context in which `store` may send an instance of this class, by identifier.
  public func contextsForStoring(_ sopClass: UID) -> [PresentationContext] {
    guard acceptance.userInformation.roleSelections.contains(where: { $0.sopClass == sopClass && $0.isSCP }) else {
      return []
    }
    return presentationContexts.values.filter { $0.abstractSyntax == sopClass }.sorted { $0.id < $1.id }
  }

  /// A C-STORE sub-operation of a C-GET on this association (PS3.4 §C.4.3); waits for its response.
  ///
  /// - Parameter dataSet: encoded in the context's transfer syntax, sent as it comes.
  /// - Throws: `AssociationError`, or what `dataSet` throws, after which the association is aborted: a message cannot
  ///   be taken back.
  public func store<DataSet: AsyncSequence>(
    _ command: CStoreCommand, in context: PresentationContext, dataSet: DataSet
  ) async throws -> StoreOutcome where DataSet.Element == ByteBuffer {
    try await association.store(command, in: context, dataSet: dataSet)
  }

  /// Tells the peer of an event (N-EVENT-REPORT, PS3.7 §10.1.1) and waits for its answer. Only while a request of the peer's
  /// is being handled: messages of two tasks would mix.
  ///
  /// - Parameter information: encoded in the context's transfer syntax.
  public func report(_ command: NormalizedCommand, in context: PresentationContext, information: ByteBuffer?)
    async throws -> DIMSEStatus
  {
    try await association.perform(.normalized(command), in: context.id, dataSet: information).status
      ?? .processingFailure
  }

  /// Sends A-ABORT and closes.
  public func abort() {
    association.abort()
  }
}

/// The peer's answer to a C-STORE.
public struct StoreOutcome: Hashable, Sendable {
  public var status: DIMSEStatus
  /// The whole response, for error comment and offending elements.
  public var commandSet: CommandSet

  public init(status: DIMSEStatus, commandSet: CommandSet) {
    self.status = status
    self.commandSet = commandSet
  }
}
