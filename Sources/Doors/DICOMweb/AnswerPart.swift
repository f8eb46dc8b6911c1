import ArchiveCore
import DICOM
import NIOCore

/// One representation in an answer: what it says of itself and where its bytes come from.
struct AnswerPart: Sendable {
  enum Content: Sendable {
    /// Pieces of an instance's payload, and literal bytes between them, read while they are sent.
    case stored(InstanceReference, [DataSetSegment])
    /// A frame that begins or ends within a byte or a big-endian word.
    case bits(InstanceReference, BitRange)
    case held(ByteBuffer)
    /// A frame that is decoded while it is sent.
    case decoded(FrameToDecode)
    /// An instance in another transfer syntax than it is stored in.
    case transcoded(TranscodedInstance, Range<UInt64>)
    /// An instance whose length and even syntax are known when its turn comes.
    case toTranscode(InstanceToTranscode)

    /// Ranges of an instance's payload, one after the other.
    static func stored(_ reference: InstanceReference, _ ranges: [Range<UInt64>]) -> Content {
      .stored(reference, ranges.map { DataSetSegment.payload($0) })
    }
  }

  /// Bits of a payload: `count` behind `offset` bits of the bytes, which may be words of two with the later byte first.
  struct BitRange: Sendable {
    var bytes: Range<UInt64>
    var offset: Int
    var count: Int
    var wordLength = 1

    /// Bytes they take when they begin with a word of their own.
    var length: Int { (count + wordLength * 8 - 1) / (wordLength * 8) * wordLength }
  }

  /// With parameters.
  var contentType: String
  /// Address of the resource it represents.
  var location: String?
  var content: Content

  /// Bytes of content; `nil` when they are not known yet.
  var knownLength: UInt64? {
    if case .toTranscode = content { nil } else { length }
  }

  /// Whether nothing has to be decoded or transcoded before it is written.
  var isReady: Bool {
    switch content {
    case .decoded, .toTranscode: false
    case .stored, .bits, .held, .transcoded: true
    }
  }

  /// The part made ready to be written at once: decoded, transcoded.
  func prepared(from archive: Archive) async throws -> AnswerPart {
    switch content {
    case .decoded(let frame):
      var part = self
      part.content = .held(try await frame.samples(from: archive))
      return part
    case .toTranscode(let instance): return try await instance.partAmongOthers(at: location)
    case .stored, .bits, .held, .transcoded: return self
    }
  }

  /// Bytes of content; 0 when they are not known yet.
  var length: UInt64 {
    switch content {
    case .toTranscode: 0
    case .stored(_, let segments): segments.length
    case .bits(_, let bits): UInt64(clamping: bits.length)
    case .held(let bytes): UInt64(bytes.readableBytes)
    case .decoded(let frame): UInt64(clamping: frame.length)
    case .transcoded(_, let range): UInt64(range.count)
    }
  }

  /// The part of the content that lies in a range of it.
  func slice(_ wanted: Range<UInt64>, from archive: Archive) async throws -> Content {
    switch content {
    case .stored(let reference, let segments):
      return .stored(reference, segments.slice(wanted))
    case .bits(let reference, let bits):
      let bytes = try await archive.shiftedBits(of: reference, bits)
      return AnswerPart(contentType: contentType, location: location, content: .held(bytes)).held(wanted)
    case .held:
      return held(wanted)
    case .toTranscode:
      return content
    case .transcoded(let instance, let range):
      return .transcoded(instance, (range.lowerBound + wanted.lowerBound)..<(range.lowerBound + wanted.upperBound))
    case .decoded(let frame):
      let bytes = try await frame.samples(from: archive)
      return AnswerPart(contentType: contentType, location: location, content: .held(bytes)).held(wanted)
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

  /// A frame moved to begin with a byte, or with a word in the byte order it was stored in; bits behind it are zero
  /// (PS3.5 §8.1.1: the first pixel is in the least significant bit).
  func shiftedBits(of reference: InstanceReference, _ bits: AnswerPart.BitRange) async throws -> ByteBuffer {
    var stored = try await collect(reference, [.payload(bits.bytes)])
    if bits.wordLength > 1 { stored.reverseWords(of: bits.wordLength) }
    let source = stored.readableBytesView.dropFirst(bits.offset / 8)
    let shift = UInt16(truncatingIfNeeded: bits.offset % 8)
    var shifted = [UInt8](repeating: 0, count: bits.length)
    for index in 0..<(bits.count + 7) / 8 {
      let position = source.startIndex + index
      let low = position < source.endIndex ? UInt16(source[position]) : 0
      let high = position + 1 < source.endIndex ? UInt16(source[position + 1]) : 0
      shifted[index] = UInt8(truncatingIfNeeded: (low | high << 8) >> shift)
    }
    if bits.count % 8 != 0, bits.count / 8 < shifted.count {
      shifted[bits.count / 8] &= (1 << UInt8(bits.count % 8)) &- 1
    }
    var frame = ByteBuffer(bytes: shifted)
    if bits.wordLength > 1 { frame.reverseWords(of: bits.wordLength) }
    return frame
  }
}

extension ByteBuffer {
  /// Reverses the bytes of each word of so many bytes; a last incomplete word stays.
  mutating func reverseWords(of length: Int) {
    withUnsafeMutableReadableBytes { bytes in
      for start in stride(from: 0, through: bytes.count - length, by: length) {
        bytes[start..<(start + length)].reverse()
      }
    }
  }
}
