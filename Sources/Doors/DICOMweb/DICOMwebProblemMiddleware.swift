import HTTPTypes
import Hummingbird
import Logging

/// Turns what a route throws into a problem document, and says in every answer that it is for its caller alone.
///
/// Logs status and route only: a query may hold a patient's name.
struct DICOMwebProblemMiddleware<Context: AuthenticatedContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await next(request, context)
    } catch {
      let problem = ProblemDetails(answering: error)
      if problem.status.kind == .serverError, !(error is CancellationError) {
        context.logger.error(
          "DICOMweb request failed",
          metadata: [
            "route": .string(context.endpointPath ?? ""), "method": .string(request.method.rawValue),
            "status": .stringConvertible(problem.status.code), "detail": .string(problem.detail),
            "error": .string("\(type(of: error))"),
          ])
      }
      response = try problem.response(from: request, context: context)
      response.headers[.cacheControl] = "no-store"
    }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "private" }
    response.headers.append(HTTPField(name: .vary, value: "Accept, Authorization, Cookie"))
    return response
  }
}
