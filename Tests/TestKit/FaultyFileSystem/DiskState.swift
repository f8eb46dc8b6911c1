import EmbeddedStore

/// What a simulated disk holds: files as programs see them, files as they would be found after a crash, and the changes
/// that lie between.
struct DiskState: Sendable {
  /// A disk writes sectors whole or not at all.
  static let sectorLength = 512
  /// Input/output error.
  static let inputOutputError: Int32 = 5

  private enum Change: Sendable {
    case write(offset: Int, bytes: [UInt8])
    case truncate(Int)
  }

  private struct Inode: Sendable {
    var visible: [UInt8] = []
    var durable: [UInt8] = []
    var unsynced: [Change] = []
  }

  private enum NameChange: Sendable {
    case link(String, Int)
    case unlink(String)
    case rename(String, String, Int)

    func touches(_ directory: String) -> Bool {
      switch self {
      case .link(let path, _), .unlink(let path): folder(of: path) == directory
      case .rename(let from, let to, _): folder(of: from) == directory || folder(of: to) == directory
      }
    }

    func apply(to names: inout [String: Int]) {
      switch self {
      case .link(let path, let inode): names[path] = inode
      case .unlink(let path): names[path] = nil
      case .rename(let from, let to, let inode):
        names[from] = nil
        names[to] = inode
      }
    }
  }

  var faults = FaultyFileSystem.Faults()
  /// By path: which taking of the lock, and the note of who took it.
  var locks: [String: (token: Int, note: String)] = [:]
  private(set) var names: [String: Int] = [:]
  private(set) var syncCount = 0
  private(set) var writeCount = 0
  private(set) var bytesRead = 0
  private var inodes: [Int: Inode] = [:]
  private var durableNames: [String: Int] = [:]
  private var unsyncedNames: [NameChange] = []
  private var directories: Set<String> = []
  private var nextInode = 1
  private var lockCount = 0
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  // MARK: Names

  mutating func open(_ path: String) throws(FileError) -> Int {
    try requirePower("open", path)
    guard let inode = names[path] else { throw FileError(.notFound, "open", path) }
    return inode
  }

  mutating func create(_ path: String) throws(FileError) -> Int {
    try change("create", path)
    guard names[path] == nil else { throw FileError(.alreadyThere, "create", path) }
    guard directories.contains(folder(of: path)) else { throw FileError(.notFound, "create", path) }
    let inode = nextInode
    nextInode += 1
    inodes[inode] = Inode()
    record(.link(path, inode))
    return inode
  }

  func list(_ directory: String) throws(FileError) -> [DirectoryEntry] {
    try requirePower("list", directory)
    guard directories.contains(directory) else { throw FileError(.notFound, "list", directory) }
    let files = names.filter { folder(of: $0.key) == directory }.map { path, inode in
      DirectoryEntry(
        name: lastName(of: path), bytes: UInt64(inodes[inode]?.visible.count ?? 0), isDirectory: false)
    }
    let folders = directories.filter { folder(of: $0) == directory }.map {
      DirectoryEntry(name: lastName(of: $0), bytes: 0, isDirectory: true)
    }
    return (files + folders).sorted { $0.name < $1.name }
  }

  /// Folders are durable at once: the store makes its few ones when it is set up.
  mutating func createDirectory(_ path: String) throws(FileError) {
    try requirePower("create folder", path)
    directories.insert(path)
  }

  mutating func rename(_ path: String, to other: String) throws(FileError) {
    try change("rename", path)
    guard let inode = names[path] else { throw FileError(.notFound, "rename", path) }
    record(.rename(path, other, inode))
  }

  mutating func remove(_ path: String) throws(FileError) {
    try change("remove", path)
    guard names[path] != nil else { throw FileError(.notFound, "remove", path) }
    record(.unlink(path))
  }

  mutating func syncDirectory(_ path: String) throws(FileError) {
    try change("sync folder", path)
    if syncFails() { throw FileError(.system(DiskState.inputOutputError), "sync folder", path) }
    for change in unsyncedNames where change.touches(path) { change.apply(to: &durableNames) }
    unsyncedNames.removeAll { $0.touches(path) }
  }

  mutating func lock(_ path: String, note: String) throws(FileError) -> Int {
    try requirePower("lock", path)
    if let holder = locks[path] { throw FileError(.locked, "lock", path, detail: holder.note) }
    lockCount += 1
    locks[path] = (lockCount, note)
    return lockCount
  }

  mutating func unlock(_ path: String, _ token: Int) {
    if locks[path]?.token == token { locks[path] = nil }
  }

  private mutating func record(_ change: NameChange) {
    change.apply(to: &names)
    unsyncedNames.append(change)
  }

  // MARK: Bytes

  func length(_ inode: Int, _ path: String) throws(FileError) -> UInt64 {
    try requirePower("stat", path)
    return UInt64(inodes[inode]?.visible.count ?? 0)
  }

  mutating func read(_ inode: Int, _ path: String, at offset: UInt64, limit: Int) throws(FileError) -> [UInt8] {
    try requirePower("read", path)
    if let part = faults.unreadable, path.contains(part) {
      throw FileError(.system(DiskState.inputOutputError), "read", path)
    }
    guard let visible = inodes[inode]?.visible, let start = Int(exactly: offset), start < visible.count, limit > 0
    else { return [] }
    var end = start + min(limit, visible.count - start)
    if faults.cutsTransfersShort, generator.oneIn(4) { end = Int.random(in: start + 1...end, using: &generator) }
    bytesRead += end - start
    return Array(visible[start..<end])
  }

