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

  /// A UID that cannot be one is of nothing that exists.
  private func selection(_ context: WebContext) throws(ArchiveError) -> Selection {
    let nothing = ArchiveError(.notFound, "this is not a UID (PS3.5 §9.1)")
    guard let study = context.parameters.get("study").flatMap({ StudyUID(inAddress: $0) }) else { throw nothing }
    guard let seriesText = context.parameters.get("series") else { return .study(study) }
    guard let series = SeriesUID(inAddress: seriesText) else { throw nothing }
    guard let instanceText = context.parameters.get("instance") else { return .series(study, series) }
    guard let instance = InstanceUID(inAddress: instanceText) else { throw nothing }
    return .instance(study, series, instance)
  }
}
