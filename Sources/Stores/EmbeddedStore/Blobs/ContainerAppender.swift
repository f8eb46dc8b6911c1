import ArchiveCore
import NIOCore

/// Appends records to one new container file, and knows what of it is durable.
///
/// What arrives is held, not copied, until there is enough for one system call; a small record is written in one, with
/// its header and trailer. The file is made with the first bytes that go into it. Only `flush`, `sync` and `close` make
/// system calls, and block; after each of the others, `flush` is due when `isFull`.
struct ContainerAppender: Sendable {
  /// Bytes, and pieces, that wait for one write.
  static let pendingByteLimit: UInt64 = 262_144
  static let pendingPieceLimit = 192

  let header: ContainerHeader
  /// The end of the last finished record.
  private(set) var end = ContainerHeader.length

  private let path: String
  private let directory: String
  private let files: any FileSystem
  private var file: (any File)?
  private var nameIsDurable = false
  private var bytesAreDurable = true
  private var pending = PendingWrites(at: 0)
  /// The header of a finished record of which the first one is in the file already; to be written before the trailer,
  /// which is pending.
  private var rewrite: RecordHeaderBytes?
  private var record: RecordEncoder?
  /// Why there will be no more records.
  private var failure: ArchiveError?

  /// - Parameter path: of a file that is not there yet, in `directory`.
  init(path: String, in directory: String, files: any FileSystem, header: ContainerHeader) {
    self.path = path
    self.directory = directory
    self.files = files
    self.header = header
    pending.append(header.encoded())
  }

  /// Whether a record was ever finished.
  var isEmpty: Bool { end == ContainerHeader.length }

  mutating func begin(_ id: RecordID) throws(ArchiveError) {
    if let failure { throw failure }
    if let record {
      throw ArchiveError(.badRequest, "record \(id) begins before \(record.header.record) has ended")
    }
    let record = RecordEncoder(id, at: end, in: header.container, salt: header.salt)
    pending.append(record.header.encoded())
    self.record = record
  }

  /// Whether enough is waiting to be written.
  var isFull: Bool {
    pending.byteCount >= ContainerAppender.pendingByteLimit
      || pending.pieces.count >= ContainerAppender.pendingPieceLimit
  }

  /// When this throws, the record is forgotten.
  mutating func append(_ bytes: ByteBuffer) throws(ArchiveError) {
    if let failure { throw failure }
    guard record != nil else { throw ArchiveError(.badRequest, "bytes of no record: begin one first") }
    do throws(ArchiveError) {
      try record?.update(bytes)
    } catch {
      abandon()
      throw error
    }
    pending.append(bytes)
  }

  /// Completes the record; it is durable after `sync`. When this throws, the record is forgotten.
  mutating func finish(_ attributes: RecordAttributes) throws(ArchiveError) -> StoredRecord {
    if let failure { throw failure }
    guard let encoder = record else { throw ArchiveError(.badRequest, "the end of no record: begin one first") }
    let finished: RecordEncoder.Finished
    do throws(ArchiveError) {
      finished = try encoder.finish(attributes)
    } catch {
      abandon()
      throw error
    }
    let start = encoder.header.offset
    if !pending.replace(pieceAt: start, with: finished.header) {
      rewrite = RecordHeaderBytes(offset: start, bytes: finished.header)
    }
    pending.append(finished.trailer)
    record = nil
    end = finished.end
    return finished.record
  }

  /// Forgets the record that was finished last, after a flush that failed: its trailer is not whole in the file, because
  /// it comes last.
  mutating func takeBack(_ stored: StoredRecord) {
    let start = stored.location.offset - RecordHeader.length
    pending.cut(to: start)
    if rewrite?.offset == start { rewrite = nil }
    end = start
  }

  /// Forgets the record that is open. What of it is in the file is written over, or cut off at the end.
  mutating func abandon() {
    guard record != nil else { return }
    record = nil
    pending.cut(to: end)
  }

  /// Whether `sync` has nothing to do.
  var isDurable: Bool { failure == nil && pending.isEmpty && bytesAreDurable && nameIsDurable }

  /// Brings everything finished to stable storage, and the file's name the first time.
  ///
  /// - Throws: `ArchiveError` `.outOfSpace` and others from writing, which can be tried again; `.unavailable` when the
  ///   sync failed: then nothing more is taken, because the kernel may have dropped what it could not write.
  mutating func sync() throws(ArchiveError) {
    if let failure { throw failure }
    try flush()
    guard !bytesAreDurable || !nameIsDurable, let file else { return }
    do throws(FileError) {
      if !bytesAreDurable { try file.sync() }
      bytesAreDurable = true
      if !nameIsDurable { try files.syncDirectory(directory) }
      nameIsDurable = true
    } catch {
      let failure = ArchiveError(.unavailable, "\(error); the container takes no more records")
      self.failure = failure
      throw failure
    }
  }

  /// Ends the container: what is finished becomes durable, the rest is cut off, and the file gets its final name; an
  /// empty one goes.
  mutating func close(renamingTo sealedPath: String) throws(ArchiveError) {
    abandon()
    if isEmpty {
      failure = failure ?? ArchiveError(.unavailable, "the container is closed")
      guard file != nil else { return }
      file = nil
      try translatingFileErrors { try files.remove(path) }
      return
    }
    try sync()
    failure = ArchiveError(.unavailable, "the container is closed")
    try translatingFileErrors {
      if let file, try file.length() > end { try file.truncate(to: end) }
      try files.rename(path, to: sealedPath)
    }
    file = nil
  }

  /// Writes what is waiting. It goes on waiting when this throws, and can be written again.
  mutating func flush() throws(ArchiveError) {
    if let failure { throw failure }
    guard !pending.isEmpty else { return }
    do throws(FileError) {
      let file = try openFile()
      bytesAreDurable = false
      if let header = rewrite {
        var piece = PendingWrites(at: header.offset)
        piece.append(header.bytes)
        try piece.write(to: file)
        rewrite = nil
      }
      try pending.write(to: file)
      pending.clear()
    } catch {
      throw error.asArchiveError
    }
  }

  private mutating func openFile() throws(FileError) -> any File {
    if let file { return file }
    let made = try files.create(path)
    file = made
    return made
  }
}

/// The header of a record and where it belongs.
private struct RecordHeaderBytes: Sendable {
  var offset: UInt64
  var bytes: ByteBuffer
}
