import EmbeddedStore
import GRDBSQLite

/// What SQLite allocates for an open file: its own part, and ours behind it.
struct FaultyHandle {
  var base: sqlite3_file
  var file: Unmanaged<FaultyDatabaseFile>?
}

/// A database, log or journal that SQLite has open on a faulty disk.
final class FaultyDatabaseFile {
  private let file: any File
  private let disk: MountedDisk
  private let sharing: DatabaseSharing
  private let connection: Int
  /// The name is new, and durable only when the folder is synced.
  private var hasNewName: Bool

  private init(_ file: any File, on disk: MountedDisk, hasNewName: Bool) {
    self.file = file
    self.disk = disk
    self.hasNewName = hasNewName
    sharing = disk.sharing(of: file.path)
    connection = sharing.connect()
  }

  static func open(
    _ path: String, on disk: MountedDisk?, flags: Int32, into handle: UnsafeMutablePointer<sqlite3_file>,
    taken: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    guard let disk else { return SQLITE_CANTOPEN }
    var isNew = false
    let opened: any File
    do throws(FileError) {
      do throws(FileError) {
        opened = try disk.files.open(path, writable: true)
      } catch {
        guard error.code == .notFound, flags & SQLITE_OPEN_CREATE != 0 else { throw error }
        opened = try disk.files.create(path)
        isNew = true
      }
    } catch {
      return SQLITE_CANTOPEN
    }
    // As `unixOpen` has it: the system's SQLite syncs the folder for logs and journals, not for the database.
    let isJournal = flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL) != 0
    let object = FaultyDatabaseFile(opened, on: disk, hasNewName: isNew && isJournal)
    UnsafeMutableRawPointer(handle).withMemoryRebound(to: FaultyHandle.self, capacity: 1) {
      $0.pointee.base.pMethods = methods
      $0.pointee.file = Unmanaged.passRetained(object)
    }
    taken?.pointee = flags
    return SQLITE_OK
  }

  // MARK: What SQLite calls

  private static func of(_ handle: UnsafeMutablePointer<sqlite3_file>?) -> FaultyDatabaseFile? {
    guard let handle else { return nil }
    return UnsafeMutableRawPointer(handle).assumingMemoryBound(to: FaultyHandle.self).pointee.file?
      .takeUnretainedValue()
  }

  /// Made once and never freed. Nobody changes it: that is why it may be shared.
  nonisolated(unsafe) private static let methods: UnsafePointer<sqlite3_io_methods> = {
    var methods = sqlite3_io_methods()
    methods.iVersion = 2
    methods.xClose = { handle in
      guard let handle else { return SQLITE_OK }
      let whole = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: FaultyHandle.self)
      if let file = whole.pointee.file {
        let object = file.takeUnretainedValue()
        object.sharing.disconnect(object.connection)
        whole.pointee.file = nil
        file.release()
      }
      return SQLITE_OK
    }
    methods.xRead = { FaultyDatabaseFile.of($0)?.read(into: $1, count: $2, at: $3) ?? SQLiteFailure.read }
    methods.xWrite = { FaultyDatabaseFile.of($0)?.write($1, count: $2, at: $3) ?? SQLiteFailure.write }
    methods.xTruncate = { FaultyDatabaseFile.of($0)?.truncate(to: $1) ?? SQLiteFailure.truncate }
    methods.xSync = { handle, _ in FaultyDatabaseFile.of(handle)?.sync() ?? SQLiteFailure.sync }
    methods.xFileSize = { handle, size in
      guard let length = try? FaultyDatabaseFile.of(handle)?.file.length() else { return SQLiteFailure.size }
      size?.pointee = Int64(length)
      return SQLITE_OK
    }
    methods.xLock = { handle, level in
      FaultyDatabaseFile.of(handle).map { $0.sharing.lock($0.connection, to: level) } ?? SQLiteFailure.lock
    }
    methods.xUnlock = { handle, level in
      FaultyDatabaseFile.of(handle).map { $0.sharing.unlock($0.connection, to: level) }
      return SQLITE_OK
    }
    methods.xCheckReservedLock = { handle, answer in
      answer?.pointee = FaultyDatabaseFile.of(handle)?.sharing.isReserved() == true ? 1 : 0
      return SQLITE_OK
    }
    methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
    methods.xSectorSize = { _ in 4096 }
    // What the system's SQLite believes of Linux: what is not written is not changed, even when the power fails.
    methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    methods.xShmMap = { handle, region, bytes, extend, place in
      guard let file = FaultyDatabaseFile.of(handle) else { return SQLiteFailure.mapIndex }
      let address = file.sharing.map(file.connection, region: Int(region), bytes: Int(bytes), extend: extend != 0)
      place?.pointee = address.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
      return SQLITE_OK
    }
    methods.xShmLock = { handle, offset, count, flags in
      FaultyDatabaseFile.of(handle).map {
        $0.sharing.lockIndex($0.connection, Int(offset)..<Int(offset + count), flags: flags)
      } ?? SQLiteFailure.lockIndex
    }
    methods.xShmBarrier = { FaultyDatabaseFile.of($0)?.sharing.barrier() }
    methods.xShmUnmap = { handle, _ in
      FaultyDatabaseFile.of(handle).map { $0.sharing.unmap($0.connection) }
      return SQLITE_OK
    }
    let place = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    place.initialize(to: methods)
    return UnsafePointer(place)
  }()

  /// Reads on where a transfer stopped short, as SQLite's own does; zeros beyond the end.
  private func read(into bytes: UnsafeMutableRawPointer?, count: Int32, at offset: Int64) -> Int32 {
    let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: Int(count))
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      guard let read = try? file.read(into: rest, at: UInt64(offset) + UInt64(done)) else { return SQLiteFailure.read }
      guard read > 0 else {
        rest.initializeMemory(as: UInt8.self, repeating: 0)
        return SQLiteFailure.shortRead
      }
      done += read
    }
    return SQLITE_OK
  }

  private func write(_ bytes: UnsafeRawPointer?, count: Int32, at offset: Int64) -> Int32 {
    let buffer = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    var done = 0
    while done < buffer.count {
      do throws(FileError) {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
        done += try file.write([rest], at: UInt64(offset) + UInt64(done))
      } catch {
        return error.code == .outOfSpace ? SQLITE_FULL : SQLiteFailure.write
      }
    }
    return SQLITE_OK
  }

  private func truncate(to length: Int64) -> Int32 {
    (try? file.truncate(to: UInt64(length))) == nil ? SQLiteFailure.truncate : SQLITE_OK
  }

  private func sync() -> Int32 {
    guard (try? file.sync()) != nil else { return SQLiteFailure.sync }
    if hasNewName {
      hasNewName = false
      // SQLite takes no notice of a folder that cannot be synced.
      try? disk.files.syncDirectory(folder(of: file.path))
    }
    return SQLITE_OK
  }
}
