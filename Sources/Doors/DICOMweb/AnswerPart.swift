import ArchiveCore
import DICOM
import NIOCore

/// One representation in an answer: what it says of itself and where its bytes come from.
struct AnswerPart: Sendable {
  enum Content: Sendable {
    /// Pieces of an instance's payload, and literal bytes between them, read while they are sent.
    case stored(InstanceReference, [DataSetSegment])
    /// A frame of 1-bit pixels that begins within a byte: `count` bits behind `offset` bits of the range.
    case bits(InstanceReference, Range<UInt64>, offset: Int, count: Int)
    case held(ByteBuffer)

    /// Ranges of an instance's payload, one after the other.
    static func stored(_ reference: InstanceReference, _ ranges: [Range<UInt64>]) -> Content {
      .stored(reference, ranges.map { DataSetSegment.payload($0) })
    }
  }

  /// With parameters.
  var contentType: String
  /// Address of the resource it represents.
  var location: String?
  var content: Content

  /// Bytes of content.
  var length: UInt64 {
    switch content {
    case .stored(_, let segments): segments.length
    case .bits(_, _, _, let count): (UInt64(clamping: count) + 7) / 8
    case .held(let bytes): UInt64(bytes.readableBytes)
    }
  }

  /// The part of the content that lies in a range of it.
  func slice(_ wanted: Range<UInt64>, from archive: Archive) async throws -> Content {
    switch content {
    case .stored(let reference, let segments):
      return .stored(reference, segments.slice(wanted))
    case .bits(let reference, let range, let offset, let count):
      let bytes = try await archive.shiftedBits(of: reference, range, offset: offset, count: count)
      return AnswerPart(contentType: contentType, location: location, content: .held(bytes)).held(wanted)
    case .held:
      return held(wanted)
    }
  }

  private func held(_ wanted: Range<UInt64>) -> Content {
    guard case .held(let bytes) = content, let offset = Int(exactly: wanted.lowerBound),
      let slice = bytes.getSlice(at: bytes.readerIndex + offset, length: wanted.count)
    else { return .held(ByteBuffer()) }
    return .held(slice)
  }
}

extension Archive {
  /// Most bytes of one instance that an answer may hold in memory.
  static var maximumHeldBytes: Int { 512 * 1024 * 1024 }

  /// Pieces of an instance in memory.
  ///
  /// - Throws: `ArchiveError` `.limitExceeded` beyond `maximumHeldBytes`.
  func collect(_ reference: InstanceReference, _ segments: [DataSetSegment]) async throws -> ByteBuffer {
    let length = segments.length
    guard length <= UInt64(Self.maximumHeldBytes), let capacity = Int(exactly: length) else {
      throw ArchiveError(.limitExceeded, "more than \(Self.maximumHeldBytes) bytes would have to be held in memory")
    }
    var collected = ByteBuffer()
    collected.reserveCapacity(capacity)
    for try await chunk in try await bytes(of: reference, segments) { collected.writeImmutableBuffer(chunk) }
    return collected
  }

  /// A frame of 1-bit pixels, moved to begin with a byte; bits behind it are zero (PS3.5 §8.1.1: the first pixel is in
  /// the least significant bit).
  func shiftedBits(
    of reference: InstanceReference, _ range: Range<UInt64>, offset: Int, count: Int
  ) async throws -> ByteBuffer {
    let source = try await collect(reference, [.payload(range)]).readableBytesView
    var shifted = [UInt8](repeating: 0, count: (count + 7) / 8)
    for index in shifted.indices {
      let position = source.startIndex + index
      let low = position < source.endIndex ? UInt16(source[position]) : 0
      let high = position + 1 < source.endIndex ? UInt16(source[position + 1]) : 0
      shifted[index] = UInt8(truncatingIfNeeded: (low | high << 8) >> UInt16(truncatingIfNeeded: offset))
    }
    if count % 8 != 0, let last = shifted.indices.last { shifted[last] &= (1 << UInt8(count % 8)) &- 1 }
    return ByteBuffer(bytes: shifted)
  }
}
