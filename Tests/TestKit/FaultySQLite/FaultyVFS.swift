import EmbeddedStore
import Foundation
import GRDBSQLite

/// The calls that SQLite makes by path: ours for a mounted disk, the system's for everything else.
enum FaultyVFS {
  /// Longest path that SQLite may ask for.
  private static let longestPath: Int32 = 512

  static func make(over system: UnsafeMutablePointer<sqlite3_vfs>) -> sqlite3_vfs {
    var vfs = sqlite3_vfs()
    vfs.iVersion = 1
    vfs.szOsFile = max(system.pointee.szOsFile, Int32(MemoryLayout<FaultyHandle>.size))
    vfs.mxPathname = max(system.pointee.mxPathname, longestPath)
    vfs.zName = UnsafePointer(strdup("faulty"))
    vfs.pAppData = UnsafeMutableRawPointer(system)
    vfs.xOpen = { vfs, name, file, flags, taken in
      guard let file else { return SQLITE_CANTOPEN }
      guard let name, case let place = FaultySQLite.place(of: String(cString: name)), place.isOurs else {
        return FaultyVFS.system(vfs) { $0.pointee.xOpen($0, name, file, flags, taken) }
      }
      file.pointee.pMethods = nil
      return FaultyDatabaseFile.open(String(cString: name), on: place.disk, flags: flags, into: file, taken: taken)
    }
    vfs.xDelete = { vfs, name, syncsDirectory in
      guard let name, case let place = FaultySQLite.place(of: String(cString: name)), place.isOurs else {
        return FaultyVFS.system(vfs) { $0.pointee.xDelete($0, name, syncsDirectory) }
      }
      return FaultyVFS.remove(String(cString: name), from: place.disk, syncsDirectory: syncsDirectory != 0)
    }
    vfs.xAccess = { vfs, name, flags, answer in
      guard let name, case let place = FaultySQLite.place(of: String(cString: name)), place.isOurs else {
        return FaultyVFS.system(vfs) { $0.pointee.xAccess($0, name, flags, answer) }
      }
      return FaultyVFS.look(for: String(cString: name), on: place.disk, answer)
    }
    vfs.xFullPathname = { vfs, name, size, path in
      guard let name, let path, FaultySQLite.place(of: String(cString: name)).isOurs else {
        return FaultyVFS.system(vfs) { $0.pointee.xFullPathname($0, name, size, path) }
      }
      guard strlen(name) < Int(size) else { return SQLITE_CANTOPEN }
      path.update(from: name, count: strlen(name) + 1)
      return SQLITE_OK
    }
    vfs.xRandomness = { vfs, count, bytes in FaultyVFS.system(vfs) { $0.pointee.xRandomness($0, count, bytes) } }
    vfs.xSleep = { vfs, microseconds in FaultyVFS.system(vfs) { $0.pointee.xSleep($0, microseconds) } }
    vfs.xCurrentTime = { vfs, day in FaultyVFS.system(vfs) { $0.pointee.xCurrentTime($0, day) } }
    vfs.xGetLastError = { _, _, _ in 0 }
    return vfs
  }

  private static func system(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ call: (UnsafeMutablePointer<sqlite3_vfs>) -> Int32
  ) -> Int32 {
    guard let system = vfs?.pointee.pAppData?.assumingMemoryBound(to: sqlite3_vfs.self) else { return SQLITE_ERROR }
    return call(system)
  }

  private static func remove(_ path: String, from disk: MountedDisk?, syncsDirectory: Bool) -> Int32 {
    guard let files = disk?.files else { return SQLiteFailure.delete }
    do throws(FileError) {
      try files.remove(path)
    } catch {
      return error.code == .notFound ? SQLiteFailure.nothingToDelete : SQLiteFailure.delete
    }
    guard syncsDirectory else { return SQLITE_OK }
    return (try? files.syncDirectory(folder(of: path))) == nil ? SQLiteFailure.syncDirectory : SQLITE_OK
  }

  /// Is there a file with something in it?
  private static func look(
    for path: String, on disk: MountedDisk?, _ answer: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    guard let files = disk?.files else { return SQLiteFailure.access }
    do throws(FileError) {
      answer?.pointee = try files.open(path, writable: false).length() > 0 ? 1 : 0
    } catch {
      guard error.code == .notFound else { return SQLiteFailure.access }
      answer?.pointee = 0
    }
    return SQLITE_OK
  }
}
