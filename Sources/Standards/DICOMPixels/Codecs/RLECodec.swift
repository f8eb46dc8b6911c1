import DICOM

/// RLE Lossless (PS3.5 Annex G): the bytes of the samples in planes, most significant first, each a segment of
/// PackBits runs.
struct RLECodec: FrameCodec {
  /// Number of segments and fifteen offsets.
  static let headerLength = 64
  static let maximumSegments = 15
  /// Bytes that one coded byte becomes at most: 128 of a run of two.
  static let greatestExpansion = 64

  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    let segments = try Self.segments(of: stream, frame)
    let planeLength = frame.bitsAllocated == 1 ? frame.length : frame.rows * frame.columns
    guard planeLength / Self.greatestExpansion <= stream.count else {
      throw PixelError(.malformedCodeStream, "\(stream.count) bytes cannot hold segments of \(planeLength)")
    }
    let bytesPerSample = max(frame.bitsAllocated / 8, 1)
    let step = segments.count
    var failure: PixelError?
    let samples = [UInt8](unsafeUninitializedCapacity: planeLength * step) { output, count in
      for (index, segment) in segments.enumerated() where failure == nil {
        // The most significant byte of a sample comes first in the stream and last in memory.
        let position = index / bytesPerSample * bytesPerSample + (bytesPerSample - 1 - index % bytesPerSample)
        let written = Self.unpack(stream[segment], into: output, from: position, step: step, count: planeLength)
        if written != planeLength {
          failure = PixelError(
            written < planeLength ? .malformedCodeStream : .codeStreamDisagrees,
            "segment \(index + 1) expands to \(written) bytes, described were \(planeLength)")
        }
      }
      count = failure == nil ? planeLength * step : 0
    }
    if let failure { throw failure }
    return DecodedFrame(samples: samples, description: try frame.afterTransform())
  }

  /// Where the segments lie, by the header (PS3.5 §G.5).
  private static func segments(of stream: [UInt8], _ frame: FrameDescription) throws(PixelError) -> [Range<Int>] {
    guard stream.count >= headerLength else {
      throw PixelError(.malformedCodeStream, "\(stream.count) bytes, fewer than an RLE header")
    }
    func number(_ index: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(stream[index * 4 + $1]) << (8 * $1) }
    }
    let expected = frame.samplesPerPixel * max(frame.bitsAllocated / 8, 1)
    let count = number(0)
    guard count == expected, count <= maximumSegments else {
      throw PixelError(.codeStreamDisagrees, "\(count) RLE segments, described were \(expected)")
    }
    var segments: [Range<Int>] = []
    for index in 1...count {
      let start = number(index)
      let end = index < count ? number(index + 1) : stream.count
      guard start >= headerLength, start <= end, end <= stream.count else {
        throw PixelError(.malformedCodeStream, "RLE segment \(index) lies at \(start)..<\(end) of \(stream.count)")
      }
      segments.append(start..<end)
    }
    return segments
  }

  /// Expands a segment to every `step`th byte (PS3.5 §G.3.2).
  ///
  /// - Returns: how many bytes there were; as soon as they are more than `count`, some number above it.
  private static func unpack(
    _ segment: ArraySlice<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, from start: Int, step: Int,
    count: Int
  ) -> Int {
    segment.withUnsafeBufferPointer { input in
      var position = 0
      var written = 0
      // What follows the last byte wanted is padding, of which one byte is a run without a value.
      while position < input.count, written < count || position + 1 < input.count {
        let control = input[position]
        position += 1
        guard control != 128 else { continue }
        let length = control < 128 ? Int(control) + 1 : 257 - Int(control)
        if written == count { return input[(position - 1)...].allSatisfy { $0 == 0 } ? count : count + length }
        guard written + length <= count else { return written + length }
        if control < 128 {
          guard position + length <= input.count else { return written + input.count - position }
          for offset in 0..<length { output[start + (written + offset) * step] = input[position + offset] }
          position += length
        } else {
          guard position < input.count else { return written }
          for offset in 0..<length { output[start + (written + offset) * step] = input[position] }
          position += 1
        }
        written += length
      }
      return written
    }
  }

  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame {
    try frame.check(samples)
    let bytesPerSample = max(frame.bitsAllocated / 8, 1)
    let step = frame.samplesPerPixel * bytesPerSample
    guard step <= Self.maximumSegments else { throw PixelError(.unsupported, "\(step) RLE segments") }
    // Rows are packed apart (PS3.5 §G.3.1); packed bits know no rows.
    let rowLength = frame.bitsAllocated == 1 ? frame.length : frame.columns
    let rows = frame.bitsAllocated == 1 ? 1 : frame.rows
    var stream = [UInt8](repeating: 0, count: Self.headerLength)
    stream.reserveCapacity(Self.headerLength + samples.count / 2)
    stream[0] = UInt8(truncatingIfNeeded: step)
    var row = [UInt8](repeating: 0, count: rowLength)
    for index in 0..<step {
      let position = index / bytesPerSample * bytesPerSample + (bytesPerSample - 1 - index % bytesPerSample)
      guard let start = UInt32(exactly: stream.count) else {
        throw PixelError(.encodingFailed, "an RLE code stream of more than 4 GB")
      }
      for byte in 0..<4 { stream[4 * (index + 1) + byte] = UInt8(truncatingIfNeeded: start >> (8 * UInt32(byte))) }
      for line in 0..<rows {
        for column in 0..<rowLength { row[column] = samples[(line * rowLength + column) * step + position] }
        Self.pack(row, into: &stream)
      }
      if !stream.count.isMultiple(of: 2) { stream.append(0) }
    }
    return EncodedFrame(stream: stream, description: frame)
  }

  /// Packs a row (PS3.5 §G.3.1): runs of three and more are replicated, the rest is literal.
  private static func pack(_ row: [UInt8], into stream: inout [UInt8]) {
    var literal = 0
    var position = 0
    func flush(_ end: Int, _ stream: inout [UInt8]) {
      while literal < end {
        let length = min(end - literal, 128)
        stream.append(UInt8(truncatingIfNeeded: length - 1))
        stream.append(contentsOf: row[literal..<literal + length])
        literal += length
      }
    }
    while position < row.count {
      var end = position + 1
      while end < row.count, end - position < 128, row[end] == row[position] { end += 1 }
      if end - position >= 3 {
        flush(position, &stream)
        stream.append(UInt8(truncatingIfNeeded: 257 - (end - position)))
        stream.append(row[position])
        literal = end
      }
      position = end
    }
    flush(row.count, &stream)
  }
}
