public import ArchiveCore
import DICOM
import DICOMPixels
public import DIMSE
public import Workflow

/// An application entity that studies are forwarded to: Storage as SCU (PS3.4 Annex B), one association a batch.
///
/// Instances go in the transfer syntax they are stored in, or, where the receiver does not take that, transcoded to one that
/// loses nothing or is uncompressed.
public struct DIMSEDestination: Destination {
  let transcoder: InstanceTranscoder
  let host: String
  let port: Int
  let calling: AETitle
  let called: AETitle
  let transferSyntaxes: [String]?
  let security: TransportSecurity?

  /// - Parameters:
  ///   - transferSyntaxes: UIDs of what it is sent, best first; what is stored comes first without them.
  ///   - security: TLS, or none.
  public init(
    transcoder: InstanceTranscoder, host: String, port: Int, calling: AETitle, called: AETitle,
    transferSyntaxes: [String]? = nil, security: TransportSecurity? = nil
  ) {
    self.security = security
    self.transferSyntaxes = transferSyntaxes
    self.transcoder = transcoder
    self.host = host
    self.port = port
    self.calling = calling
    self.called = called
  }

  public func echo() async throws {
    let association = try await connect([(ServiceContexts.verification, OutgoingInstance.native.map(\.uid))])
    do {
      let status = try await association.cEcho()
      try await association.release()
      guard status == .success else { throw DestinationFailure("C-ECHO status \(status)") }
    } catch {
      association.abort()
      throw DestinationFailure(association: error)
    }
  }

  public func send(
    _ instances: [InstanceReference], report: @Sendable (InstanceReference, SendResult) async -> Bool
  ) async throws {
    // What does not fit the contexts of one association has not been tried, and comes again.
    let group = instances.outgoing(through: transcoder, preferred: transferSyntaxes).prefixOfOneAssociation
    let association = try await connect(group.contexts.contexts)
    for outgoing in group.instances {
      let reference = outgoing.reference
      let result: SendResult
      do {
        result = try await store(outgoing, over: association)
      } catch let error as PixelError {
        // Nothing of it was sent yet, so the association is as good as before.
        result = SendResult(transcoding: error)
      } catch let error as DICOMError {
        result = .refused(reason: "cannot be read here: \(error.code)")
      } catch let error as ArchiveError where error.code == .limitExceeded {
        result = .refused(reason: "cannot be transcoded: \(error.code)")
      } catch let error as ArchiveError where error.code == .damaged || error.code == .unsupported {
        // Ours cannot be read: trying again changes nothing. The association may have been cut in the middle of it.
        association.abort()
        _ = await report(reference, .refused(reason: "cannot be read here: \(error.code)"))
        return
      } catch let error as ArchiveError where error.code == .notFound {
        association.abort()
        _ = await report(reference, .deferred(reason: "was moved while it was read"))
        return
      } catch {
        association.abort()
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        throw DestinationFailure(association: error, during: reference.instance)
      }
      guard await report(reference, result) else { break }
    }
    do {
      try await association.release()
    } catch {
      association.abort()
    }
  }

  private func store(_ outgoing: OutgoingInstance, over association: ClientAssociation) async throws -> SendResult {
    for syntax in outgoing.syntaxes {
      guard let context = association.presentationContext(for: outgoing.sopClass, in: [syntax]) else { continue }
      let outcome = try await association.cStore(
        CStoreCommand(sopClass: outgoing.sopClass, sopInstance: UID(rawValue: outgoing.reference.instance.value)),
        in: context, dataSet: try await outgoing.dataSet(in: syntax))
      return SendResult(outcome.status)
    }
    return .refused(reason: "the receiver takes neither the SOP class nor a transfer syntax it could be sent in")
  }

  private func connect(
    _ contexts: [(abstractSyntax: UID, transferSyntaxes: [UID])]
  ) async throws -> ClientAssociation {
    do {
      var configuration = DIMSEClient.Configuration(
        host: host, port: port, callingAETitle: calling, calledAETitle: called,
        presentationContexts: DIMSEClient.proposals(contexts))
      configuration.security = security
      return try await DIMSEClient.connect(configuration)
    } catch {
      if error is CancellationError || Task.isCancelled { throw CancellationError() }
      throw DestinationFailure(association: error)
    }
  }
}

extension SendResult {
  /// What could not be brought into a syntax that the receiver takes: a damaged code stream stays so, a busy house does not.
  init(transcoding error: PixelError) {
    let reason = "cannot be transcoded: \(error.code.rawValue)"
    self = error.isPassing ? .deferred(reason: reason) : .refused(reason: reason)
  }

  /// What a C-STORE status means for the queue (PS3.4 Table B.2-1, PS3.7 Annex C).
  init(_ status: DIMSEStatus) {
    switch status.category {
    case .success: self = .sent(remark: nil)
    case .warning: self = .sent(remark: "C-STORE status \(status)")
    case .failure, .cancel, .pending:
      let reason = "C-STORE status \(status)"
      switch status.rawValue {
      // It has the instance.
      case DIMSEStatus.duplicateSOPInstance.rawValue: self = .sent(remark: reason)
      case 0xA900...0xA9FF, 0xC000...0xCFFF, DIMSEStatus.sopClassNotSupported.rawValue,
        DIMSEStatus.invalidObjectInstance.rawValue, DIMSEStatus.noSuchSOPClass.rawValue:
        self = .refused(reason: reason)
      default: self = .deferred(reason: reason)
      }
    }
  }
}

extension DestinationFailure {
  /// Codes and kinds: what a peer wrote stays out of logs and answers.
  init(association error: any Error, during instance: InstanceUID? = nil) {
    let reason =
      switch error {
      case let failure as DestinationFailure: failure.reason
      case AssociationError.rejected(let reject): "the association was rejected: \(reject.reason)"
      case AssociationError.abortedByPeer: "the receiver aborted the association"
      case AssociationError.aborted(.idleTimeout): "the receiver did not answer in time"
      case AssociationError.connectionClosed: "the connection was closed"
      case AssociationError.transportNotSecure(let failure): failure.description
      case AssociationError.aborted(.foreignProtocol(.tls)):
        "the receiver speaks TLS on this port and was called without"
      case AssociationError.aborted(.foreignProtocol(.dicomWithoutTLS)):
        "the receiver speaks no TLS on this port and was called with it"
      case AssociationError.aborted: "the association had to be aborted"
      case AssociationError.released: "the receiver released the association early"
      case AssociationError.noPresentationContext: "the receiver accepts no presentation context"
      case is AssociationError: "the receiver does not speak DICOM as it should"
      default: "cannot be reached"
      }
    self.init(reason, during: instance)
  }
}
