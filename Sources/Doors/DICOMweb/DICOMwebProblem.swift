import ArchiveCore
import DICOM
import DICOMPixels
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

/// A refusal as HTTP says it: a status and a problem document (RFC 9457), as Status Report (PS3.18 §8.6).
///
/// The one place where errors of the core and of the standards become HTTP.
struct DICOMwebProblem: HTTPResponseError {
  var status: HTTPResponse.Status
  var detail: String
  var headers: HTTPFields = [:]

  init(_ status: HTTPResponse.Status, _ detail: String, headers: HTTPFields = [:]) {
    self.status = status
    self.detail = detail
    self.headers = headers
  }

  static let unauthenticated = DICOMwebProblem(
    .unauthorized, "the request carries no valid sign-in or token", headers: [.wwwAuthenticate: "Bearer"])

  /// The refusal an error amounts to; `nil` for one that Hummingbird answers by itself.
  init?(_ error: any Error) {
    switch error {
    case let error as DICOMwebProblem: self = error
    case let error as ArchiveError: self.init(error)
    case let error as DICOMwebError: self.init(error)
    case let error as PixelError: self.init(error)
    case let error as DICOMError where error.code == .inflatedTooLarge:
      self.init(.contentTooLarge, "the stored object is too large when inflated")
    case let error as DICOMError: self.init(.internalServerError, "the stored object cannot be read: \(error.code)")
    case is any HTTPResponseError: return nil
    default: self.init(.internalServerError, "the request could not be carried out")
    }
  }

  init(_ error: ArchiveError) {
    let status: HTTPResponse.Status
    switch error.code {
    case .notUnderstood, .missingIdentity, .badRequest, .interrupted: status = .badRequest
    case .identityMismatch: status = .conflict
    case .limitExceeded: status = .contentTooLarge
    case .forbidden: status = .forbidden
    case .notFound: status = .notFound
    case .outOfSpace: status = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
    case .damaged: status = .internalServerError
    case .unavailable: status = .serviceUnavailable
    case .unsupported: status = .notAcceptable
    }
    self.init(status, error.message, headers: status == .serviceUnavailable ? [.retryAfter: "5"] : [:])
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
    self.init(status, error.message)
  }

  init(_ error: PixelError) {
    let status: HTTPResponse.Status =
      switch error.code {
      case .invalidOption: .badRequest
      case .noSuchFrame: .notFound
      case .encodingFailed: .internalServerError
      default: .notAcceptable
      }
    self.init(status, "the image cannot be rendered: \(error)")
  }

  func response(from request: Request, context: some RequestContext) -> Response {
    let title = JSONText.quoted(status.reasonPhrase)
    let body =
      #"{"type":"about:blank","title":\#(title),"status":\#(status.code),"detail":\#(JSONText.quoted(detail))}"#
    var headers = headers
    headers[.contentType] = "application/problem+json"
    headers[.cacheControl] = "no-store"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}

/// Strings of JSON (RFC 8259 §7).
enum JSONText {
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
