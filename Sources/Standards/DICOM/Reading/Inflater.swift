import CZlib

/// A deflated data set being inflated (PS3.5 §A.5; RFC 1951), piece by piece.
///
/// `@unchecked Sendable`: whoever mutates it holds the only reference, which `HeaderReader` ensures by copying a shared
/// one first.
final class Inflater: @unchecked Sendable {
  /// Bytes inflated at a time.
  static let pieceLength = 64 * 1024

  /// Has a fixed address, as zlib's state points back to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private let output: UnsafeMutableRawBufferPointer
  private(set) var isFinished = false

  /// - Parameter hasZlibHeader: whether the stream has the header of RFC 1950, which PS3.5 does not allow.
  init(hasZlibHeader: Bool) throws(DICOMError) {
    stream = Inflater.newStream()
    output = .allocate(byteCount: Inflater.pieceLength, alignment: 16)
    let windowBits: Int32 = hasZlibHeader ? 15 : -15
    let status = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw DICOMError(.deflateCorrupt, detail: "zlib status \(status)") }
  }

  private init(copying other: Inflater) throws(DICOMError) {
    stream = Inflater.newStream()
    output = .allocate(byteCount: Inflater.pieceLength, alignment: 16)
    isFinished = other.isFinished
    let status = inflateCopy(stream, other.stream)
    guard status == Z_OK else { throw DICOMError(.deflateCorrupt, detail: "zlib status \(status)") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  func copy() throws(DICOMError) -> Inflater {
    try Inflater(copying: self)
  }

  /// Inflates all of `input`, handing over each piece as it is made.
  func consume(
    _ input: UnsafeRawBufferPointer, _ receive: (UnsafeRawBufferPointer) throws(DICOMError) -> Void
  ) throws(DICOMError) {
    guard let base = input.bindMemory(to: UInt8.self).baseAddress else { return }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: base)
    var unread = input.count
    stream.pointee.avail_in = 0
    while !isFinished {
      if stream.pointee.avail_in == 0, unread > 0 {
        let step = min(unread, Int(UInt32.max))
        stream.pointee.avail_in = UInt32(step)
        unread -= step
      }
      stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(Inflater.pieceLength)
      let status = inflate(stream, Z_NO_FLUSH)
      let made = Inflater.pieceLength - Int(stream.pointee.avail_out)
      if made > 0 { try receive(UnsafeRawBufferPointer(rebasing: output[..<made])) }
      switch status {
      case Z_STREAM_END: isFinished = true
      case Z_OK: if stream.pointee.avail_in == 0, unread == 0, made < Inflater.pieceLength { return }
      case Z_BUF_ERROR: return
      default: throw DICOMError(.deflateCorrupt, detail: "zlib status \(status)")
      }
    }
  }

  private static func newStream() -> UnsafeMutablePointer<z_stream> {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    return stream
  }
}

/// A whole data set deflated at once.
enum Deflater {
  static func deflated(_ bytes: [UInt8]) throws(DICOMError) -> [UInt8] {
    var stream = z_stream()
    let opened = deflateInit2_(
      &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard opened == Z_OK, let inputLength = UInt32(exactly: bytes.count) else {
      throw DICOMError(.valueTooLong, detail: "a data set of \(bytes.count) bytes cannot be deflated at once")
    }
    defer { deflateEnd(&stream) }
    var input = bytes
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    guard let outputLength = UInt32(exactly: bound) else {
      throw DICOMError(.valueTooLong, detail: "a data set of \(bytes.count) bytes cannot be deflated at once")
    }
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = inputLength
        stream.next_out = output.baseAddress
        stream.avail_out = outputLength
        _ = deflate(&stream, Z_FINISH)
      }
      count = bound - Int(stream.avail_out)
    }
  }
}
