public import ArchiveCore
import NIOCore
import Synchronization

/// Scratch space under `cache/scratch` of the data directory: emptied when it is opened, never synced.
///
/// Files are opened for each call, so that however many there are, few descriptors are.
public struct EmbeddedScratchSpace: ScratchSpace {
  private let folder: String
  private let files: any FileSystem
  private let lanes = FileLanes("isocenter.scratch", count: EmbeddedScratchSpace.laneCount)
  private let room: ScratchRoom

  /// Blocking calls at the same time, at most.
  static let laneCount = 4

  /// Blocks.
  ///
  /// - Parameter limit: bytes of all files together; `.outOfSpace` beyond.
  public init(_ directory: DataDirectory, limit: UInt64) throws(ArchiveError) {
    room = ScratchRoom(limit: limit)
    folder = "\(directory.path(.cache))/scratch"
    files = directory.files
    let (folder, files) = (folder, files)
    try translatingFileErrors {
      try files.createDirectory(folder)
      for left in try files.list(folder) where !left.isDirectory { try files.remove("\(folder)/\(left.name)") }
    }
  }

  public func makeFile() async throws -> any ScratchFile {
    let path = "\(folder)/\(room.nextNumber())"
    let files = files
    return try await lanes.run { [lanes, room] in
      _ = try translatingFileErrors { try files.create(path) }
      return EmbeddedScratchFile(path, files, lanes, room)
    }
  }
}

/// How much of the space is taken.
private final class ScratchRoom: Sendable {
  private let limit: UInt64
  private let taken = Mutex<UInt64>(0)
  private let lastNumber = Atomic<Int>(0)

  init(limit: UInt64) { self.limit = limit }

  func nextNumber() -> Int { lastNumber.wrappingAdd(1, ordering: .relaxed).newValue }

  func take(_ bytes: Int) throws(ArchiveError) {
    try taken.withLock { (taken) throws(ArchiveError) in
      let after = taken + UInt64(bytes)
      guard after <= limit else {
        throw ArchiveError(.outOfSpace, "more than \(limit) bytes would be in scratch space")
      }
      taken = after
    }
  }

  func give(back bytes: UInt64) { taken.withLock { $0 -= min(bytes, $0) } }
}

/// A file that is removed with the last reference to it.
private final class EmbeddedScratchFile: ScratchFile {
  private let path: String
  private let files: any FileSystem
  private let lanes: FileLanes
  private let room: ScratchRoom
  private let length = Mutex<UInt64>(0)

  init(_ path: String, _ files: any FileSystem, _ lanes: FileLanes, _ room: ScratchRoom) {
    self.path = path
    self.files = files
    self.lanes = lanes
    self.room = room
  }

  deinit {
    try? files.remove(path)
    room.give(back: length.withLock { $0 })
  }

  func append(_ bytes: [UInt8]) async throws {
    try room.take(bytes.count)
    // What could not be written is given back with the file.
    let offset = length.withLock { length in
      defer { length += UInt64(bytes.count) }
      return length
    }
    let (path, files) = (path, files)
    try await lanes.run {
      try translatingFileErrors {
        let file = try files.open(path, writable: true)
        try bytes.withUnsafeBytes { try file.writeFully([$0], at: offset) }
      }
    }
  }

  func read(_ range: Range<UInt64>) async throws -> ByteBuffer {
    let (path, files) = (path, files)
    return try await lanes.run {
      try translatingFileErrors {
        let file = try files.open(path, writable: false)
        var buffer = ByteBuffer()
        _ = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { space in
          try file.readFully(into: UnsafeMutableRawBufferPointer(rebasing: space[..<range.count]), at: range.lowerBound)
        }
        return buffer
      }
    }
  }
}
