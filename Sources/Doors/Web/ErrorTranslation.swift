import ArchiveCore
import Hummingbird
import Logging

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
    if let error = error as? ArchiveError, [.damaged, .unavailable, .outOfSpace].contains(error.code) {
      context.logger.error("request failed", metadata: ["error": "\(error)"])
    }
    if let problem = ProblemDetails(foreseen: error) { return problem }
    // The kind only: a foreign error's text may quote what it stumbled over.
    context.logger.error("request failed", metadata: ["error": "\(type(of: error))"])
    return .unforeseen
  }
}
