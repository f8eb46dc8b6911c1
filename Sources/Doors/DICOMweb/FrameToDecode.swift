import ArchiveCore
import DICOM
import DICOMPixels
import NIOCore

/// A stored frame that is given decoded: explicit little endian, colour by pixel where it was encapsulated.
struct FrameToDecode: Sendable {
  private enum Form: Sendable {
    case encapsulated(TransferSyntax, FrameDescription)
    /// Words of so many bytes, the most significant first.
    case bigEndian(wordLength: Int, byteCount: UInt64)
  }

  let source: StoredFrames
  /// From 0.
  let frame: Int
  let transcoder: InstanceTranscoder
  private let form: Form

  /// - Throws: `PixelError` when the header does not describe a frame, `ArchiveError` `.limitExceeded` when it is too
  ///   large to be held, `.notFound` for a frame that is not there.
  init(
    _ frame: Int, of source: StoredFrames, _ header: Header, _ transcoder: InstanceTranscoder
  ) throws {
    self.source = source
    self.frame = frame
    self.transcoder = transcoder
    if header.transferSyntax.isEncapsulated {
      form = .encapsulated(header.transferSyntax, try FrameDescription(header: header.dataSet))
    } else {
      let content = try source.content(of: frame)
      let tags: [Tag] = [.pixelData, .floatPixelData, .doubleFloatPixelData]
      let vr = tags.lazy.compactMap { header.dataSet[$0]?.vr }.first ?? .ow
      form = .bigEndian(
        wordLength: vr.byteOrderUnit,
        byteCount: AnswerPart(contentType: "", location: nil, content: content).length)
    }
    guard length <= Archive.maximumHeldBytes else {
      throw ArchiveError(.limitExceeded, "a frame of \(length) bytes would have to be held in memory")
    }
  }

  /// Whether frames of a transfer syntax can be given in explicit little endian though they do not lie so.
  static func canDecode(_ syntax: TransferSyntax) -> Bool {
    FrameCodecs.canDecode(syntax)
      || (!syntax.isEncapsulated && (!syntax.isLittleEndian || syntax.hasBigEndianPixelData))
  }

  /// Bytes of the decoded frame.
  var length: Int {
    switch form {
    case .encapsulated(_, let description): description.length
    case .bigEndian(_, let byteCount): Int(clamping: byteCount)
    }
  }

  /// An encapsulated frame as the codec gives it, or gave it to somebody before.
  func decoded(from archive: Archive) async throws -> DecodedFrame {
    guard case .encapsulated(let syntax, let description) = form else {
      throw ArchiveError(.unsupported, "frame \(frame + 1) is not encapsulated")
    }
    let key = InstanceTranscoder.FrameCache.Key(source.reference.digest, "decoded", frame: frame)
    return try await transcoder.frames.value(key) {
      let stream = try await stored(from: archive)
      return try await transcoder.codecs.decode(Array(stream.readableBytesView), in: syntax, as: description)
    }
  }

  /// The bytes that are given.
  func samples(from archive: Archive) async throws -> ByteBuffer {
    switch form {
    case .encapsulated(_, let description):
      return ByteBuffer(bytes: try await decoded(from: archive).inColors(of: description).samples)
    case .bigEndian(let wordLength, _):
      var bytes = try await stored(from: archive)
      if wordLength > 1 { bytes.reverseWords(of: wordLength) }
      return bytes
    }
  }

  /// The frame as it lies in the payload.
  private func stored(from archive: Archive) async throws -> ByteBuffer {
    switch try source.content(of: frame) {
    case .stored(let reference, let segments): return try await archive.collect(reference, segments)
    case .bits(let reference, let bits): return try await archive.shiftedBits(of: reference, bits)
    case .held(let bytes): return bytes
    case .decoded, .transcoded, .toTranscode:
      throw ArchiveError(.unsupported, "frame \(frame + 1) does not lie in the payload")
    }
  }
}
