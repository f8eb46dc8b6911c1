import ArchiveCore
import DICOM
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
    var parts: [AnswerPart] = []
    for index in chosen.acceptable {
      let reference = references[index]
      parts.append(AnswerPart(reference, try await archive.file(of: reference), root: request.root))
    }
    if chosen.packaging == .single, let part = parts.first, let reference = references.first {
      return try await single(part, for: request, entityTag: EntityTag.make([reference.version]))
    }
    return multipart(
      parts, of: "application/dicom", status: parts.count == references.count ? .ok : .partialContent)
  }
}

extension AnswerPart {
  /// A whole Part 10 file.
  init(_ reference: InstanceReference, _ file: [DataSetSegment], root: ServiceRoot) {
    self.init(
      contentType: "application/dicom; transfer-syntax=\(reference.transferSyntax)",
      location: root.instance(of: reference),
      content: .stored(reference, file))
  }
}
