#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The machine's file system.
public struct PosixFileSystem: FileSystem {
  /// Readable for the owner and the group: a backup runs as the group.
  private static let fileMode: mode_t = 0o640
  private static let directoryMode: mode_t = 0o750

  public init() {}

  public func open(_ path: String, writable: Bool) throws(FileError) -> any File {
    try PosixFile(path: path, flags: writable ? O_RDWR : O_RDONLY, mode: 0, operation: "open")
  }

  public func create(_ path: String) throws(FileError) -> any File {
    try PosixFile(path: path, flags: O_RDWR | O_CREAT | O_EXCL, mode: PosixFileSystem.fileMode, operation: "create")
  }

  public func list(_ directory: String) throws(FileError) -> [DirectoryEntry] {
    guard let stream = opendir(directory) else { throw systemError("list", directory) }
    defer { closedir(stream) }
    var entries: [DirectoryEntry] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw systemError("list", directory) }
        return entries
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      var status = stat()
      guard fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        // Removed since it was listed.
        if errno == ENOENT { continue }
        throw systemError("list", "\(directory)/\(name)")
      }
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      entries.append(DirectoryEntry(name: name, bytes: UInt64(max(0, status.st_size)), isDirectory: isDirectory))
    }
  }

  public func createDirectory(_ path: String) throws(FileError) {
    guard mkdir(path, PosixFileSystem.directoryMode) == 0 || errno == EEXIST else {
      throw systemError("create folder", path)
    }
  }

  public func rename(_ path: String, to other: String) throws(FileError) {
    #if canImport(Glibc)
      let result = Glibc.rename(path, other)
    #else
      let result = Darwin.rename(path, other)
    #endif
    guard result == 0 else { throw systemError("rename", path) }
  }

  public func remove(_ path: String) throws(FileError) {
    guard unlink(path) == 0 else { throw systemError("remove", path) }
  }

  public func syncDirectory(_ path: String) throws(FileError) {
    let directory = try PosixFile(path: path, flags: O_RDONLY | O_DIRECTORY, mode: 0, operation: "sync folder")
    guard fsync(directory.descriptor) == 0 else { throw systemError("sync folder", path) }
  }

  public func lock(_ path: String, note: String) throws(FileError) -> any FileLock {
    let file = try PosixFile(
      path: path, flags: O_RDWR | O_CREAT, mode: PosixFileSystem.fileMode, operation: "lock")
    guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw systemError("lock", path) }
      throw FileError(.locked, "lock", path, detail: (try? file.firstLine()) ?? "")
    }
    try file.truncate(to: 0)
    var note = note + "\n"
    let failure: FileError? = note.withUTF8 { bytes in
      do throws(FileError) {
        try file.writeFully([UnsafeRawBufferPointer(bytes)], at: 0)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
    return PosixLock(file)
  }
}

/// What the system said about the call just made.
func systemError(_ operation: String, _ path: String) -> FileError {
  let number = errno
  let code: FileError.Code =
    switch number {
    case ENOENT: .notFound
    case EEXIST: .alreadyThere
    case ENOSPC, EDQUOT, EFBIG: .outOfSpace
    default: .system(number)
    }
  return FileError(code, operation, path, detail: String(cString: strerror(number)))
}

/// A lock by flock(2): the kernel gives it back when the process ends, however it ends.
private final class PosixLock: FileLock {
  private let file: PosixFile
  init(_ file: PosixFile) { self.file = file }
}
