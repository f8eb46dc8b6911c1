import ArchiveCore
import Hummingbird
import Logging
import Workflow

/// Makes a problem of every error that a route throws. What nobody foresaw is said to the log, not to the caller.
struct ErrorTranslation: RouterMiddleware {
  typealias Context = WebContext

  func handle(
    _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      return try problem(error, context).response(from: request, context: context)
    }
  }

  private func problem(_ error: any Error, _ context: WebContext) -> ProblemDetails {
    switch error {
    case let problem as ProblemDetails: return problem
    case let error as ArchiveError:
      if error.code == .damaged || error.code == .unavailable || error.code == .outOfSpace {
        context.logger.error("request failed", metadata: ["error": "\(error)"])
      }
      return ProblemDetails(error)
    case is WorkflowConflict:
      return ProblemDetails(.conflict, code: "conflict", detail: "somebody has changed it meanwhile; look again")
    case let refusal as SignInRefusal: return ProblemDetails(refusal)
    case let error as HTTPError:
      let reason = error.status.reasonPhrase
      return ProblemDetails(
        error.status, code: "http", detail: error.body ?? (reason.isEmpty ? "request refused" : reason),
        headers: error.headers)
    case let error as any HTTPResponseError:
      return ProblemDetails(error.status, code: "http", detail: error.status.reasonPhrase)
    default:
      // The kind only: a foreign error's text may quote what it stumbled over.
      context.logger.error("request failed", metadata: ["error": "\(type(of: error))"])
      return ProblemDetails(.internalServerError, code: "internal", detail: "something went wrong here")
    }
  }
}
