import ArchiveCore
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

/// WADO-RS: metadata (PS3.18 §10.4.1.1.2), prepared when the instances arrived.
extension DICOMwebDoor {
  /// Bytes of JSON sent at a time.
  static let metadataChunkLength = 256 * 1024

  /// One series is held at a time: a study of many is sent while they are read.
  func retrieveMetadata(_ selection: Selection, _ request: DICOMwebRequest) async throws -> Response {
    let contentType = try request.accept.negotiateJSON()
    let references = try await archive.instances(selection, as: request.principal)
    let root = request.root
    let entityTag = EntityTag.make([root.text] + references.map(\.version))
    if request.hasCurrent(entityTag) { return .notModified(entityTag) }
    let series = references.dividedBySeries
    // Before the answer begins, so that what goes wrong with the first still has a status of its own.
    let first = try await archive.documents(of: series.first ?? [])
    let length = series.count == 1 ? metadataLength(of: references, first, root) : nil
    let body = ResponseBody(contentLength: length) { [archive] writer in
      var chunk = [UInt8(ascii: "[")]
      var isFirst = true
      for (position, references) in series.enumerated() {
        let documents = position == 0 ? first : try await archive.documents(of: references)
        for (reference, document) in zip(references, documents) {
          if !isFirst { chunk.append(UInt8(ascii: ",")) }
          isFirst = false
          document.append(base: root.series(of: reference), to: &chunk)
          guard chunk.count >= Self.metadataChunkLength else { continue }
          try await writer.write(ByteBuffer(bytes: chunk))
          chunk.removeAll(keepingCapacity: true)
        }
      }
      chunk.append(UInt8(ascii: "]"))
      try await writer.write(ByteBuffer(bytes: chunk))
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: contentType, .eTag: entityTag], body: body)
  }

  private func metadataLength(
    of references: [InstanceReference], _ documents: [InstanceDocument], _ root: ServiceRoot
  ) -> Int {
    zip(references, documents).reduce(references.count + 1) { length, answer in
      length + answer.1.json.count + answer.1.bases.count * root.series(of: answer.0).utf8.count
    }
  }
}

extension [InstanceReference] {
  /// Runs of instances of one series each, in order.
  fileprivate var dividedBySeries: [ArraySlice<InstanceReference>] {
    var runs: [ArraySlice<InstanceReference>] = []
    var start = startIndex
    for index in indices.dropFirst() where self[index].series != self[start].series {
      runs.append(self[start..<index])
      start = index
    }
    if start < endIndex { runs.append(self[start...]) }
    return runs
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
