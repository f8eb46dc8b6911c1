import ArchiveCore
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

/// WADO-RS: metadata (PS3.18 §10.4.1.1.2), prepared when the instances arrived.
extension DICOMwebDoor {
  /// Bytes of JSON sent at a time.
  static let metadataChunkLength = 256 * 1024

  func retrieveMetadata(_ selection: Selection, _ request: DICOMwebRequest) async throws -> Response {
    let contentType = try request.accept.negotiateJSON()
    let documents = try await archive.documents(selection, as: request.principal)
    let root = request.root
    let entityTag = EntityTag.make([root.text] + documents.map(\.0.version))
    if request.hasCurrent(entityTag) { return .notModified(entityTag) }
    let length = documents.reduce(documents.count + 1) { length, answer in
      length + answer.1.json.count + answer.1.bases.count * root.series(of: answer.0).utf8.count
    }
    let body = ResponseBody(contentLength: length) { writer in
      var chunk = [UInt8(ascii: "[")]
      for (position, (reference, document)) in documents.enumerated() {
        if position > 0 { chunk.append(UInt8(ascii: ",")) }
        document.append(base: root.series(of: reference), to: &chunk)
        guard chunk.count >= Self.metadataChunkLength else { continue }
        try await writer.write(ByteBuffer(bytes: chunk))
        chunk.removeAll(keepingCapacity: true)
      }
      chunk.append(UInt8(ascii: "]"))
      try await writer.write(ByteBuffer(bytes: chunk))
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: contentType, .eTag: entityTag], body: body)
  }
}

extension ServiceRoot {
  func series(of reference: InstanceReference) -> String {
    series(reference.series.value, of: reference.study.value)
  }

  func instance(of reference: InstanceReference) -> String {
    instance(reference.instance.value, of: reference.series.value, in: reference.study.value)
  }
}
