public import ArchiveCore
import Foundation
public import HTTPTypes
public import Hummingbird
import NIOCore
import Workflow

extension ArchiveError {
  /// The one translation of the core's refusals into HTTP.
  ///
  /// `unsupported` is 406: what cannot be done with a stored object is to give it in the form that was asked for
  /// (PS3.18 §8.7.4). A door that means the request's own form says 415 itself.
  public var httpStatus: HTTPResponse.Status {
    switch code {
    case .notUnderstood, .missingIdentity, .badRequest, .interrupted: .badRequest
    case .identityMismatch: .conflict
    case .limitExceeded: .contentTooLarge
    case .forbidden: .forbidden
    case .notFound: .notFound
    case .outOfSpace: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
    case .damaged: .internalServerError
    case .unavailable: .serviceUnavailable
    case .unsupported: .notAcceptable
    }
  }
}

/// What went wrong, for programs and people (RFC 9457).
public struct ProblemDetails: Error, Hashable, Sendable, HTTPResponseError {
  /// Media type of the body.
  public static let mediaType = "application/problem+json"
  /// Seconds after which it is worth trying again when the store or the queue is busy.
  static let retryAfterSeconds: Int64 = 5

  public var status: HTTPResponse.Status
  /// A word a program can act on: an `ArchiveError` code, or one of this door's own.
  public var code: String
  /// What happened this time; names UIDs at most, never a patient.
  public var detail: String
  public var headers: HTTPFields

  public init(_ status: HTTPResponse.Status, code: String, detail: String, headers: HTTPFields = [:]) {
    self.status = status
    self.code = code
    self.detail = detail
    self.headers = headers
  }

  /// The refusal that an error amounts to; `nil` for one that nobody foresaw.
  init?(foreseen error: any Error) {
    switch error {
    case let problem as ProblemDetails: self = problem
    case let error as ArchiveError: self.init(error)
    case is WorkflowConflict:
      self.init(.conflict, code: "conflict", detail: "somebody has changed it meanwhile; look again")
    case let refusal as SignInRefusal: self.init(refusal)
    case is CancellationError: self = .stopping
    case let error as HTTPError:
      let reason = error.status.reasonPhrase
      self.init(
        error.status, code: "http", detail: error.body ?? (reason.isEmpty ? "request refused" : reason),
        headers: error.headers)
    case let error as any HTTPResponseError:
      self.init(error.status, code: "http", detail: error.status.reasonPhrase)
    default: return nil
    }
  }

  public init(_ error: ArchiveError) {
    self.init(error.httpStatus, code: "\(error.code)", detail: error.message)
    if error.code == .unavailable { headers[.retryAfter] = "\(Self.retryAfterSeconds)" }
  }

  public init(_ refusal: SignInRefusal) {
    switch refusal {
    case .wrongNameOrPassword:
      self.init(.unauthorized, code: "signInRefused", detail: "name or password is wrong")
    case .tooManyAttempts(let wait):
      let seconds = wait.components.seconds &+ (wait.components.attoseconds > 0 ? 1 : 0)
      self.init(
        .tooManyRequests, code: "tooManyAttempts", detail: "too many attempts; try again in \(seconds) s",
        headers: [.retryAfter: "\(seconds)"])
    }
  }

  /// Whoever asks must say who they are (RFC 9110 §15.5.2).
  public static let unauthenticated = ProblemDetails(
    .unauthorized, code: "unauthenticated", detail: "sign in, or send a token", headers: [.wwwAuthenticate: "Bearer"])

  /// A token that is none (RFC 6750 §3.1).
  public static let invalidToken = ProblemDetails(
    .unauthorized, code: "invalidToken", detail: "this token is not known",
    headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])

  /// The server stops and cuts off what stands still.
  static let stopping = ProblemDetails(
    .serviceUnavailable, code: "stopping", detail: "the server is stopping",
    headers: [.retryAfter: "\(retryAfterSeconds)"])

  /// What is only for the log.
  static let unforeseen = ProblemDetails(
    .internalServerError, code: "internal", detail: "something went wrong here")

  public static func badRequest(_ detail: String) -> ProblemDetails {
    ProblemDetails(.badRequest, code: "badRequest", detail: detail)
  }

  public func response(from request: Request, context: some RequestContext) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = try encoder.encode(
      Body(title: status.reasonPhrase, status: status.code, code: code, detail: detail))
    var headers = headers
    headers[.contentType] = Self.mediaType
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }

  private struct Body: Encodable {
    var type = "about:blank"
    var title: String
    var status: Int
    var code: String
    var detail: String
  }
}
