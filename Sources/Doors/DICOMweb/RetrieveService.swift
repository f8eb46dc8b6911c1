import ArchiveCore
import DICOMweb
import HTTPTypes
import Hummingbird

/// WADO-RS: whole instances (PS3.18 §10.4.1.1.1).
extension DICOMwebDoor {
  func retrieve(_ selection: Selection, _ request: DICOMwebRequest) async throws -> Response {
    let references = try await archive.instances(selection, as: request.principal)
    metrics.retrieved(references)
    var isOne = false
    if case .instance = selection { isOne = true }
    let chosen = try request.accept.negotiateInstances(
      stored: references.map(\.transferSyntax), allowingSingle: isOne)
    let parts = chosen.acceptable.map { AnswerPart(instance: references[$0], root: request.root) }
    if chosen.packaging == .single, let part = parts.first, let reference = references.first {
      return try await single(part, for: request, entityTag: EntityTag.make([reference.record.description]))
    }
    return multipart(
      parts, of: "application/dicom", status: parts.count == references.count ? .ok : .partialContent)
  }
}

extension AnswerPart {
  /// A whole Part 10 file as it is stored.
  init(instance reference: InstanceReference, root: ServiceRoot) {
    self.init(
      contentType: "application/dicom; transfer-syntax=\(reference.transferSyntax)",
      location: root.instance(of: reference),
      content: .stored(reference, [0..<reference.location.length]))
  }
}
