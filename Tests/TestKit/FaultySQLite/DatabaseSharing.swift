import GRDBSQLite
import Synchronization

/// What the connections to one database share in one process: file locks, and the index of its log with its locks
/// (sqlite.org/walformat.html §2). Both are gone with the process.
final class DatabaseSharing: Sendable {
  private struct Slot: Sendable {
    var readers: Set<Int> = []
    var writer: Int?
  }

  private struct State {
    var connections = 0
    /// The lock of each connection that has one, as SQLite counts: SHARED 1, RESERVED 2, PENDING 3, EXCLUSIVE 4.
    var levels: [Int: Int32] = [:]
    var slots = [Slot](repeating: Slot(), count: Int(SQLITE_SHM_NLOCK))
    var regions: [UnsafeMutableRawPointer] = []
    var users: Set<Int> = []
  }

  private let state = Mutex(State())

  func connect() -> Int {
    state.withLock { state in
      state.connections += 1
      return state.connections
    }
  }

  /// A connection ends, orderly or not.
  func disconnect(_ connection: Int) {
    state.withLock { _ = $0.levels.removeValue(forKey: connection) }
    unmap(connection)
  }

  // MARK: File locks

  func lock(_ connection: Int, to level: Int32) -> Int32 {
    state.withLock { state in
      let own = state.levels[connection] ?? SQLITE_LOCK_NONE
      guard own < level else { return SQLITE_OK }
      let highest = state.levels.filter { $0.key != connection }.values.max() ?? SQLITE_LOCK_NONE
      switch level {
      case SQLITE_LOCK_SHARED:
        guard highest < SQLITE_LOCK_PENDING else { return SQLITE_BUSY }
      case SQLITE_LOCK_RESERVED:
        guard highest < SQLITE_LOCK_RESERVED else { return SQLITE_BUSY }
      default:
        guard highest < SQLITE_LOCK_RESERVED else { return SQLITE_BUSY }
        state.levels[connection] = SQLITE_LOCK_PENDING
        guard highest < SQLITE_LOCK_SHARED else { return SQLITE_BUSY }
      }
      state.levels[connection] = level
      return SQLITE_OK
    }
  }

  func unlock(_ connection: Int, to level: Int32) {
    state.withLock { $0.levels[connection] = level == SQLITE_LOCK_NONE ? nil : level }
  }

  func isReserved() -> Bool { state.withLock { $0.levels.values.contains { $0 >= SQLITE_LOCK_RESERVED } } }

  // MARK: The index of the log

  /// - Returns: the region; `nil` when it is not there and shall not be made.
  func map(_ connection: Int, region: Int, bytes: Int, extend: Bool) -> UInt? {
    state.withLock { state in
      state.users.insert(connection)
      guard region < state.regions.count || extend else { return nil }
      while state.regions.count <= region {
        let made = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
        made.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        state.regions.append(made)
      }
      return UInt(bitPattern: state.regions[region])
    }
  }

  func lockIndex(_ connection: Int, _ range: Range<Int>, flags: Int32) -> Int32 {
    state.withLock { state in
      if flags & SQLITE_SHM_UNLOCK != 0 {
        for slot in range {
          state.slots[slot].readers.remove(connection)
          if state.slots[slot].writer == connection { state.slots[slot].writer = nil }
        }
        return SQLITE_OK
      }
      let isExclusive = flags & SQLITE_SHM_EXCLUSIVE != 0
      for slot in state.slots[range] {
        if let writer = slot.writer, writer != connection { return SQLITE_BUSY }
        if isExclusive, !slot.readers.subtracting([connection]).isEmpty { return SQLITE_BUSY }
      }
      for slot in range {
        if isExclusive {
          state.slots[slot].writer = connection
        } else {
          state.slots[slot].readers.insert(connection)
        }
      }
      return SQLITE_OK
    }
  }

  /// What one thread wrote before, another sees after.
  func barrier() { state.withLock { _ in } }

  func unmap(_ connection: Int) {
    state.withLock { state in
      for slot in state.slots.indices {
        state.slots[slot].readers.remove(connection)
        if state.slots[slot].writer == connection { state.slots[slot].writer = nil }
      }
      guard state.users.remove(connection) != nil, state.users.isEmpty else { return }
      for region in state.regions { region.deallocate() }
      state.regions = []
    }
  }
}
