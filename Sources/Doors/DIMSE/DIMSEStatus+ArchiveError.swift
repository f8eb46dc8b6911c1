import ArchiveCore
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
    switch (error as? ArchiveError)?.code {
    case .outOfSpace, .unavailable, .damaged: self = .outOfResources
    case .forbidden: self = .notAuthorized
    case .badRequest, .missingIdentity, .identityMismatch: self = .dataSetDoesNotMatchSOPClass
    case .notUnderstood, .limitExceeded, .notFound, .unsupported: self = .cannotUnderstand
    case .interrupted, nil: self = .processingFailure
    }
  }
}

/// What a response's Error Comment (0000,0902) says: our own words, which hold no patient data.
func errorComment(_ error: any Error) -> String? {
  (error as? ArchiveError)?.message
}
