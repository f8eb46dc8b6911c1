import DICOM
import DICOMPixels
import Synchronization

extension Specimen {
  /// Its frames as a codec encodes them, padded to even length.
  static func streams(_ syntax: TransferSyntax, frames: Int = 3) throws -> [[UInt8]] {
    let description = try FrameDescription(header: Specimen().dataSet)
    let codec = try FrameCodecs.codec(for: syntax)
    return try (0..<frames).map { number in
      let stream = try codec.encode(frame(number), of: description, options: CompressionOptions()).stream
      return stream.count.isMultiple(of: 2) ? stream : stream + [0]
    }
  }

  /// The same object with its frames in another syntax.
  func compressed(_ syntax: TransferSyntax, _ streams: [[UInt8]]? = nil) throws -> Specimen {
    var specimen = self
    let streams = try streams ?? Self.streams(syntax, frames: frames)
    specimen.frames = streams.count
    specimen.syntax = syntax
    specimen.pixels = Self.encapsulated(streams)
    return specimen
  }
}

/// Codecs that count what they are asked for.
final class CountingCodecs: FrameCoding {
  private let count = Mutex(0)

  var requests: Int { count.withLock { $0 } }

  func decode(
    _ stream: [UInt8], in syntax: TransferSyntax, as frame: FrameDescription
  ) async throws(PixelError) -> DecodedFrame {
    count.withLock { $0 += 1 }
    return try await InProcessCodecs().decode(stream, in: syntax, as: frame)
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, in syntax: TransferSyntax, options: CompressionOptions
  ) async throws(PixelError) -> EncodedFrame {
    count.withLock { $0 += 1 }
    return try await InProcessCodecs().encode(samples, of: frame, in: syntax, options: options)
  }
}

/// Codecs that nobody has time for.
struct BusyCodecs: FrameCoding {
  func decode(
    _ stream: [UInt8], in syntax: TransferSyntax, as frame: FrameDescription
  ) async throws(PixelError) -> DecodedFrame {
    throw PixelError(.busy, "test")
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, in syntax: TransferSyntax, options: CompressionOptions
  ) async throws(PixelError) -> EncodedFrame {
    throw PixelError(.busy, "test")
  }
}
