import ArchiveCore
import DICOM
import DIMSE

extension DIMSEStatus {
  /// The status of a C-STORE that ended so (PS3.4 Table B.2-1).
  init(storing error: any Error) {
    switch (error as? ArchiveError)?.code {
    case .outOfSpace, .unavailable, .damaged: self = .outOfResources
    // A data set without its identity is read well enough, but is no instance of its class (as STOW-RS says too).
    case .identityMismatch, .missingIdentity: self = .dataSetDoesNotMatchSOPClass
    case .forbidden: self = .notAuthorized
    case .notUnderstood, .limitExceeded, .badRequest, .notFound, .unsupported:
      self = .cannotUnderstand
    case .interrupted, nil: self = .processingFailure
    }
  }

  /// The status of a C-FIND, C-MOVE or C-GET that ended so (PS3.4 Tables C.4-1 to C.4-3).
  init(querying error: any Error) {
    if error is IdentifierRefusal {
      self = .dataSetDoesNotMatchSOPClass
      return
    }
    switch (error as? ArchiveError)?.code {
    case .outOfSpace, .unavailable, .damaged: self = .outOfResources
    case .forbidden: self = .notAuthorized
    case .badRequest, .missingIdentity, .identityMismatch: self = .dataSetDoesNotMatchSOPClass
    case .notUnderstood, .limitExceeded, .notFound, .unsupported: self = .cannotUnderstand
    case .interrupted, nil: self = .processingFailure
    }
  }
}

extension DIMSEStatus {
  /// The status of a C-MOVE or C-GET of which the instances could not even be counted (PS3.4 Tables C.4-2, C.4-3).
  init(retrieving error: any Error) {
    self.init(querying: error)
    if self == .outOfResources { self = .unableToCalculateNumberOfMatches }
  }
}

/// An identifier that its SOP class does not allow, and the attribute that makes it so: A900, Offending Element (0000,0901).
struct IdentifierRefusal: Error {
  var tag: Tag
  var comment: String
}

extension DIMSERequest {
  /// The final response of a query or retrieval that was refused.
  func refusal(_ status: DIMSEStatus, because error: any Error) -> DIMSEResponse {
    let tag = (error as? IdentifierRefusal)?.tag
    return response(
      status, errorComment: errorComment(error),
      offendingElements: tag.map { [UInt32($0.group) << 16 | UInt32($0.element)] } ?? [])
  }
}

/// What a response's Error Comment (0000,0902) says: our own words, which hold no patient data.
func errorComment(_ error: any Error) -> String? {
  (error as? ArchiveError)?.message ?? (error as? IdentifierRefusal)?.comment
}
