import Glibc
import NIOCore
import Synchronization

/// A regular file open for reading, without a position: any part may be read at any time.
final class OpenFile: Sendable {
  /// Bytes read at once: large enough that the thread change costs nothing, small enough to hold many.
  static let pieceLength = 256 * 1024

  let status: FileStatus
  fileprivate let descriptor: Int32

  /// Opens a file; a pipe or device is refused rather than waited for.
  init(path: String) throws(SystemError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw SystemError() }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let failure = SystemError()
      close(descriptor)
      throw failure
    }
    self.descriptor = descriptor
    self.status = FileStatus(status)
    guard self.status.kind == .file else {
      // The descriptor is closed by deinit, as every property has its value.
      throw SystemError(code: self.status.kind == .folder ? EISDIR : ENXIO)
    }
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit {
    close(descriptor)
  }

  /// Up to so many bytes from an offset; fewer only at the end of the file. Blocks.
  func read(at offset: UInt64, count: Int) throws(SystemError) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: count)
    while buffer.readableBytes < count {
      guard let position = off_t(exactly: offset &+ UInt64(buffer.readableBytes)) else { break }
      let wanted = count - buffer.readableBytes
      var failure: SystemError?
      let received = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
        while true {
          let received = pread(descriptor, space.baseAddress, wanted, position)
          if received >= 0 { return received }
          if errno != EINTR {
            failure = SystemError()
            return 0
          }
        }
      }
      if let failure { throw failure }
      if received == 0 { break }
    }
    return buffer
  }
}

extension OpenFile {
  /// Lends the descriptor, whose own position is nobody else's.
  func withDescriptor<Result>(_ body: (Int32) -> Result) -> Result {
    body(descriptor)
  }
}

/// The rest of a file, piece by piece, from an offset on.
final class FilePieces: PieceReader {
  private let file: OpenFile
  private let offset: Mutex<UInt64>

  init(_ file: OpenFile, from offset: UInt64) {
    self.file = file
    self.offset = Mutex(offset)
  }

  func nextPiece() async throws -> ByteBuffer? {
    let start = offset.withLock { $0 }
    guard start < file.status.length else { return nil }
    let file = file
    let piece = try await Blocking.run {
      do throws(SystemError) {
        return try file.read(at: start, count: OpenFile.pieceLength)
      } catch {
        throw ImportError(.unreadable(error.description))
      }
    }
    guard piece.readableBytes > 0 else { return nil }
    offset.withLock { $0 = start + UInt64(piece.readableBytes) }
    return piece
  }
}
