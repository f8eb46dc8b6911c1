import DICOM

extension ArchiveError {
  /// The refusal that an error met while an object was arriving amounts to.
  init(ingesting error: any Error) {
    switch error {
    case let error as ArchiveError:
      self = error
    case let error as DICOMError:
      self.init(error.isLimit ? .limitExceeded : .notUnderstood, error.description)
    case is CancellationError:
      self.init(.interrupted, "the sender was cut off")
    default:
      self.init(.unavailable, "the object could not be stored: \(type(of: error))")
    }
  }
}

extension DICOMError {
  /// Whether a bound was exceeded, rather than a rule of the standard broken.
  var isLimit: Bool {
    switch code {
    case .valueTooLong, .nestingTooDeep, .tooManyElements, .inflatedTooLarge: true
    default: false
    }
  }
}
