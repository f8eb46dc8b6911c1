public import NIOCore

/// The data set of a message, in the transfer syntax of its presentation context, as it arrives.
///
/// Slices of socket reads, up to 256 KiB each, for one reader. While nobody reads, the association stops reading its
/// socket: at most a few PDUs are held. What is left unread when the operation ends is discarded.
///
/// - Throws: `AssociationError` when the association ends inside the data set; `CancellationError`.
public struct DataSetStream: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer
  public typealias Failure = any Error

  let association: Association
  /// `nil` for a message without data set.
  let serial: UInt64?

  public func makeAsyncIterator() -> Iterator {
    Iterator(association: association, serial: serial)
  }

  public struct Iterator: AsyncIteratorProtocol {
    let association: Association
    var serial: UInt64?

    public mutating func next() async throws -> ByteBuffer? {
      try await next(isolation: #isolation)
    }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> ByteBuffer? {
      guard let serial else { return nil }
      if let bytes = try await association.nextData(serial: serial) { return bytes }
      self.serial = nil
      return nil
    }
  }

  /// The whole data set, for identifiers and attribute lists.
  ///
  /// - Throws: `AssociationError.dataSetTooLong` above `limit` bytes.
  public func collect(upTo limit: Int) async throws -> ByteBuffer {
    var whole: ByteBuffer?
    for try await bytes in self {
      guard bytes.readableBytes <= limit - (whole?.readableBytes ?? 0) else {
        throw AssociationError.dataSetTooLong(limit: limit)
      }
      if whole == nil { whole = bytes } else { whole?.writeImmutableBuffer(bytes) }
    }
    return whole ?? ByteBuffer()
  }
}
