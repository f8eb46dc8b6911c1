import ArchiveCore
import DICOM
import DICOMPixels
import NIOCore

/// A stored frame that is given decoded: explicit little endian, colour by pixel.
struct FrameToDecode: Sendable {
  let source: StoredFrames
  /// From 0.
  let frame: Int
  let syntax: TransferSyntax
  let description: FrameDescription
  let transcoder: InstanceTranscoder

  /// - Throws: `PixelError` when the header does not describe a frame, `ArchiveError` `.limitExceeded` when it is too
  ///   large to be held.
  init(
    _ frame: Int, of source: StoredFrames, _ header: Header, _ transcoder: InstanceTranscoder
  ) throws {
    self.source = source
    self.frame = frame
    self.transcoder = transcoder
    syntax = header.transferSyntax
    description = try FrameDescription(header: header.dataSet)
    guard description.length <= Archive.maximumHeldBytes else {
      throw ArchiveError(.limitExceeded, "a frame of \(description.length) bytes would have to be held in memory")
    }
  }

  /// Bytes of the decoded frame.
  var length: Int { description.length }

  /// The frame as the codec gives it, or gave it to somebody before.
  func decoded(from archive: Archive) async throws -> DecodedFrame {
    let key = InstanceTranscoder.FrameCache.Key(source.reference.digest, "decoded", frame: frame)
    return try await transcoder.frames.value(key) {
      let stream: ByteBuffer
      switch try source.content(of: frame) {
      case .stored(let reference, let segments): stream = try await archive.collect(reference, segments)
      case .held(let bytes): stream = bytes
      case .bits, .decoded, .transcoded, .toTranscode:
        throw ArchiveError(.unsupported, "frame \(frame + 1) is not encapsulated")
      }
      return try await transcoder.codecs.decode(Array(stream.readableBytesView), in: syntax, as: description)
    }
  }

  /// The bytes that are given.
  func samples(from archive: Archive) async throws -> ByteBuffer {
    ByteBuffer(bytes: try await decoded(from: archive).inColors(of: description).samples)
  }
}
