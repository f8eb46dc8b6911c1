import CZlib

/// Compresses and decompresses short texts that resemble one another (RFC 1951, no wrapper).
///
/// The states are made once and used again: making one costs more than a small document. Not for use from two threads;
/// each owner is an actor.
final class Deflate {
  /// Fast: the documents are compressed while a sender waits.
  private static let level: Int32 = 1
  /// Raw deflate with the whole window of 32 KiB.
  private static let windowBits: Int32 = -15
  /// zlib's own default.
  private static let memoryLevel: Int32 = 8
  /// The part of a dictionary that can be referred to.
  static let dictionaryLimit = 32_768

  private let deflater: UnsafeMutablePointer<z_stream>
  private let inflater: UnsafeMutablePointer<z_stream>

  /// `nil` when there is no memory for the states.
  init?() {
    let size = Int32(MemoryLayout<z_stream>.size)
    deflater = .allocate(capacity: 1)
    deflater.initialize(to: z_stream())
    inflater = .allocate(capacity: 1)
    inflater.initialize(to: z_stream())
    guard
      deflateInit2_(
        deflater, Deflate.level, Z_DEFLATED, Deflate.windowBits, Deflate.memoryLevel, Z_DEFAULT_STRATEGY,
        ZLIB_VERSION, size) == Z_OK,
      inflateInit2_(inflater, Deflate.windowBits, ZLIB_VERSION, size) == Z_OK
    else { return nil }
  }

  deinit {
    deflateEnd(deflater)
    inflateEnd(inflater)
    deflater.deallocate()
    inflater.deallocate()
  }

  /// - Parameter dictionary: a text that the input resembles; empty for none.
  /// - Returns: `nil` when zlib refuses, which it has no reason to.
  func compress(_ input: [UInt8], dictionary: [UInt8]) -> [UInt8]? {
    guard deflateReset(deflater) == Z_OK, let length = UInt32(exactly: input.count) else { return nil }
    if !dictionary.isEmpty {
      guard deflateSetDictionary(deflater, dictionary, UInt32(dictionary.count)) == Z_OK else { return nil }
    }
    let bound = Int(deflateBound(deflater, UInt(length)))
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      input.withUnsafeBufferPointer { input in
        deflater.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        deflater.pointee.avail_in = length
        deflater.pointee.next_out = output.baseAddress
        deflater.pointee.avail_out = UInt32(bound)
        let result = deflate(deflater, Z_FINISH)
        count = result == Z_STREAM_END ? bound - Int(deflater.pointee.avail_out) : 0
      }
    }
  }

  /// - Parameter length: what it must become.
  /// - Returns: `nil` when the input is not a whole stream of that length.
  func decompress(_ input: UnsafeRawBufferPointer, length: Int, dictionary: [UInt8]) -> [UInt8]? {
    guard inflateReset(inflater) == Z_OK, let available = UInt32(exactly: input.count),
      let room = UInt32(exactly: length)
    else { return nil }
    if !dictionary.isEmpty {
      guard inflateSetDictionary(inflater, dictionary, UInt32(dictionary.count)) == Z_OK else { return nil }
    }
    var isWhole = false
    let output = [UInt8](unsafeUninitializedCapacity: length) { output, count in
      inflater.pointee.next_in = UnsafeMutablePointer(
        mutating: input.bindMemory(to: UInt8.self).baseAddress)
      inflater.pointee.avail_in = available
      inflater.pointee.next_out = output.baseAddress
      inflater.pointee.avail_out = room
      let result = inflate(inflater, Z_FINISH)
      count = length - Int(inflater.pointee.avail_out)
      isWhole = result == Z_STREAM_END && count == length
    }
    return isWhole ? output : nil
  }
}
