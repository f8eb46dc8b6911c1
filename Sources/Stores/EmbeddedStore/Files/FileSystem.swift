/// The little of a file system that the store needs, so that tests can have one which fails.
///
/// All calls block: they are made on a `FileExecutor`, never on Swift's own threads. Nothing is durable before `sync`
/// of the file and, for a name that was made, changed or removed, `syncDirectory` of the folder it stands in.
public protocol FileSystem: Sendable {
  /// Opens a file that is there.
  func open(_ path: String, writable: Bool) throws(FileError) -> any File

  /// Makes a file that is not there yet.
  func create(_ path: String) throws(FileError) -> any File

  /// Names of the files and folders in a folder, in no order.
  func list(_ directory: String) throws(FileError) -> [DirectoryEntry]

  /// Makes a folder; its parent is there. Nothing happens when it is there already.
  func createDirectory(_ path: String) throws(FileError)

  /// Gives a file another name, in one step, replacing what has that name.
  func rename(_ path: String, to other: String) throws(FileError)

  /// Removes a file. What has it open can go on reading.
  func remove(_ path: String) throws(FileError)

  /// Brings the names in a folder to stable storage.
  func syncDirectory(_ path: String) throws(FileError)

  /// Takes the lock that a file stands for, until the returned object goes.
  ///
  /// - Throws: `FileError` `.locked` when another process has it; the detail is what that one wrote into the file.
  func lock(_ path: String, note: String) throws(FileError) -> any FileLock
}

/// A name in a folder.
public struct DirectoryEntry: Hashable, Sendable {
  public var name: String
  /// Length, for a file.
  public var bytes: UInt64
  public var isDirectory: Bool

  public init(name: String, bytes: UInt64, isDirectory: Bool) {
    self.name = name
    self.bytes = bytes
    self.isDirectory = isDirectory
  }
}

/// An open file; closed when nothing refers to it any more.
public protocol File: AnyObject, Sendable {
  var path: String { get }

  func length() throws(FileError) -> UInt64

  /// Fills the buffer from an offset.
  ///
  /// - Returns: how many bytes were read, possibly fewer than asked for; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int

  /// Writes the pieces one behind the other.
  ///
  /// - Returns: how many bytes were written, at least one, possibly fewer than given.
  func write(_ pieces: [UnsafeRawBufferPointer], at offset: UInt64) throws(FileError) -> Int

  /// Brings bytes and length to stable storage.
  func sync() throws(FileError)

  func truncate(to length: UInt64) throws(FileError)
}

/// A lock that is held as long as this is.
public protocol FileLock: AnyObject, Sendable {}

extension File {
  /// Reads until the buffer is full or the file ends.
  func readFully(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = try read(into: rest, at: offset + UInt64(done))
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all of the pieces.
  func writeFully(_ pieces: [UnsafeRawBufferPointer], at offset: UInt64) throws(FileError) {
    var pieces = pieces
    var offset = offset
    while true {
      pieces.removeAll { $0.isEmpty }
      if pieces.isEmpty { return }
      var written = try write(pieces, at: offset)
      offset += UInt64(written)
      for (index, piece) in pieces.enumerated() {
        let taken = min(written, piece.count)
        pieces[index] = UnsafeRawBufferPointer(rebasing: piece[taken...])
        written -= taken
        if written == 0 { break }
      }
    }
  }
}
