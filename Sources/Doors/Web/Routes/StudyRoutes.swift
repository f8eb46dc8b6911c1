import ArchiveCore
import Hummingbird

/// Deleting what is kept: `/api/v1/studies/…`. Reading is DICOMweb's business.
struct StudyRoutes: Sendable {
  /// Characters of a reason.
  static let reasonLength = 256

  let archive: Archive

  struct Answer: Encodable, Sendable {
    /// How many instances went.
    var instances: Int
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.delete("studies/{study}", use: delete)
    router.delete("studies/{study}/series/{series}", use: delete)
    router.delete("studies/{study}/series/{series}/instances/{instance}", use: delete)
  }

  @Sendable func delete(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let reason = String(request.uri.queryParameters["reason"] ?? "no reason given")
    guard reason.count <= Self.reasonLength else {
      throw ProblemDetails.badRequest("a reason has at most \(Self.reasonLength) characters")
    }
    let count = try await archive.delete(try selection(context), as: principal, reason: reason)
    return try Response.json(Answer(instances: count), context: context)
  }

  private func selection(_ context: WebContext) throws(ArchiveError) -> Selection {
    let study = try context.study()
    guard context.parameters.get("series") != nil else { return .study(study) }
    let series: SeriesUID = try context.uid("series")
    guard context.parameters.get("instance") != nil else { return .series(study, series) }
    return .instance(study, series, try context.uid("instance"))
  }
}
