public import NIOCore
import Synchronization

/// Room for bytes that were made from stored ones and can be made again: nothing in it survives the process, and nobody
/// reads in it what he could not read in the store.
public protocol ScratchSpace: Sendable {
  /// A new, empty file.
  func makeFile() async throws -> any ScratchFile
}

/// Bytes in scratch space; they are gone when nobody refers to the file any more.
public protocol ScratchFile: AnyObject, Sendable {
  /// Adds bytes at the end. One writer, one call at a time.
  func append(_ bytes: [UInt8]) async throws

  /// Bytes of the file; fewer when it ends before.
  func read(_ range: Range<UInt64>) async throws -> ByteBuffer
}

/// Scratch space in memory: the contract in its shortest form, and enough for a test.
public struct InMemoryScratchSpace: ScratchSpace {
  public init() {}

  public func makeFile() -> any ScratchFile { MemoryFile() }

  private final class MemoryFile: ScratchFile {
    private let bytes = Mutex(ByteBuffer())

    func append(_ more: [UInt8]) { bytes.withLock { _ = $0.writeBytes(more) } }

    func read(_ range: Range<UInt64>) -> ByteBuffer {
      bytes.withLock { bytes in
        let length = bytes.readableBytes
        let start = min(Int(clamping: range.lowerBound), length)
        let end = min(Int(clamping: range.upperBound), length)
        return bytes.getSlice(at: bytes.readerIndex + start, length: end - start) ?? ByteBuffer()
      }
    }
  }
}
