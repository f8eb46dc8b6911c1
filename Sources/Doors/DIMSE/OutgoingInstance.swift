import ArchiveCore
import DICOM
import NIOCore

/// An instance on its way to another application entity: its data set in a transfer syntax the other side takes.
struct OutgoingInstance {
  /// The uncompressed syntaxes we write: an instance in one of them can be sent in the other.
  static let native: [TransferSyntax] = [.explicitVRLittleEndian, .implicitVRLittleEndian]

  let archive: Archive
  let reference: InstanceReference

  var sopClass: UID { UID(rawValue: reference.sopClass) }
  var stored: TransferSyntax { TransferSyntax(uid: UID(rawValue: reference.transferSyntax)) }

  /// The syntaxes we can send it in, best first.
  var syntaxes: [TransferSyntax] {
    let stored = stored
    return Self.native.contains(stored) ? [stored] + Self.native.filter { $0 != stored } : [stored]
  }

  /// The data set without its Part 10 prefix.
  func dataSet(in syntax: TransferSyntax) async throws -> RecordBytes {
    if syntax == stored {
      let start = try await dataSetOffset()
      return try await archive.bytes(of: reference, start..<reference.location.length)
    }
    let header = try await archive.header(of: reference)
    let segments = try DataSetWriter.segments(of: header.dataSet, in: syntax)
    return RecordBytes(segments: segments) { try await archive.bytes(of: reference, $0) }
  }

  private func dataSetOffset() async throws -> UInt64 {
    let length = min(reference.location.length, UInt64(FileMeta.maximumLength))
    var prefix: [UInt8] = []
    for try await chunk in try await archive.bytes(of: reference, 0..<length) {
      prefix.append(contentsOf: chunk.readableBytesView)
      if let offset = FileMeta.length(in: prefix) { return UInt64(offset) }
    }
    throw ArchiveError(.damaged, "the record of \(reference.instance) has no file meta information")
  }
}

extension RecordBytes {
  /// Literal bytes and ranges of a payload, one after the other.
  init(
    segments: [DataSetSegment], reading read: @escaping @Sendable (Range<UInt64>) async throws -> RecordBytes
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
        let piece = start..<Swift.min(range.upperBound, start &+ UInt64(FileMeta.maximumLength))
        var chunk = ByteBuffer()
        for try await part in try await read(piece) { chunk.writeImmutableBuffer(part) }
        return chunk
      }
    }
  }
}
