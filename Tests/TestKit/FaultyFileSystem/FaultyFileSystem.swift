public import EmbeddedStore
import Synchronization

/// A file system in memory that fails as real ones do, from a seed: torn writes, failed syncs, a full disk, transfers
/// cut short, and power that goes between any two calls.
///
/// It promises no more than POSIX does: bytes are durable after `sync` of their file, names after `syncDirectory` of
/// their folder. After a crash, whatever was not synced is there in part: some sectors of some writes, some first part
/// of the changes of names. A file that was synced and whose name was not is gone.
public final class FaultyFileSystem: FileSystem {
  /// What goes wrong, counted from the moment it is set.
  public struct Faults: Sendable {
    /// The n-th write (1 is the next) writes a part of its bytes and fails.
    public var failingWrite: Int?
    /// The n-th sync of a file or folder fails, and what it should have brought to the disk may never get there.
    public var failingSync: Int?
    /// Bytes that all files together may have.
    public var capacity: Int?
    /// After so many changes of any kind the power is gone: every later call fails.
    public var powerFailsAfter: Int?
    /// Files with this in their path cannot be read.
    public var unreadable: String?
    /// Reads and writes now and then stop early, as they may.
    public var cutsTransfersShort = false

    public init() {}
  }

  private let state: Mutex<DiskState>

  public init(seed: UInt64) { state = Mutex(DiskState(seed: seed)) }

  private init(_ disk: consuming DiskState) { state = Mutex(disk) }

  public var faults: Faults {
    get { state.withLock { $0.faults } }
    set { state.withLock { $0.faults = newValue } }
  }

  /// How many syncs of files and folders there were.
  public var syncCount: Int { state.withLock { $0.syncCount } }
  /// How many bytes were read.
  public var bytesRead: Int { state.withLock { $0.bytesRead } }
  /// How many writes there were.
  public var writeCount: Int { state.withLock { $0.writeCount } }

  /// The disk as it is found when the power is back. Files opened before belong to the old one.
  public func afterCrash() -> FaultyFileSystem {
    FaultyFileSystem(state.withLock { $0.afterCrash() })
  }

  /// The process that had locks has ended; its objects may linger.
  public func endProcess() { state.withLock { $0.locks = [:] } }

  /// Whether calls can succeed: no power has been lost.
  public var hasPower: Bool { (faults.powerFailsAfter ?? 1) > 0 }

  /// Bytes that all files together have.
  public var bytes: Int { state.withLock { $0.bytes } }

  /// Everything in a file, as a program sees it now.
  public func contents(of path: String) -> [UInt8]? { state.withLock { $0.contents(of: path) } }

  /// Puts a file there, durably, as if it had always been.
  public func place(_ bytes: [UInt8], at path: String) { state.withLock { $0.place(bytes, at: path) } }

  /// Paths of all files.
  public var paths: [String] { state.withLock { $0.names.keys.sorted() } }

  public func open(_ path: String, writable: Bool) throws(FileError) -> any File {
    FaultyFile(path, try state.withLock { disk throws(FileError) in try disk.open(path) }, in: self)
  }

  public func create(_ path: String) throws(FileError) -> any File {
    FaultyFile(path, try state.withLock { disk throws(FileError) in try disk.create(path) }, in: self)
  }

  public func list(_ directory: String) throws(FileError) -> [DirectoryEntry] {
    try state.withLock { disk throws(FileError) in try disk.list(directory) }
  }

  public func createDirectory(_ path: String) throws(FileError) {
    try state.withLock { disk throws(FileError) in try disk.createDirectory(path) }
  }

  public func rename(_ path: String, to other: String) throws(FileError) {
    try state.withLock { disk throws(FileError) in try disk.rename(path, to: other) }
  }

  public func remove(_ path: String) throws(FileError) {
    try state.withLock { disk throws(FileError) in try disk.remove(path) }
  }

  public func syncDirectory(_ path: String) throws(FileError) {
    try state.withLock { disk throws(FileError) in try disk.syncDirectory(path) }
  }

  public func lock(_ path: String, note: String) throws(FileError) -> any FileLock {
    let token = try state.withLock { disk throws(FileError) in try disk.lock(path, note: note) }
    return FaultyLock { [weak self] in self?.state.withLock { $0.unlock(path, token) } }
  }

  fileprivate func withDisk<Value>(
    _ body: (inout DiskState) throws(FileError) -> sending Value
  ) throws(FileError) -> sending Value {
    try state.withLock { disk throws(FileError) in try body(&disk) }
  }
}

private final class FaultyLock: FileLock {
  private let release: @Sendable () -> Void
  init(_ release: @escaping @Sendable () -> Void) { self.release = release }
  deinit { release() }
}

private final class FaultyFile: File {
  let path: String
  private let inode: Int
  private let system: FaultyFileSystem

  init(_ path: String, _ inode: Int, in system: FaultyFileSystem) {
    self.path = path
    self.inode = inode
    self.system = system
  }

  func length() throws(FileError) -> UInt64 {
    try system.withDisk { disk throws(FileError) in try disk.length(inode, path) }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
    let limit = buffer.count
    let bytes = try system.withDisk { disk throws(FileError) in try disk.read(inode, path, at: offset, limit: limit) }
    buffer.copyBytes(from: bytes)
    return bytes.count
  }

  func write(_ pieces: [UnsafeRawBufferPointer], at offset: UInt64) throws(FileError) -> Int {
    var bytes: [UInt8] = []
    for piece in pieces { bytes.append(contentsOf: piece) }
    let all = bytes
    return try system.withDisk { disk throws(FileError) in try disk.write(inode, path, all, at: offset) }
  }

  func sync() throws(FileError) {
    try system.withDisk { disk throws(FileError) in try disk.sync(inode, path) }
  }

  func truncate(to length: UInt64) throws(FileError) {
    try system.withDisk { disk throws(FileError) in try disk.truncate(inode, path, to: length) }
  }
}
