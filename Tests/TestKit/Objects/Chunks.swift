public import NIOCore

/// Bytes in pieces of a given size, as a network would bring them.
public struct Chunks: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer
  private let bytes: [UInt8]
  private let size: Int
  /// Ends with this error instead of an end, after so many bytes.
  private let failure: (after: Int, error: any Error)?

  public init(_ bytes: [UInt8], of size: Int = 4096, failing failure: (after: Int, error: any Error)? = nil) {
    self.bytes = bytes
    self.size = size
    self.failure = failure
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    let chunks: Chunks
    var position = 0

    public mutating func next() async throws -> ByteBuffer? {
      if let failure = chunks.failure, position >= failure.after { throw failure.error }
      guard position < chunks.bytes.count else { return nil }
      let end = Swift.min(position + chunks.size, chunks.bytes.count)
      defer { position = end }
      return ByteBuffer(bytes: chunks.bytes[position..<end])
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: self) }
}
