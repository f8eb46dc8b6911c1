import GRDBSQLite
import Synchronization

/// Puts SQLite on a `FaultyFileSystem`: the catalog then shares disk, faults and the loss of power with the containers.
///
/// A virtual file system (sqlite.org/vfs.html) is SQLite's default while tests run. It takes paths below a mounted root
/// and leaves all others to the system's own. What the system's does for durability it does alike: the name of a new
/// journal or log is synced with that file's first sync, a removed journal's when SQLite asks for it.
public enum FaultySQLite {
  private struct Mounts: Sendable {
    var byRoot: [String: MountedDisk] = [:]
    var count = 0
    var isRegistered = false
  }

  private static let mounts = Mutex(Mounts())
  private static let prefix = "/faulty-disk-"

  /// Gives a disk a root that neither the machine nor another test has.
  public static func mount(_ disk: FaultyFileSystem) throws -> String {
    let root = try mounts.withLock { mounts in
      if !mounts.isRegistered {
        try register()
        mounts.isRegistered = true
      }
      mounts.count += 1
      return "\(prefix)\(mounts.count)"
    }
    remount(disk, at: root)
    return root
  }

  /// Puts another disk at the root: the same one after a crash. What is open stays with the one it was opened on.
  public static func remount(_ disk: FaultyFileSystem, at root: String) {
    mounts.withLock { $0.byRoot[root] = MountedDisk(disk) }
  }

  public static func unmount(_ root: String) {
    mounts.withLock { $0.byRoot[root] = nil }
  }

  /// Whether a path is ours, and the disk it is on.
  static func place(of path: String) -> (isOurs: Bool, disk: MountedDisk?) {
    guard path.hasPrefix(prefix) else { return (false, nil) }
    let root = path.dropFirst().prefix { $0 != "/" }
    return (true, mounts.withLock { $0.byRoot["/\(root)"] })
  }

  public struct NotRegistered: Error {}

  /// Registers for good: SQLite keeps the pointers.
  private static func register() throws {
    guard let system = sqlite3_vfs_find(nil) else { throw NotRegistered() }
    let ours = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    ours.initialize(to: FaultyVFS.make(over: system))
    guard sqlite3_vfs_register(ours, 1) == SQLITE_OK else { throw NotRegistered() }
  }
}

/// A disk with what the connections of one process share beside the bytes.
final class MountedDisk: Sendable {
  let files: FaultyFileSystem
  /// By path of the database.
  private let shared = Mutex<[String: DatabaseSharing]>([:])

  init(_ files: FaultyFileSystem) { self.files = files }

  func sharing(of path: String) -> DatabaseSharing {
    shared.withLock { shared in
      if let known = shared[path] { return known }
      let made = DatabaseSharing()
      shared[path] = made
      return made
    }
  }
}
