import NIOCore

/// The bytes of a Part 10 file (PS3.10 §7.1), its preamble put before it where the sender left it out.
///
/// dicomweb-client sends data sets that were made rather than read so: file meta information from its first byte on.
struct CompletedPart10<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable where Source.Element == ByteBuffer {
  typealias Element = ByteBuffer
  typealias Failure = any Error

  let source: Source

  struct AsyncIterator: AsyncIteratorProtocol {
    var source: Source.AsyncIterator
    private var hasBegun = false

    init(source: Source.AsyncIterator) { self.source = source }

    mutating func next() async throws -> ByteBuffer? {
      let bytes = try await source.next(isolation: #isolation)
      guard !hasBegun, var beginning = bytes else { return bytes }
      hasBegun = true
      while beginning.readableBytes < PartTenPrefix.length, let more = try await source.next(isolation: #isolation) {
        beginning.writeImmutableBuffer(more)
      }
      guard PartTenPrefix.isMissing(from: beginning) else { return beginning }
      var completed = PartTenPrefix.bytes
      completed.writeImmutableBuffer(beginning)
      return completed
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source.makeAsyncIterator()) }
}

/// Preamble and `DICM`.
enum PartTenPrefix {
  static let length = 132

  static var bytes: ByteBuffer {
    ByteBuffer(bytes: [UInt8](repeating: 0, count: 128) + Array("DICM".utf8))
  }

  /// Whether bytes begin with an element of group 0002 in Explicit VR Little Endian, and no prefix.
  static func isMissing(from bytes: ByteBuffer) -> Bool {
    let view = bytes.readableBytesView
    guard view.count >= 8 else { return false }
    if view.count >= length, view.dropFirst(128).prefix(4).elementsEqual("DICM".utf8) { return false }
    let isUpperCase = { (byte: UInt8) in byte >= 0x41 && byte <= 0x5A }
    return view.prefix(2).elementsEqual([0x02, 0x00]) && view.dropFirst(4).prefix(2).allSatisfy(isUpperCase)
  }
}
