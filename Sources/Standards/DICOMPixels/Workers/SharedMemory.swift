import Glibc

/// A file of memory that both sides read and write. It is never mapped: whoever shortens it under the other one gives
/// that one an error, not a signal.
enum SharedMemory {
  static func read(_ descriptor: Int32, count: Int) throws(PixelError) -> [UInt8] {
    guard count <= FrameDescription.maximumLength else { throw PixelError(.imageTooLarge, "\(count) bytes") }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count, let base = buffer.baseAddress {
        let part = pread(descriptor, base + initialized, count - initialized, initialized)
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { break }
        initialized += part
      }
    }
    guard bytes.count == count else {
      throw PixelError(.workerFailed, "\(bytes.count) of \(count) bytes lay in shared memory")
    }
    return bytes
  }

  static func write(_ bytes: [UInt8], to descriptor: Int32) throws(PixelError) {
    let written = bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count, let base = buffer.baseAddress {
        let part = pwrite(descriptor, base + written, buffer.count - written, written)
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { break }
        written += part
      }
      return written
    }
    guard written == bytes.count else {
      throw PixelError(.workerFailed, "\(written) of \(bytes.count) bytes went into shared memory")
    }
  }
}
