import Crypto
import Glibc
import NIOCore

/// A file being exported: written under a name that says so, and renamed when it is whole. Every call blocks.
final class ExportedFile: Sendable {
  private let path: String
  private let partPath: String
  private let descriptor: Int32

  init(path: String) throws(SystemError) {
    self.path = path
    partPath = path + ExportLayout.partSuffix
    let descriptor = open(partPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw SystemError() }
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  func append(_ buffer: ByteBuffer) throws(SystemError) {
    var rest = buffer.readableBytesView[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        throw SystemError()
      }
    }
  }

  /// Gives the file its name, or another one, once its bytes would survive a power cut.
  func keep(as other: String? = nil) throws(SystemError) {
    guard fdatasync(descriptor) == 0 else { throw SystemError() }
    guard rename(partPath, other ?? path) == 0 else { throw SystemError() }
  }

  func discard() {
    unlink(partPath)
  }

  /// Whether a whole file of this content is there already: of what is known of it, length and digest are compared; a
  /// file has its name only when it is whole.
  static func exists(_ path: String, length: UInt64?, digest: [UInt8]?) -> Bool {
    guard let file = try? OpenFile(path: path), file.status.length > 0 else { return false }
    if let length, file.status.length != length { return false }
    guard let digest else { return true }
    let length = file.status.length
    var hash = SHA256()
    var offset: UInt64 = 0
    while offset < length {
      guard let piece = try? file.read(at: offset, count: OpenFile.pieceLength), piece.readableBytes > 0 else {
        return false
      }
      piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
      offset += UInt64(piece.readableBytes)
    }
    return Array(hash.finalize()) == digest
  }

  /// Makes a folder and those around it that are missing.
  static func makeFolders(_ names: some Sequence<String>, in root: String) throws(SystemError) -> String {
    var path = root
    for name in names {
      path += "/\(name)"
      try makeFolder(path)
    }
    return path
  }

  static func makeFolder(_ path: String) throws(SystemError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw SystemError() }
  }
}
