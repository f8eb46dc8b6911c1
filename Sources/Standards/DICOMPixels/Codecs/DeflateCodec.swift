import CZlib
import DICOM

/// Deflated Image Frame Compression (PS3.5 §A.4.13): each frame a deflate stream of its own (RFC 1951).
struct DeflateCodec: FrameCodec {
  /// Bytes that a deflated byte becomes at most.
  static let greatestExpansion = 1032
  /// Bytes behind a frame that may be there: the pad to even length.
  static let padding = 1

  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    let length = frame.length
    guard length / Self.greatestExpansion <= stream.count, let available = UInt32(exactly: stream.count),
      let room = UInt32(exactly: length + Self.padding)
    else { throw PixelError(.malformedCodeStream, "\(stream.count) bytes cannot hold a frame of \(length)") }
    var state = z_stream()
    guard inflateInit2_(&state, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw PixelError(.decodingFailed, "the inflater could not be started")
    }
    defer { inflateEnd(&state) }
    var status = Z_OK
    var input = stream
    var samples = [UInt8](unsafeUninitializedCapacity: length + Self.padding) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        state.next_in = input.baseAddress
        state.avail_in = available
        state.next_out = output.baseAddress
        state.avail_out = room
        status = inflate(&state, Z_FINISH)
      }
      count = length + Self.padding - Int(state.avail_out)
    }
    guard status == Z_STREAM_END || (status == Z_BUF_ERROR && state.avail_out == 0) else {
      throw PixelError(.malformedCodeStream, "zlib status \(status) after \(samples.count) of \(length) bytes")
    }
    guard status == Z_STREAM_END, samples.count >= length else {
      throw PixelError(.codeStreamDisagrees, "the stream inflates to another length than the \(length) described")
    }
    samples.removeSubrange(length...)
    return DecodedFrame(samples: samples, description: try frame.afterTransform())
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try frame.check(samples)
    var state = z_stream()
    let opened = deflateInit2_(
      &state, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard opened == Z_OK else { throw PixelError(.encodingFailed, "the deflater could not be started") }
    defer { deflateEnd(&state) }
    let bound = Int(deflateBound(&state, UInt(samples.count)))
    guard let room = UInt32(exactly: bound), let available = UInt32(exactly: samples.count) else {
      throw PixelError(.encodingFailed, "\(samples.count) bytes are too many to deflate at once")
    }
    var input = samples
    let stream = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        state.next_in = input.baseAddress
        state.avail_in = available
        state.next_out = output.baseAddress
        state.avail_out = room
        _ = deflate(&state, Z_FINISH)
      }
      count = bound - Int(state.avail_out)
    }
    return EncodedFrame(stream: stream, description: frame)
  }
}
