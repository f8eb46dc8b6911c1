import DICOM
import NIOCore

/// The life of one connection: negotiation, then request after request, until release, abort or close.
///
/// Runs on the connection's event loop; the provider's work is done on the concurrent pool.
struct ServerConnectionRunner: Sendable {
  let provider: any DIMSEServiceProvider
  let configuration: DIMSEServerConfiguration
  let maximumLength: UInt32
  let registry: Registry
  let onEvent: @Sendable (DIMSEServerEvent) -> Void

  /// Returns when the connection is closed. Cancellation sends A-ABORT.
  func run(_ association: Association) async {
    await withTaskCancellationHandler {
      if let server = await negotiate(association) {
        await serve(server)
        await provider.ended(server)
        registry.closeAssociation()
      }
      try? await association.channel.closeFuture.get()
    } onCancel: {
      association.abort()
    }
  }

  // MARK: Negotiation

  /// `nil` when there is no association.
  private func negotiate(_ association: Association) async -> ServerAssociation? {
    guard let request = try? await association.associateRequest.futureResult.get() else { return nil }
    let peer = association.channel.remoteAddress
    guard registry.openAssociation() else {
      reject(association, request, AssociateReject(.transient, .localLimitExceeded), peer)
      return nil
    }
    var isOpen = false
    defer { if !isOpen { registry.closeAssociation() } }
    let decision = await withTaskExecutorPreference(globalConcurrentExecutor) {
      await provider.negotiate(request, peer: peer, security: association.security)
    }
    switch decision {
    case .reject(let reject): self.reject(association, request, reject, peer)
    case .accept(let acceptance):
      let accept = accept(request, acceptance)
      // A provider that accepts what was not proposed, or says too much, must not confuse the peer.
      guard let contexts = accept.contexts(proposed: request), PDU.associateAccept(accept).isFaithful else {
        reject(association, request, AssociateReject(.permanent, .noReasonGiven), peer)
        return nil
      }
      association.agree(contexts: contexts, peerMaximumLength: request.userInformation.maximumLength ?? 0)
      do {
        try association.send(.accept(accept))
      } catch {
        return nil
      }
      onEvent(.associationEstablished(request, accept, peer: peer))
      isOpen = true
      return ServerAssociation(
        request: request, acceptance: accept, peer: peer, presentationContexts: contexts, association: association)
    }
    return nil
  }

  private func reject(
    _ association: Association, _ request: AssociateRequest, _ reject: AssociateReject, _ peer: SocketAddress?
  ) {
    onEvent(.associationRejected(request, reject, peer: peer))
    try? association.send(.reject(reject))
  }

  private func accept(_ request: AssociateRequest, _ acceptance: AssociateAcceptance) -> AssociateAccept {
    let answers = Dictionary(acceptance.presentationContexts.map { ($0.id, $0) }) { first, _ in first }
    var information = UserInformation(
      maximumLength: maximumLength, implementationClassUID: configuration.implementation.classUID,
      implementationVersionName: configuration.implementation.versionName)
    information.asynchronousOperationsWindow = request.userInformation.asynchronousOperationsWindow?.accepted
    information.roleSelections = acceptance.roleSelections
    information.extendedNegotiations = acceptance.extendedNegotiations
    information.userIdentityResponse = acceptance.userIdentityResponse
    return AssociateAccept(
      calledAETitle: request.calledAETitle, callingAETitle: request.callingAETitle,
      presentationContexts: request.presentationContexts.map {
        answers[$0.id]
          ?? PresentationContextResult(id: $0.id, result: .noReason, transferSyntax: $0.transferSyntaxes.first)
      }, userInformation: information)
  }

  // MARK: Requests

  private func serve(_ server: ServerAssociation) async {
    let association = server.association
    do {
      while let message = try await association.nextMessage() {
        try await answer(message, over: server)
        if association.finishesAfterRequest { return association.abort(.shutdown) }
      }
      try association.send(.releaseResponse)
    } catch {
      // The end was reported where it happened; this makes sure of it after anything else.
      association.abort()
    }
  }

  private func answer(_ message: InboundMessage, over server: ServerAssociation) async throws {
    let association = server.association
    guard let context = server.presentationContexts[message.contextID],
      let messageID = message.command.integer(.messageID), let field = message.command.field
    else { return }
    defer { association.requestAnswered(messageID, serial: message.serial) }
    let dataSet = DataSetStream(association: association, serial: message.command.hasDataSet ? message.serial : nil)
    let command: DIMSECommand?
    do {
      command = try DIMSECommand(message.command)
    } catch {
      onEvent(.requestFailed(field, error, peer: server.peer))
      return try await refuse(message, .mistypedArgument, over: server)
    }
    guard let command else { return try await refuse(message, .unrecognizedOperation, over: server) }
    do {
      let request = DIMSERequest(
        command: command, messageID: messageID, presentationContext: context, hasDataSet: message.command.hasDataSet,
        dataSet: dataSet, commandSet: message.command, serial: message.serial)
      if configuration.handledOnEventLoop.contains(field) {
        try await provider.handle(request, over: server)
      } else {
        try await withTaskExecutorPreference(globalConcurrentExecutor) {
          try await provider.handle(request, over: server)
        }
      }
      guard association.isOpen(messageID, serial: message.serial) else { return }
      onEvent(.requestFailed(field, MissingResponse(), peer: server.peer))
    } catch {
      onEvent(.requestFailed(field, error, peer: server.peer))
      if Task.isCancelled { throw error }
      guard association.isOpen(messageID, serial: message.serial) else { return }
    }
    try await refuse(message, .processingFailure, over: server)
  }

  private func refuse(_ message: InboundMessage, _ status: DIMSEStatus, over server: ServerAssociation) async throws {
    let response = CommandSet(respondingTo: message.command, status: status, hasDataSet: false)
    try await server.association.send([
      server.association.fragmenter(contextID: message.contextID).message(response, dataSet: nil)
    ])
  }
}
