#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file by its descriptor, which never changes and is closed with the object; the kernel orders concurrent calls.
final class PosixFile: File {
  /// Most pieces the system takes in one call (IOV_MAX).
  private static let maximumPieces = 1024

  let path: String
  let descriptor: Int32

  init(path: String, flags: Int32, mode: mode_t, operation: String) throws(FileError) {
    self.path = path
    var descriptor: Int32
    repeat {
      #if canImport(Glibc)
        descriptor = Glibc.open(path, flags | O_CLOEXEC, mode)
      #else
        descriptor = Darwin.open(path, flags | O_CLOEXEC, mode)
      #endif
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw systemError(operation, path) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  func length() throws(FileError) -> UInt64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError("stat", path) }
    return UInt64(max(0, status.st_size))
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
    guard let position = off_t(exactly: offset) else {
      throw FileError(.system(EINVAL), "read", path, detail: "offset \(offset)")
    }
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, position)
      if count >= 0 { return count }
      guard errno == EINTR else { throw systemError("read", path) }
    }
  }

  func write(_ pieces: [UnsafeRawBufferPointer], at offset: UInt64) throws(FileError) -> Int {
    guard let position = off_t(exactly: offset) else {
      throw FileError(.system(EINVAL), "write", path, detail: "offset \(offset)")
    }
    let count = min(pieces.count, PosixFile.maximumPieces)
    return try withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors throws(FileError) -> Int in
      for index in 0..<count {
        let piece = pieces[index]
        vectors.initializeElement(
          at: index, to: iovec(iov_base: UnsafeMutableRawPointer(mutating: piece.baseAddress), iov_len: piece.count))
      }
      while true {
        let written = pwritev(descriptor, vectors.baseAddress, Int32(count), position)
        if written > 0 { return written }
        if written == 0 { throw FileError(.system(EIO), "write", path, detail: "nothing was written") }
        guard errno == EINTR else { throw systemError("write", path) }
      }
    }
  }

  func sync() throws(FileError) {
    // Not repeated on EINTR or anything else: after a failed sync the kernel may have dropped the bytes.
    #if canImport(Glibc)
      guard fdatasync(descriptor) == 0 else { throw systemError("sync", path) }
    #else
      guard fcntl(descriptor, F_FULLFSYNC) == 0 else { throw systemError("sync", path) }
    #endif
  }

  func truncate(to length: UInt64) throws(FileError) {
    guard let position = off_t(exactly: length) else {
      throw FileError(.system(EINVAL), "truncate", path, detail: "length \(length)")
    }
    guard ftruncate(descriptor, position) == 0 else { throw systemError("truncate", path) }
  }

  /// For the note in a lock file.
  func firstLine() throws(FileError) -> String {
    let limit = 128
    return try withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) { buffer throws(FileError) -> String in
      let count = try readFully(into: buffer, at: 0)
      return String(decoding: buffer.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self)
    }
  }
}