  mutating func write(_ inode: Int, _ path: String, _ bytes: [UInt8], at offset: UInt64) throws(FileError) -> Int {
    try change("write", path)
    writeCount += 1
    guard let start = Int(exactly: offset), !bytes.isEmpty else {
      throw FileError(.system(DiskState.inputOutputError), "write", path)
    }
    var count = bytes.count
    var failure: FileError?
    if let remaining = faults.failingWrite {
      faults.failingWrite = remaining > 1 ? remaining - 1 : nil
      if remaining == 1 {
        count = Int.random(in: 0..<count, using: &generator)
        failure = FileError(.system(DiskState.inputOutputError), "write", path)
      }
    }
    if let capacity = faults.capacity {
      let others = inodes.reduce(0) { $0 + ($1.key == inode ? 0 : $1.value.visible.count) }
      let room = max(0, capacity - others - start)
      if room < count {
        count = room
        if count == 0 { failure = FileError(.outOfSpace, "write", path) }
      }
    }
    if failure == nil, faults.cutsTransfersShort, count > 1, generator.oneIn(4) {
      count = Int.random(in: 1..<count, using: &generator)
    }
    let written = Array(bytes.prefix(count))
    DiskState.write(written, at: start, to: &inodes[inode, default: Inode()].visible)
    if !written.isEmpty { inodes[inode]?.unsynced.append(.write(offset: start, bytes: written)) }
    if let failure { throw failure }
    return count
  }

  mutating func sync(_ inode: Int, _ path: String) throws(FileError) {
    try change("sync", path)
    let fails = syncFails()
    guard var file = inodes[inode] else { return }
    if fails {
      // As kernels do it: what could not be written counts as clean from now on.
      file.durable = partly(file.unsynced, on: file.durable)
      file.unsynced = []
      inodes[inode] = file
      throw FileError(.system(DiskState.inputOutputError), "sync", path)
    }
    for change in file.unsynced { DiskState.apply(change, to: &file.durable) }
    file.unsynced = []
    inodes[inode] = file
  }

  mutating func truncate(_ inode: Int, _ path: String, to length: UInt64) throws(FileError) {
    try change("truncate", path)
    let change = Change.truncate(Int(length))
    DiskState.apply(change, to: &inodes[inode, default: Inode()].visible)
    inodes[inode]?.unsynced.append(change)
  }

  var bytes: Int { inodes.values.reduce(0) { $0 + $1.visible.count } }

  func contents(of path: String) -> [UInt8]? { names[path].flatMap { inodes[$0]?.visible } }

  mutating func place(_ bytes: [UInt8], at path: String) {
    inodes[nextInode] = Inode(visible: bytes, durable: bytes)
    names[path] = nextInode
    durableNames[path] = nextInode
    nextInode += 1
  }

  // MARK: Crashes

  mutating func afterCrash() -> DiskState {
    var disk = DiskState(seed: generator.next())
    disk.directories = directories
    var found = durableNames
    let kept = Int.random(in: 0...unsyncedNames.count, using: &generator)
    for change in unsyncedNames.prefix(kept) { change.apply(to: &found) }
    // In the order of the names, so that a seed gives the same crash again.
    for path in found.keys.sorted() {
      guard let number = found[path], let inode = inodes[number] else { continue }
      disk.place(partly(inode.unsynced, on: inode.durable), at: path)
    }
    return disk
  }

  /// What is there when only some sectors of some changes reached the disk.
  private mutating func partly(_ changes: [Change], on bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let chance = [0, 50, 90, 100].randomElement(using: &generator) ?? 50
    for change in changes {
      switch change {
      case .truncate:
        if Int.random(in: 0..<100, using: &generator) < chance { DiskState.apply(change, to: &bytes) }
      case .write(let offset, let written):
        var position = 0
        while position < written.count {
          let boundary = DiskState.sectorLength - (offset + position) % DiskState.sectorLength
          let count = min(boundary, written.count - position)
          if Int.random(in: 0..<100, using: &generator) < chance {
            DiskState.write(Array(written[position..<position + count]), at: offset + position, to: &bytes)
          }
          position += count
        }
      }
    }
    return bytes
  }

  // MARK: Means

  private static func apply(_ change: Change, to bytes: inout [UInt8]) {
    switch change {
    case .write(let offset, let written): write(written, at: offset, to: &bytes)
    case .truncate(let length):
      if bytes.count > length {
        bytes.removeLast(bytes.count - length)
      } else {
        bytes.append(contentsOf: repeatElement(0, count: length - bytes.count))
      }
    }
  }

  private static func write(_ written: [UInt8], at offset: Int, to bytes: inout [UInt8]) {
    guard !written.isEmpty else { return }
    if bytes.count < offset { bytes.append(contentsOf: repeatElement(0, count: offset - bytes.count)) }
    let overlap = min(written.count, bytes.count - offset)
    bytes.replaceSubrange(offset..<offset + overlap, with: written[..<overlap])
    bytes.append(contentsOf: written[overlap...])
  }

  private mutating func syncFails() -> Bool {
    syncCount += 1
    guard let remaining = faults.failingSync else { return false }
    faults.failingSync = remaining > 1 ? remaining - 1 : nil
    return remaining == 1
  }

  /// Counts a change; throws when the power is gone.
  private mutating func change(_ operation: String, _ path: String) throws(FileError) {
    try requirePower(operation, path)
    if let remaining = faults.powerFailsAfter { faults.powerFailsAfter = remaining - 1 }
  }

  private func requirePower(_ operation: String, _ path: String) throws(FileError) {
    if let remaining = faults.powerFailsAfter, remaining <= 0 {
      throw FileError(.system(DiskState.inputOutputError), operation, path, detail: "the power is gone")
    }
  }
}

func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "" }
  return String(path[..<slash])
}

private func lastName(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return path }
  return String(path[path.index(after: slash)...])
}
