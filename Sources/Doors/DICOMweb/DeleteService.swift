import ArchiveCore
import Hummingbird

/// DELETE of studies, series and instances, which PS3.18 leaves to implementations.
extension DICOMwebDoor {
  func delete(_ selection: Selection, _ request: DICOMwebRequest) async throws -> Response {
    _ = try await archive.delete(selection, as: request.principal, reason: "deleted over DICOMweb")
    var response = Response(status: .noContent)
    response.headers[.contentLength] = nil
    return response
  }
}
