public import DICOM
import NIOCore

extension Archive {
  /// Longest payload of a deflated object that can be given back corrected, in bytes: it is inflated and deflated again.
  public static let maximumDeflatedLength: UInt64 = 256 * 1024 * 1024

  /// The pieces that make up an instance as it is given back, a Part 10 file: the payload as it is, or, when something
  /// else is believed of its study, a corrected header before the same pixels.
  public func file(of reference: InstanceReference) async throws -> [DataSetSegment] {
    guard !reference.isAsStated else { return [.payload(0..<reference.location.length)] }
    let prefix: DataSetSegment = .payload(0..<(try await dataSetOffset(of: reference)))
    return [prefix] + (try await dataSet(of: reference, in: reference.storedSyntax))
  }

  /// The pieces of an instance's data set, without file meta information, in its own or another uncompressed syntax.
  ///
  /// - Throws: `DICOMError` `.valueNotHeld` for a syntax it cannot be turned into without decoding.
  public func dataSet(
    of reference: InstanceReference, in syntax: TransferSyntax
  ) async throws -> [DataSetSegment] {
    let stored = reference.storedSyntax
    if reference.isAsStated, syntax == stored {
      return [.payload(try await dataSetOffset(of: reference)..<reference.location.length)]
    }
    if !reference.isAsStated, syntax == stored, stored.isDeflated {
      return [.bytes(try await deflated(reference))]
    }
    let header = try await header(of: reference)
    let dataSet = believed(header.dataSet, of: reference)
    return try DataSetWriter.segments(of: dataSet, in: syntax, from: stored)
  }

  /// The bytes that pieces of an instance stand for.
  public func bytes(of reference: InstanceReference, _ segments: [DataSetSegment]) async throws -> RecordBytes {
    if segments.count == 1, case .payload(let range) = segments[0] { return try await bytes(of: reference, range) }
    return RecordBytes(segments) { range in try await bytes(of: reference, range) }
  }

  private func deflated(_ reference: InstanceReference) async throws -> [UInt8] {
    guard reference.location.length <= Self.maximumDeflatedLength else {
      throw ArchiveError(.limitExceeded, "a deflated object of more than \(Self.maximumDeflatedLength) bytes")
    }
    var payload: [UInt8] = []
    for try await chunk in try await bytes(of: reference) { payload.append(contentsOf: chunk.readableBytesView) }
    return try DataSetWriter.encode(
      believed(try Part10.read(payload).dataSet, of: reference), in: reference.storedSyntax)
  }

  private func dataSetOffset(of reference: InstanceReference) async throws -> UInt64 {
    let length = min(reference.location.length, UInt64(FileMeta.maximumLength))
    var prefix: [UInt8] = []
    for try await chunk in try await bytes(of: reference, 0..<length) {
      prefix.append(contentsOf: chunk.readableBytesView)
      if let offset = FileMeta.length(in: prefix) { return UInt64(offset) }
    }
    throw ArchiveError(.damaged, "the record of \(reference.instance) has no file meta information")
  }
}

extension InstanceReference {
  /// The transfer syntax of the payload.
  public var storedSyntax: TransferSyntax { TransferSyntax(uid: UID(rawValue: transferSyntax)) }
}

extension RecordBytes {
  /// Most bytes of a payload that are gathered to be one chunk.
  private static let pieceLength: UInt64 = 256 * 1024

  /// Literal bytes and ranges of a payload, one after the other.
  init(
    _ segments: [DataSetSegment], reading read: @escaping @Sendable (Range<UInt64>) async throws -> RecordBytes
  ) {
    var starts: [UInt64] = []
    var total: UInt64 = 0
    for segment in segments {
      starts.append(total)
      total &+= segment.length
    }
    let offsets = starts
    self.init(length: total) { given in
      guard let index = offsets.lastIndex(where: { $0 <= given }) else { return nil }
      let inside = given - offsets[index]
      switch segments[index] {
      case .bytes(let bytes):
        return ByteBuffer(bytes: bytes[Int(clamping: inside)...])
      case .payload(let range):
        // A chunk at a time: the caller comes back for the rest.
        let start = range.lowerBound &+ inside
        let piece = start..<Swift.min(range.upperBound, start &+ Self.pieceLength)
        var chunk = ByteBuffer()
        for try await part in try await read(piece) { chunk.writeImmutableBuffer(part) }
        return chunk
      }
    }
  }
}
