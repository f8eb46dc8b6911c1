public import DICOM
import NIOCore

extension Archive {
  /// The payload of an instance, a whole Part 10 file, or a range of it, verified as it is read.
  public func bytes(of reference: InstanceReference, _ range: Range<UInt64>? = nil) async throws -> RecordBytes {
    let wanted = range ?? 0..<reference.location.length
    do {
      return try await parts.blobs.read(reference.location, wanted)
    } catch let error as ArchiveError where error.code == .notFound {
      // The compactor has moved the record since the catalog was asked.
      guard let location = try await parts.catalog.location(of: reference.record) else { throw error }
      return try await parts.blobs.read(location, wanted)
    }
  }

  /// The header of an instance, parsed from its payload.
  public func header(of reference: InstanceReference) async throws -> Header {
    var reader = HeaderReader()
    for try await chunk in try await bytes(of: reference) {
      try chunk.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
    }
    return try reader.finish()
  }

  /// The metadata of instances of one series, ready to serve.
  ///
  /// - Returns: one document per instance, in order. A document that is missing, torn or of an older format is made again
  ///   from the payload.
  public func documents(of instances: some Collection<InstanceReference>) async throws -> [InstanceDocument] {
    guard let first = instances.first else { return [] }
    let known = try await parts.documents.documents(of: first.series, in: first.study)
    var documents: [InstanceDocument] = []
    documents.reserveCapacity(instances.count)
    for reference in instances {
      let document =
        if let known = known[reference.record] { known } else { try await remake(reference) }
      documents.append(try reference.belief.map { try document.believing($0, of: reference.instance) } ?? document)
    }
    return documents
  }

  private func remake(_ reference: InstanceReference) async throws -> InstanceDocument {
    let header = try await header(of: reference)
    let document = InstanceDocument(record: reference.record, instance: reference.instance, header: header.dataSet)
    // What cannot be kept is served all the same.
    try? await parts.documents.put(document, series: reference.series, of: reference.study)
    return document
  }
}
