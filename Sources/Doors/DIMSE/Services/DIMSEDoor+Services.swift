import ArchiveCore
import DICOM
import DIMSE
import NIOCore

/// The services of `ServiceClassProvider`s, from bytes to values and back.
extension DIMSEDoor {
  /// The longest data set of a normalised operation, or identifier of a service's C-FIND.
  static let maximumAttributes = 4 * 1024 * 1024

  func provider(of sopClass: UID) -> (any ServiceClassProvider)? {
    services.first { $0.sopClasses.contains(sopClass) }
  }

  /// A normalised operation (PS3.7 §10.1).
  func perform(
    _ command: NormalizedCommand, _ request: DIMSERequest, over association: ServerAssociation,
    as session: AssociationSession
  ) async throws {
    let context = request.presentationContext
    var report: ServiceReport?
    var response: DIMSEResponse
    do {
      // The class of a request may be another than its context's: those of UPS share one (PS3.4 §CC.3.1).
      guard let provider = provider(of: command.sopClass) ?? provider(of: context.abstractSyntax) else {
        throw ServiceRefusal(.sopClassNotSupported)
      }
      let attributes = try await request.readAttributes(upTo: Self.maximumAttributes)
      let answer = try await provider.perform(
        ServiceRequest(
          command: command, abstractSyntax: context.abstractSyntax, attributes: attributes,
          caller: session.serviceCaller))
      response = request.response(
        answer.status, dataSet: try answer.attributes.map { try $0.encoded(in: context.transferSyntax) },
        errorComment: answer.comment)
      if let made = answer.sopInstance { response.commandSet.set(.affectedSOPInstanceUID, made) }
      report = answer.report
    } catch {
      let refusal = ServiceRefusal(performing: error)
      response = request.response(
        refusal.status, errorComment: refusal.comment, offendingElements: refusal.offending.map(\.rawValue))
      if let id = refusal.errorID { response.commandSet.set(.errorID, id) }
    }
    try await association.send(response)
    if let report { try await tell(report, in: context, over: association) }
  }

  private func tell(
    _ report: ServiceReport, in context: PresentationContext, over association: ServerAssociation
  ) async throws {
    let information = try report.information.encoded(in: context.transferSyntax)
    // Whoever releases or aborts instead of taking it is told in another way.
    let status = try? await association.report(report.command, in: context, information: information)
    switch status?.category {
    case .success, .warning: try await report.taken()
    case .failure, .cancel, .pending, nil: try await report.otherwise()
    }
  }

  /// C-FIND of a service (PS3.4 §K.4.1, §CC.2.8).
  func find(
    _ command: QueryCommand, _ request: DIMSERequest, from provider: any ServiceClassProvider,
    over association: ServerAssociation, as session: AssociationSession
  ) async throws {
    let syntax = request.presentationContext.transferSyntax
    do {
      let identifier = try await request.readAttributes(upTo: Self.maximumAttributes)
      let wasCancelled = Flag()
      try await provider.find(identifier, in: command.sopClass, as: session.serviceCaller) { match in
        if association.isCancelled(request) {
          wasCancelled.raise()
          return false
        }
        let encoded = try match.encoded(in: syntax, preferring: identifier)
        try await association.send(request.response(.pending, dataSet: encoded))
        return true
      }
      try await association.send(request.response(wasCancelled.isRaised ? .cancelled : .success))
    } catch let refusal as ServiceRefusal {
      try await association.send(
        request.response(
          refusal.status, errorComment: refusal.comment, offendingElements: refusal.offending.map(\.rawValue)))
    } catch {
      try await association.send(request.response(DIMSEStatus(querying: error), errorComment: errorComment(error)))
    }
  }
}

/// Raised once. For one task.
private final class Flag {
  private(set) var isRaised = false
  func raise() { isRaised = true }
}

extension AssociationSession {
  nonisolated var serviceCaller: ServiceCaller {
    ServiceCaller(principal: caller.principal, site: caller.site, aeTitle: callingAETitle)
  }
}

extension DIMSERequest {
  /// The data set of the request; empty when there is none.
  ///
  /// - Throws: `ServiceRefusal` for one that cannot be read.
  func readAttributes(upTo limit: Int) async throws -> DataSet {
    guard hasDataSet else { return DataSet() }
    let bytes = try await dataSet.collect(upTo: limit)
    var reader = HeaderReader(dataSetIn: presentationContext.transferSyntax)
    do throws(DICOMError) {
      try bytes.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
      return try reader.finish().dataSet
    } catch {
      throw ServiceRefusal(.cannotUnderstand, "the data set cannot be read: \(error)")
    }
  }
}

extension DataSet {
  /// Encoded for a context, in the smallest character set that holds its texts.
  ///
  /// - Parameter request: what it answers; the character set that it states is preferred if it holds everything.
  func encoded(in transferSyntax: TransferSyntax, preferring request: DataSet? = nil) throws -> ByteBuffer {
    var dataSet = self
    let terms = request?.strings(.specificCharacterSet) ?? []
    if terms.allSatisfy(\.isEmpty) || !dataSet.transcode(to: terms) { dataSet.transcodeToSmallestCharacterSet() }
    return ByteBuffer(bytes: try DataSetWriter.encode(dataSet, in: transferSyntax))
  }
}

extension ServiceRefusal {
  /// The status of a normalised operation that ended so (PS3.7 Annex C).
  init(performing error: any Error) {
    if let refusal = error as? ServiceRefusal {
      self = refusal
    } else if let error = error as? ArchiveError {
      let status: DIMSEStatus =
        switch error.code {
        case .forbidden: .notAuthorized
        case .notFound: .noSuchObjectInstance
        case .badRequest, .missingIdentity, .identityMismatch: .invalidAttributeValue
        case .outOfSpace, .unavailable, .limitExceeded: .resourceLimitation
        case .damaged, .notUnderstood, .unsupported, .interrupted: .processingFailure
        }
      self.init(status, error.message)
    } else if case .dataSetTooLong? = error as? AssociationError {
      self.init(.resourceLimitation, "the data set is too long")
    } else {
      self.init(.processingFailure)
    }
  }
}
