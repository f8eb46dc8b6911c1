public import DICOM
public import NIOCore

/// An association this side requested. One operation at a time, C-STOREs within `operationsWindow`; a cancelled operation
/// aborts the association.
public final class ClientAssociation: Sendable {
  public let request: AssociateRequest
  public let acceptance: AssociateAccept
  /// The accepted presentation contexts by identifier.
  public let presentationContexts: [UInt8: PresentationContext]
  /// How the connection is secured; `nil` when it is not.
  public var security: SecureConnection? { association.security }
  let association: Association

  init(association: Association, request: AssociateRequest, acceptance: AssociateAccept) {
    self.association = association
    self.request = request
    self.acceptance = acceptance
    presentationContexts = association.contexts
  }

  /// The accepted context for a SOP class, with one of these transfer syntaxes if any are given.
  public func presentationContext(for sopClass: UID, in transferSyntaxes: [TransferSyntax] = []) -> PresentationContext?
  {
    presentationContexts.values.filter {
      $0.abstractSyntax == sopClass && (transferSyntaxes.isEmpty || transferSyntaxes.contains($0.transferSyntax))
    }.min { $0.id < $1.id }
  }

  /// Verification (PS3.7 §9.1.5).
  public func cEcho() async throws -> DIMSEStatus {
    guard let context = presentationContext(for: .verification) else { throw AssociationError.noPresentationContext }
    return try await association.perform(.cEcho(sopClass: .verification), in: context.id).status ?? .processingFailure
  }

  /// Sends an instance, its data set encoded in the context's transfer syntax, in pieces of any size.
  ///
  /// - Throws: `AssociationError`, or what `dataSet` throws, after which the association is aborted.
  public func cStore<DataSet: AsyncSequence>(
    _ command: CStoreCommand, in context: PresentationContext, dataSet: DataSet
  ) async throws -> StoreOutcome where DataSet.Element == ByteBuffer {
    try await association.store(command, in: context, dataSet: dataSet)
  }

  /// Sends an instance as `cStore` does, without waiting for its answer: at most `operationsWindow` may be outstanding, and
  /// messages are sent one after another.
  ///
  /// - Throws: as `cStore` does.
  public func startStore<DataSet: AsyncSequence>(
    _ command: CStoreCommand, in context: PresentationContext, dataSet: DataSet
  ) async throws -> PendingStore where DataSet.Element == ByteBuffer {
    try await association.startStore(command, in: context, dataSet: dataSet)
  }

  /// A query; its matches arrive as they are iterated (PS3.7 §9.1.2). Iterate to the end, or `cancel` and iterate on.
  ///
  /// - Parameter identifier: encoded in the context's transfer syntax.
  public func cFind(_ command: QueryCommand, in context: PresentationContext, identifier: ByteBuffer) async throws
    -> ResponseStream
  {
    try await start(.cFind(command), in: context, dataSet: identifier)
  }

  /// Asks the peer to send instances to a third (PS3.7 §9.1.4); the responses tell the progress.
  public func cMove(
    _ command: QueryCommand, to destination: AETitle, in context: PresentationContext, identifier: ByteBuffer
  ) async throws -> ResponseStream {
    try await start(.cMove(command, destination: destination), in: context, dataSet: identifier)
  }

  /// Asks for instances on this association (PS3.7 §9.1.3): `receive` gets each C-STORE and answers its status; what
  /// it leaves of the data set is discarded. Needs the SCP role of every storage class (`roleSelections`).
  public func cGet(
    _ command: QueryCommand, in context: PresentationContext, identifier: ByteBuffer,
    receive: @escaping @Sendable (DIMSERequest) async throws -> DIMSEStatus
  ) async throws -> ResponseStream {
    try await start(.cGet(command), in: context, dataSet: identifier, receive: receive)
  }

  /// Any other request with at most one short data set and one response without.
  public func perform(_ command: DIMSECommand, in context: PresentationContext, dataSet: ByteBuffer? = nil) async throws
    -> CommandSet
  {
    try await association.perform(command, in: context.id, dataSet: dataSet)
  }

  /// An operation of a normalised service (PS3.7 §10.1), with what the peer says of the object.
  ///
  /// - Parameters:
  ///   - attributes: encoded in the context's transfer syntax.
  ///   - receive: gets a notification that the peer sends before its answer, and answers its status.
  /// - Returns: the response; its `identifier` is the attribute list, or the reply to an action.
  public func perform(
    _ command: NormalizedCommand, in context: PresentationContext, attributes: ByteBuffer?,
    receive: (@Sendable (DIMSERequest) async throws -> DIMSEStatus)? = nil
  ) async throws -> ResponseStream.Element {
    try await association.abortingWhenCancelled {
      let responses = try await start(.normalized(command), in: context, dataSet: attributes, receive: receive)
      for try await response in responses { return response }
      throw AssociationError.unexpectedResponse
    }
  }

  /// Waits for one request of the peer's and answers it: the report of an event on the association on which somebody
  /// asked for it (PS3.4 §J.3.3).
  ///
  /// - Returns: `false` when the peer has released the association instead.
  public func receiveRequest(_ receive: @escaping @Sendable (DIMSERequest) async throws -> DIMSEStatus) async throws
    -> Bool
  {
    while let message = try await association.nextMessage() {
      let dataSet = DataSetStream(association: association, serial: message.command.hasDataSet ? message.serial : nil)
      // Responses of an operation nobody iterated to its end are skipped.
      guard message.command.field?.isResponse == false else { continue }
      try await association.answer(message, dataSet, receive)
      return true
    }
    return false
  }

  /// C-CANCEL for the operation of these responses (PS3.7 §9.3.2.3).
  public func cancel(_ responses: ResponseStream) async throws {
    var set = CommandSet()
    set.set(.commandField, CommandField.cCancel.rawValue)
    set.set(.messageIDBeingRespondedTo, responses.messageID)
    set.set(.commandDataSetType, CommandSet.noDataSet)
    try await association.send([association.fragmenter(contextID: responses.contextID).message(set, dataSet: nil)])
  }

  /// A-RELEASE; waits for the answer (PS3.8 §7.2).
  public func release() async throws {
    try association.send(.releaseRequest)
    try await association.abortingWhenCancelled { try await association.released.futureResult.get() }
  }

  /// A-ABORT; does not wait.
  public func abort() {
    association.abort()
  }

  private func start(
    _ command: DIMSECommand, in context: PresentationContext, dataSet: ByteBuffer?,
    receive: (@Sendable (DIMSERequest) async throws -> DIMSEStatus)? = nil
  ) async throws -> ResponseStream {
    let messageID = association.openStream()
    let set = command.commandSet(messageID: messageID, hasDataSet: dataSet != nil)
    try await association.send([association.fragmenter(contextID: context.id).message(set, dataSet: dataSet)])
    return ResponseStream(
      association: association, messageID: messageID, contextID: context.id, field: command.field, receive: receive)
  }
}
