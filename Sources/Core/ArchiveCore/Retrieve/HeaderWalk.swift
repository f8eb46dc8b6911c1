import DICOM
import NIOCore

/// Reads the header of a payload that can be read from any place: no byte of pixel data or of a large value beyond the
/// block that it begins in.
///
/// ```swift
/// var walk = HeaderWalk(length: location.length)
/// while let range = walk.next() {
///   for try await chunk in try await blobs.read(location, range) { try walk.consume(chunk) }
/// }
/// let header = try walk.finish()
/// ```
struct HeaderWalk {
  /// Bytes read at once behind a value that was passed over: one block of a record.
  private static let shortestRead: UInt64 = 65_536
  /// Bytes read at once in a header that goes on and on.
  private static let longestRead: UInt64 = 1_048_576

  private let length: UInt64
  private var reader = HeaderReader()
  private var position: UInt64 = 0
  private var step = HeaderWalk.shortestRead

  init(length: UInt64) { self.length = length }

  /// The bytes to be consumed next; `nil` when the header is read. Ends with a block, since blocks are verified whole.
  mutating func next() -> Range<UInt64>? {
    let passed = reader.passOver(atMost: length - position)
    position += passed
    if position > 0 { step = passed > 0 ? Self.shortestRead : min(step * 2, Self.longestRead) }
    guard position < length else { return nil }
    let start = position
    position = min(length, position / Self.shortestRead * Self.shortestRead + step)
    return start..<position
  }

  mutating func consume(_ chunk: ByteBuffer) throws(DICOMError) {
    try chunk.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
  }

  mutating func finish() throws(DICOMError) -> Header { try reader.finish() }
}
