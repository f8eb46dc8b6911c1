import ArchiveCore
import DICOM
import DICOMPixels
import DICOMweb
import HTTPTypes

/// Errors of the standards' own rooms as Status Report (PS3.18 §8.6).
extension ProblemDetails {
  /// The refusal that an error met while answering a DICOMweb request amounts to.
  init(answering error: any Error) {
    switch error {
    case let error as DICOMwebError: self.init(error)
    case let error as PixelError: self.init(error)
    case let error as DICOMError where error.code == .inflatedTooLarge:
      self.init(.contentTooLarge, code: "limitExceeded", detail: "the stored object is too large when inflated")
    case let error as DICOMError:
      self.init(.internalServerError, code: "damaged", detail: "the stored object cannot be read: \(error.code)")
    default: self = ProblemDetails(foreseen: error) ?? .unforeseen
    }
  }

  init(_ error: DICOMwebError) {
    let status: HTTPResponse.Status =
      switch error.code {
      case .badRequest: .badRequest
      case .notAcceptable: .notAcceptable
      case .tooLarge: .contentTooLarge
      case .unsupportedMediaType: .unsupportedMediaType
      case .rangeNotSatisfiable: .rangeNotSatisfiable
      }
    self.init(status, code: "\(error.code)", detail: error.message)
  }

  /// A damaged code stream is 406: the request is as it should be (no 4xx that blames its content), the server is too (no
  /// 500 that promises that another time will do), and what is missing is a representation that was accepted. The code
  /// says which damage, and the detail which representation there is.
  init(_ error: PixelError) {
    let status: HTTPResponse.Status =
      switch error.code {
      case .invalidOption: .badRequest
      case .noSuchFrame: .notFound
      case .encodingFailed: .internalServerError
      case .decodingFailed, .workerFailed, .busy: .serviceUnavailable
      default: .notAcceptable
      }
    let detail =
      error.isDamage
      ? "the stored frame cannot be decoded; transfer-syntax=* gives it as it is stored: \(error)"
      : "the image cannot be given so: \(error)"
    self.init(
      status, code: "\(error.code)", detail: detail,
      headers: status == .serviceUnavailable ? [.retryAfter: "\(Self.retryAfterSeconds)"] : [:])
  }
}
