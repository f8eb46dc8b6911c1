public import DICOM
import NIOCore

extension Archive {
  /// The payload of an instance, a whole Part 10 file, or a range of it, verified as it is read.
  ///
  /// Where the current record has rotted, bytes come from a duplicate that was sent with the same digest, if there is one.
  public func bytes(of reference: InstanceReference, _ range: Range<UInt64>? = nil) async throws -> RecordBytes {
    let wanted = range ?? 0..<reference.location.length
    let bytes: RecordBytes
    do {
      bytes = try await current(reference, wanted)
    } catch let error as ArchiveError where error.code == .damaged || error.code == .notFound {
      bytes = try await copy(of: reference, wanted, insteadOf: error)
    }
    return RecordBytes(length: bytes.length) { given in
      do {
        return try await bytes.chunk(at: given)
      } catch let error as ArchiveError where error.code == .damaged {
        let rest = wanted.lowerBound + given..<wanted.upperBound
        return try await copy(of: reference, rest, insteadOf: error).chunk(at: 0)
      }
    }
  }

  private func current(_ reference: InstanceReference, _ wanted: Range<UInt64>) async throws -> RecordBytes {
    do {
      return try await parts.blobs.read(reference.location, wanted)
    } catch let error as ArchiveError where error.code == .notFound {
      // The compactor has moved the record since the catalog was asked.
      guard let location = try await parts.catalog.location(of: reference.record) else { throw error }
      return try await parts.blobs.read(location, wanted)
    }
  }

  /// The first copy of which the beginning can be read.
  private func copy(
    of reference: InstanceReference, _ wanted: Range<UInt64>, insteadOf error: ArchiveError
  ) async throws -> RecordBytes {
    for location in try await parts.catalog.copies(of: reference.record) {
      if let bytes = try? await parts.blobs.read(location, wanted) { return bytes }
    }
    throw error
  }

  /// The header of an instance, parsed from its payload; large values and pixel data are not read.
  public func header(of reference: InstanceReference) async throws -> Header {
    var walk = HeaderWalk(length: reference.location.length)
    while let range = walk.next() {
      for try await chunk in try await bytes(of: reference, range) { try walk.consume(chunk) }
    }
    return try walk.finish()
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
    let coerced = parts.profiles.coerced(header.dataSet, by: reference.profile, received: reference.receivedAt)
    let document = InstanceDocument(record: reference.record, instance: reference.instance, header: coerced)
    // What cannot be kept is served all the same.
    try? await parts.documents.put(document, series: reference.series, of: reference.study)
    return document
  }
}
