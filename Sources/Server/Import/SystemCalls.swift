import Glibc
import NIOPosix

/// Runs calls that may wait for a disk on threads of their own, never on the cooperative pool.
enum Blocking {
  static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await NIOThreadPool.singleton.runIfActive(body)
  }
}

/// The last failed system call, in the system's words.
struct SystemError: Error, Equatable, CustomStringConvertible {
  var code: Int32

  init(code: Int32 = errno) {
    self.code = code
  }

  var description: String {
    var text = [CChar](repeating: 0, count: 256)
    // The XSI variant; a truncated text is still terminated.
    strerror_r(code, &text, text.count)
    return text.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The note that a failed open or stat amounts to.
  var reason: ImportNote.Reason {
    switch code {
    case ENOENT, ENOTDIR: .missing
    case ENXIO, ELOOP: .notAFile
    default: .unreadable(description)
    }
  }
}

/// What `stat` and `lstat` tell of a path.
struct FileStatus: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case file, folder, link, other
  }

  /// What tells one file from another on this machine.
  struct Identity: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
  }

  var kind: Kind
  var length: UInt64
  var identity: Identity

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    length = UInt64(clamping: status.st_size)
    identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// - Parameter following: whether a symbolic link stands for what it points to.
  init(path: String, following: Bool = true) throws(SystemError) {
    var status = stat()
    let answer = following ? stat(path, &status) : lstat(path, &status)
    guard answer == 0 else { throw SystemError() }
    self.init(status)
  }
}

/// The path without symbolic links, `.` and `..`.
func resolvedPath(_ path: String) throws(SystemError) -> String {
  guard let resolved = realpath(path, nil) else { throw SystemError() }
  defer { free(resolved) }
  return String(cString: resolved)
}
